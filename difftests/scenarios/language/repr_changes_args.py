"""A repr that replaces the arguments of the exception which is shown."""


class Replacing:
    def __repr__(self):
        e.args = ()
        return "replacing"
e = ValueError([Replacing(), [1, 2], Replacing()])
print(repr(e))
e = ValueError([Replacing()], [2])
print(repr(e))
