"""Case methods and the is...() predicates of strings."""
words = ["hello World", "HELLO", "café, Über", "they're 1st x2y", ""]
for word in words:
    print([word.upper(), word.lower(), word.title(), word.capitalize(), word.swapcase()])
print("ÀÉÖ".lower(), "àéö".upper(), "éa".capitalize(), "été".title(), "Hello".casefold())
for sample in ["abc", "ABC", "Abc", "abc1", "123", "12.3", " ", "\t\n", "", "a b", "_x1", "1x", "É", "日本"]:
    print(
        repr(sample), sample.isalpha(), sample.isdigit(), sample.isalnum(), sample.isspace(),
        sample.isupper(),
        sample.islower(),
    )
print("A1".isupper(), "1".isupper(), "a1".islower(), "a B".islower(), "A B".isupper(), "a b".isalpha())
print("12".isdecimal(), "1.2".isdecimal(), "-1".isdigit(), "abc".isascii(), "é".isascii(), "".isascii())
