"""strip and its halves, removeprefix, removesuffix, replace, and the padding methods."""
print(repr("  a b \n".strip()), repr("  a ".lstrip()), repr("  a ".rstrip()), repr("\t\n ".strip()),
      repr("".strip()))
print("xxaxx".strip("x"), "xyaxy".lstrip("yx"), "xyaxy".rstrip("yx"), "abc".strip("abc") == "",
      "abc".strip(""), " a ".strip(None) + "|")
print("www.example.com".strip("cmowz."), "mississippi".rstrip("ipz"), "é a é".strip("é"))
print("prefix-body".removeprefix("prefix-"), "prefix-body".removeprefix("x"), "body.txt".removesuffix(".txt"),
      "a".removesuffix(""))
print("aaa".replace("a", "b"), "aaa".replace("a", "b", 2), "aaa".replace("aa", "b"), "abc".replace("", "-"),
      "".replace("", "x"))
print("abc".replace("b", ""), "abc".replace("x", "y"), "abc".replace("", "-", 2), "aaa".replace("a", "aa"),
      "aba".replace("a", "b", 0))
print("héllo".replace("é", "e"), "a\nb".replace("\n", "\\n"), "one two".replace("o", "0", -1))
print(["a".ljust(4), "a".rjust(4), "a".center(4), "ab".center(5), "a".center(2), "ab".ljust(2)])
print("a".ljust(4, "."), "a".rjust(4, "*"), "ab".center(7, "-"), "abc".center(6, "-"), "long".ljust(2),
      "é".rjust(3, "日"))
print("7".zfill(3), "-7".zfill(4), "+7".zfill(4), "abc".zfill(2), "".zfill(2), "--1".zfill(5))
for call in [lambda: "a".ljust(3, "xy"), lambda: "a".replace("a"), lambda: "a".replace(1, 2),
             lambda: "a".strip(1)]:
    try:
        call()
    except TypeError:
        print("TypeError")
text = "unchanged"
text.replace("un", "")
text.upper()
print(text)
