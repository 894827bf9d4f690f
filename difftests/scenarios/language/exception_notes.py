"""add_note and __notes__: kept through raise, copied nowhere, and only strings are accepted."""
error = ValueError("v")
print(hasattr(error, "__notes__"), error.add_note("first note"), error.__notes__)
error.add_note("second\nwith two lines")
print(error.__notes__, str(error), repr(error), error.args)
try:
    try:
        raise error
    except ValueError as caught:
        caught.add_note("third")
        raise
except ValueError as caught:
    print(len(caught.__notes__), caught.__notes__[-1], caught is error)
for bad in [1, None, ["x"]]:
    try:
        error.add_note(bad)
    except TypeError as problem:
        print("TypeError")
error.__notes__ = ["replaced"]
error.add_note("added")
print(error.__notes__)
del error.__notes__
print(hasattr(error, "__notes__"))
group = ExceptionGroup("g", [ValueError(1), KeyError(2)])
group.add_note("on the group")
match, rest = group.split(ValueError)
print(match.__notes__, rest.__notes__, hasattr(match.exceptions[0], "__notes__"))
match.add_note("only here")
print(group.__notes__, match.__notes__, rest.__notes__)


class Noted(Exception):
    def __init__(self, *args):
        super().__init__(*args)
        self.add_note(f"made with {len(args)} arguments")


try:
    raise Noted("a", "b")
except Noted as caught:
    print(caught, caught.__notes__)
try:
    try:
        raise KeyError("k")
    except KeyError as caught:
        caught.add_note("seen in handler")
        raise ValueError("other") from caught
except ValueError as caught:
    print(caught.__cause__.__notes__, hasattr(caught, "__notes__"))
