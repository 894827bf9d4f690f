"""bytes: literals, operators, subscripts and the methods that look for something."""


def attempt(call):
    try:
        print(call())
    except (TypeError, ValueError, IndexError, LookupError) as error:
        print(type(error).__name__, error)


print(b"", b"abc", b'it\'s', b'"', b"'\"", br"\n\x", b"\n\r\t\\\x00\x7f\xff\101\7", b"a" b"b" rb"\c", b"""x
y""")
data = b"hello world"
print(len(data), data[0], data[-1], data[2:5], data[::-2], data[5:2], data[-3:], bool(b""), bool(data))
print(list(b"abc"), tuple(data[:3]), b"lo w" in data, 104 in data, 0 in data, b"" in b"", b"x" in b"")
print(data + b"!", b"ab" * 3, 2 * b"-", b"x" * -1, b"a" < b"b", b"ab" > b"a", b"a" <= b"a", b"a" == "a", b"a" != "a", b"a" == b"a")
print(hash(b"ab") == hash(b"ab"), {b"k": 1}[b"k"], {b"a", b"a"}, repr(b"\x80abc"), str(b"a"), f"{b'f'!r}")
print(bytes(), bytes(3), bytes([1, 255]), bytes("ü", "utf-8"), bytes(b"same"), bytes(range(3)), type(b"") is bytes)
for call in (lambda: bytes(-1), lambda: bytes([256]), lambda: bytes("x"), lambda: bytes(["a"]), lambda: b"a" + "b",
             lambda: b"a"[1], lambda key="x": b"a"[key], lambda: "a" in b"a", lambda: 256 in b"a", lambda: b"a" * 1.5,
             lambda: b"a" < "b"):
    attempt(call)
print(data.find(b"o"), data.rfind(b"o"), data.find(b"o", 5), data.find(b"zz"), data.find(111), data.index(b"w"), data.count(b"o"),
      data.count(b"l", 3), data.count(b""), data.find(b"", 20), data.find(b"h", -11, -5), b"".find(b""))
attempt(lambda: data.index(b"z"))
attempt(lambda: data.find("o"))
print(data.startswith(b"hell"), data.endswith((b"x", b"ld")), data.startswith(b"w", 6), data.endswith(b""), data.startswith(()))
attempt(lambda: data.startswith("h"))
print(data.split(), b" a  b ".split(), b"a,b,,c".split(b","), b"a,b,c".split(b",", 1), b" a b c ".split(None, 1), b"".split(), b"".split(b","))
attempt(lambda: data.split(b""))
print(b"a\nb\r\nc\rd".splitlines(), b"a\nb\n".splitlines(True), b"".splitlines())
print(b"  x \n".strip(), b"xxaxx".strip(b"x"), b"  x ".lstrip(), b"  x ".rstrip(), b"abc".rstrip(b"cb"))
print(b"a=b=c".partition(b"="), b"a=b=c".rpartition(b"="), b"abc".partition(b"="), b"abc".rpartition(b"="))
print(b", ".join([b"a", b"b"]), b"".join([]), b"".join((b"a", b"b")), b"aXbX".replace(b"X", b"--"), b"aaa".replace(b"a", b"b", 2), b"ab".replace(b"", b"."))
attempt(lambda: b"".join(["a"]))
print(b"aBc1".upper(), b"aBc1".lower(), b"12".isdigit(), b"".isdigit(), b"\x00\xff".hex())
print("aü€".encode(), b"a\xc3\xbc".decode(), "ü".encode("latin-1"), b"\xfc".decode("latin-1"), b"abc".decode("ascii"), str(b"x", "utf-8"))
print(b"a\xff\xc3".decode(errors="replace"), b"a\xffb".decode("utf-8", "ignore"), "aü".encode("ascii", "replace"), "aü".encode("ascii", "ignore"))
print(isinstance(b"", bytes), isinstance("", bytes), {1: b"x"}, (b"t",), [b"l"])
