"""copy_context and Context.run: changes stay inside, a context is a mapping, entered once."""
import contextvars

color = contextvars.ContextVar("color", default="none")
size = contextvars.ContextVar("size")
color.set("red")
context = contextvars.copy_context()
size.set("outside")
print(context[color], size in context, color in context, len(context), [var.name for var in context],
      context.get(size, "absent"))


def work(*args, **kwargs):
    before = color.get()
    color.set("blue")
    size.set(len(args))
    return before, color.get(), args, kwargs


print(context.run(work, 1, 2, key="v"))
print(color.get(), size.get(), context[color], context[size], len(context))
print(context.run(color.get), context.run(lambda: color.set("green")).old_value, context.get(color))
print([(var.name, value) for var, value in context.items()] == [(v.name, context[v]) for v in context.keys()])
print(sorted(var.name for var in context), sorted(str(value) for value in context.values()))
copy = context.copy()
copy.run(color.set, "copied")
print(copy[color], context[color], copy == context, copy.copy() == copy)
try:
    context.run(context.run, print)
except RuntimeError as error:
    print("RuntimeError: already entered")
try:
    context[contextvars.ContextVar("unknown")]
except KeyError as error:
    print("KeyError")


def fails():
    color.set("set before the error")
    raise ValueError("out of run")


try:
    context.run(fails)
except ValueError as error:
    print(error, context[color], color.get())
empty = contextvars.Context()
print(len(empty), empty.run(color.get), empty.run(size.get, "no size"), list(empty))
token = context.run(color.set, "inside")
try:
    color.reset(token)
except ValueError:
    print("ValueError: made in another context")
context.run(color.reset, token)
print(context[color])


def nested(depth):
    color.set(depth)
    if depth:
        contextvars.copy_context().run(nested, depth - 1)
    return color.get()


print(nested(3), color.get(), contextvars.copy_context().run(nested, 1), color.get())
