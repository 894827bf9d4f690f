"""find, rfind, index, rindex, count, startswith, endswith and in, with start and end."""
text = "banana bandana"
print(text.find("an"), text.find("an", 2), text.find("an", 4, 8), text.find("x"), text.find(""),
      text.find("", 20))
print(text.rfind("an"), text.rfind("an", 0, 6), text.rfind("x"), text.rfind(""), text.find("a", -3),
      text.find("", 14))
print(text.index("nd"), text.rindex("b"), text.count("an"), text.count("ana"), text.count(""), "".count(""),
      text.count("a", 3))
print(text.count("a", -4), text.count("a", 2, 6), "aaaa".count("aa"), text.count("z"), text.find("banana", 1))
print(text.startswith("ban"), text.startswith("ana", 1), text.startswith(""), text.startswith(("x", "ba")),
      text.startswith(()))
print(text.endswith("na"), text.endswith("ana", 0, 6), text.endswith(("x", "dana")), text.endswith(""),
      text.endswith("banana bandana!"))
print(text.startswith("a", 1, 1), text.startswith("", 14), text.startswith("", 15), text.endswith("a", -1))
print("nan" in text, "xyz" in text, "" in "", "é" in "café", "日" in "日本", "aa" not in "aba")
for method in [text.index, text.rindex]:
    try:
        method("zebra")
    except ValueError as error:
        print("ValueError:", error)
for argument in [1, None, ["a"]]:
    try:
        text.startswith(argument)
    except TypeError:
        print("TypeError")
    try:
        text.find(argument)
    except TypeError:
        print("TypeError")
