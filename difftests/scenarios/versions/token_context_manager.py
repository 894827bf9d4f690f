"""The token of ContextVar.set() in a with statement is a TypeError; later it resets the variable at the end of the block
(gh-129889)."""
# flag: token_context_manager
import contextvars

variable = contextvars.ContextVar("variable", default=0)
try:
    with variable.set(1):
        print("inside", variable.get())
    print("after", variable.get())
except TypeError:
    print("TypeError")
