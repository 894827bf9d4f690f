"""Concatenation, repetition, comparison, membership and immutability of strings."""
text = "ab"
alias = text
text += "cd"
print(text, alias, text * 2, 0 * text, "" + "", "a" "b" + "c" * 2)
total = ""
for number in range(12):
    total += str(number) + ("," if number < 11 else "")
print(total, len(total))
print("a" == "a", "a" != "A", "abc" < "abcd", "abc" > "abC", "10" < "9", "" < "a", "a" <= "a", "b" >= "a")
print(max("apple", "banana"), min("b", "a"), sorted(["b", "B", "a", "A", "10", "9"]), max("hello"),
      min("hello"))
print("a" in "abc", "abc" in "a", "" in "abc", "ab" not in "ba")
print(str(1) + str(2.5) + str(None) + str(True) + str([1, "x"]) + str({"k": "v"}) + str((1,)) + str(""))
print(str() == "", str("same"), str(object=5), type(str(5)).__name__)
print(bool(""), bool(" "), bool("0"), not "", "x" and "y", "" or "default")
letters = list("hello")
letters[0] = "J"
print("".join(letters), "hello")
print("{} stays {x}", "%d stays %s", "100%")
for left, right in [("a", 1), ("a", None), ("a", ["b"])]:
    try:
        left + right
    except TypeError as error:
        print("TypeError:", error)
print({"a": 1}["a"], {"ab": 1}["a" + "b"], "a" + "b" == "ab")
