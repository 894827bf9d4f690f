"""The words of errors that differ from version to version, or from one kind of value to the next."""


def attempt(function, *args, **kwargs):
    try:
        print("->", function(*args, **kwargs))
    except Exception as e:
        print(f"{type(e).__name__}: {e}")


def keyword_only(*, alpha, beta=2, gamma, delta):
    pass


def mixed(alpha, /, beta, *, gamma=3):
    pass


class Named:
    def __init__(self, name):
        self.name = name

    def method(self, value):
        pass


attempt(keyword_only)
attempt(keyword_only, alpha=1)
attempt(keyword_only, alpha=1, gamma=2)
attempt(keyword_only, 1, alpha=1)
for keyword in ("alpa", "bta", "GAMMA", "gama", "x", "self", "nam", "value_", "alpha"):
    attempt(mixed, 1, 2, **{keyword: 1})
    attempt(Named, **{keyword: 1})
    attempt(Named("n").method, **{keyword: 1})


def merged():
    mixed(1, **{"beta": 1}, **{"beta": 2})


def merged_method():
    Named("n").method(**{"value": 1}, **{"value": 2})


def no_mapping():
    mixed(**3)


def no_mapping_builtin():
    print(**[1])


def too_many_from_list():
    a, b = [1, 2, 3]


def too_many_from_tuple():
    a, b = 1, 2, 3


def too_many_from_dict():
    [a] = {1: 2, 3: 4}


def too_many_from_str():
    a, b = "abc"


def too_many_from_iterator():
    a, b = iter([1, 2, 3])


def too_many_in_a_loop():
    for a, b in [(1, 2), (1, 2, 3)]:
        pass


class NoExit:
    def __enter__(self):
        pass


class NoEnter:
    def __exit__(self, *details):
        pass


def with_no_exit():
    with NoExit():
        pass


def with_no_enter():
    with NoEnter():
        pass


class Both:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *details):
        pass

    def __enter__(self):
        pass


class Manager(NoExit):
    def __exit__(self, *details):
        pass


def with_async():
    with Both():
        pass


async def async_with(manager):
    async with manager:
        pass


def async_with_manager():
    async_with(Manager()).send(None)


def async_with_no_exit():
    async_with(NoExit()).send(None)


class StrangeIterator:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 3


async def iterate():
    async for _ in StrangeIterator():
        pass


def strange_async_iterator():
    try:
        iterate().send(None)
    except TypeError as e:
        print(e.__cause__ is e.__context__, end=" ")
        raise


def with_number():
    with 3:
        pass


def delete_from_number():
    n = 3
    del n[0]


def delete_from_set():
    s = {1}
    del s[0]


def delete_from_tuple():
    t = (1,)
    del t[0]


class Strange(Exception):
    def __new__(cls):
        return 3


def raise_strange():
    raise Strange


for function in (
    merged, merged_method, no_mapping, no_mapping_builtin, too_many_from_list, too_many_from_tuple,
    too_many_from_dict, too_many_from_str, too_many_from_iterator, too_many_in_a_loop, with_no_exit,
    with_no_enter, with_number, with_async, async_with_manager, async_with_no_exit, strange_async_iterator,
    delete_from_number, delete_from_set, delete_from_tuple, raise_strange,
):
    print(function.__name__, end=" ")
    attempt(function)

attempt(float, None)
attempt(float, [])
attempt(float, "x")

group = ExceptionGroup("g", [ValueError(1)])
try:
    group.message = "other"
except AttributeError as e:
    print(e)
try:
    del group.exceptions
except AttributeError as e:
    print(e)


class Counter(dict):
    def __missing__(self, key):
        self[key] = 0
        return f"{key} is new"


counter = Counter(a=1)
print(counter["a"], counter["b"], counter["b"], counter.get("c"), "c" in counter, counter)
counter["b"] += 1
counter["d"] = counter["d"] + "!"
print(counter)
print(f"{'é'!a} {'é'!r} {'é'!s} {'é'!a:>10}")
