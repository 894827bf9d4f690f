"""Indexing and slicing of strings with negative indexes, steps and out-of-range bounds."""
text = "abcdefghij"
print(text[0], text[-1], text[9], text[-10], text[True])
print(text[2:5], text[:3], text[7:], text[:], text[-3:], text[:-3], text[-5:-2], text[5:2], text[100:],
      text[-100:2])
print(text[::2], text[1::3], text[::-1], text[8:2:-2], text[-1:-4:-1], text[2:8:-1], text[:2:-1], text[2::-1],
      text[::-20])
print(text[None:4], text[None:None:None], text[0:0], text[3:3], text[-0:], text[:100:4], text[100::-3],
      text[-100::-1])
print(len(text), len("héé日本"), "héé日本"[1], "héé日本"[-2:], "日本語"[::-1], "a\U0001F600b"[1] == "\U0001F600")
for index in [10, -11, 100]:
    try:
        text[index]
    except IndexError as error:
        print("IndexError:", error)
for bad in ["a", 1.0, None]:
    try:
        text[bad]
    except TypeError:
        print("TypeError")
try:
    text[::0]
except ValueError as error:
    print("ValueError:", error)
try:
    text[0] = "x"
except TypeError as error:
    print("TypeError:", error)
try:
    del text[0]
except TypeError as error:
    print("TypeError:", error)
print([letter for letter in "añb"], list("xy"), tuple("xy"), sorted("hello"), "".join(reversed("abc")))
