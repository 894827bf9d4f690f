"""ContextVar: get, set, default, reset with tokens, LookupError, and errors of wrong tokens."""
import contextvars

plain = contextvars.ContextVar("plain")
default = contextvars.ContextVar("default", default=[1])
print(plain.name, default.name, default.get(), plain.get("fallback"), default.get("overrides"),
      plain.get(None))
try:
    plain.get()
except LookupError as error:
    print(type(error).__name__)
first = plain.set("one")
second = plain.set("two")
print(plain.get(), first.var is plain, second.old_value, first.old_value is contextvars.Token.MISSING)
plain.reset(second)
print(plain.get())
plain.reset(first)
print(plain.get("unset again"))
try:
    plain.reset(first)
except RuntimeError as error:
    print("RuntimeError: used twice")
other = contextvars.ContextVar("other")
token = other.set(1)
try:
    plain.reset(token)
except ValueError as error:
    print("ValueError: another variable")
try:
    other.reset("not a token")
except TypeError:
    print("TypeError")
for call in [lambda: contextvars.ContextVar(), lambda: contextvars.ContextVar(5),
             lambda: contextvars.ContextVar("x", 1)]:
    try:
        call()
    except TypeError:
        print("TypeError")
outer = default.set("a")
inner = default.set("b")
default.reset(outer)
print(default.get(), inner.old_value)
default.reset(inner)
print(default.get())
print(type(token).__name__, type(plain).__name__, contextvars.copy_context().get(other),
      plain in contextvars.copy_context())
same_name = contextvars.ContextVar("plain")
same_name.set("mine")
print(same_name.get(), plain.get("apart"))
try:
    plain.name = "new"
except AttributeError:
    print("name is read-only")
