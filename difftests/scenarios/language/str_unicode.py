"""Strings are sequences of code points: length, slices, ordering and padding of non-ASCII text."""
text = "naïve café ☕ 日本 \U0001F40D"
print(text, len(text))
print(text[2], text[10:12], text[-1], text[::-1])
print([word for word in text.split()], [len(word) for word in text.split()])
print(text.find("café"), text.index("日"), text.count("é"), text.replace("☕", "tea"), text.rfind("\U0001F40D"))
print("e\u0301" == "é", len("e\u0301"), len("é"), "é" in "caf\xe9")
print(f"[{'日本':>5}] [{'é':*^5}] [{text[-1]:<3}] [{'日本語':.2}]")
print(sorted(["z", "é", "a", "Z", "日", "\U0001F40D", "\uffff"])[:-1])
print("\uffff" < "\U0001F40D", "é" > "z", "日" < "本", min("日本"), max("日本"))
größe = 3
print(größe, f"{größe=}")
table = {"ä": 1, "日": 2}
print(table, table["日"], list(enumerate("aé日")))
print("ab\u00a0c".split(), "x\u3000y".split(), repr("\u2003z".strip()), "x\u2028y".splitlines())
print("é".join(["a", "b"]), "日" * 3, "日本" + "語", "éa".startswith("é"), "aé".endswith("é"))
for character in "aé☕":
    print(character, end=";")
print()
