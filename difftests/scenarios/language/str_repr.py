"""repr of strings: which quote is chosen and which characters are escaped."""
samples = ["", "plain", "it's", 'say "hi"', "both ' and \"", "''", '"', "back\\slash", "new\nline",
           "tab\tend", "cr\r"]
for sample in samples:
    print(repr(sample), str(sample) == sample, len(sample))
print(repr("\x00\x01\x1f\x7f"), repr("\x80\x9f\xa0\xad"), repr("é ß ñ"), repr("日本語"), repr("\U0001F600"))
print(repr("\u2028\u2029\u200b\u3000\ufeff"), repr("\ue000"))
print(repr("$%{}[]~`@#^&*"), repr("'\n"), repr("'\"\n"), repr("\\n"), repr("\\'"))
print(["it's", "a\nb", 'q"'], ("x'",), {"k'": 'v"'}, {"\t"})
print(f"{'it'!r} {[letter for letter in 'a']!r}", repr(repr("it's")), repr(repr(repr("'"))))
print(str(["a", 1, 1.0, None, True]), repr(str(["'"])))
print("nul:\0:".replace("\0", "0"), repr("\0"), repr("\08"), len("\08"))
