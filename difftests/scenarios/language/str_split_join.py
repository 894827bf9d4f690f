"""split, rsplit, splitlines, partition, rpartition and join."""
print("a b  c".split(), "  a  b ".split(), "".split(), "   ".split(), "a\tb\nc".split(), "a b".split(None))
print("a,b,,c".split(","), ",a,".split(","), "".split(","), "abc".split(","), "a--b--c".split("--"),
      "aaa".split("aa"))
print("a b c d".split(None, 2), "a b c d".split(maxsplit=1), "a,b,c".split(",", 1), "a,b".split(",", 0),
      " a b ".split(None, 0))
print("a,b,c".split(",", -1), "a,b,c".split(sep=",", maxsplit=5), "  a  b  c ".split(None, 1))
print("a b c d".rsplit(None, 2), "a,b,c".rsplit(",", 1), " a  b ".rsplit(), "a,b".rsplit(",", 0),
      "  a  b  c ".rsplit(None, 1))
print("a\nb\r\nc\rd".splitlines(), "a\n\nb\n".splitlines(), "".splitlines(), "\n".splitlines(),
      "a\nb\n".splitlines(True))
print("key=value=x".partition("="), "key".partition("="), "key=value=x".rpartition("="),
      "key".rpartition("="), "=".partition("="))
print(",".join(["a", "b", "c"]), "".join([]), ", ".join(["one"]), "-".join("abc"),
      " ".join(str(n) for n in range(3)))
print("".join({"k": 1, "j": 2}), "<>".join(("x", "y")), "\n".join(["l1", "l2"]))
for words in [["a", 1], [None], [1]]:
    try:
        ",".join(words)
    except TypeError as error:
        print("TypeError:", error)
try:
    ",".join(5)
except TypeError:
    print("TypeError")
for method in ["a".split, "a".rsplit, "a".partition, "a".rpartition]:
    try:
        method("")
    except ValueError as error:
        print("ValueError:", error)
