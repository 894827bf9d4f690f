"""String escapes, quotes, raw strings, triple quotes, line continuation and implicit concatenation."""
print("tab\there", 'single "double" inside', "double 'single' inside", "back\\slash", 'it\'s', "say \"hi\"")
print("\x41\u00e9\U0001F600\101\60\0".replace("\0", "<nul>"))
print(r"raw\n\t\\", R'C:\new', r"quote\"kept", len(r"\n"), len("\n"))
print("""triple
  "quoted" text
last line""")
print('''it's ""fine"" here''')
print("""\
no first newline
""", end="")
print("one" " two" ' three' f" {1 + 3}" r" \five")
joined = ("parenthesised "
          "on two lines "
          f"with {'field'!r}")
print(joined)
print("continued \
line")
print(repr("\a\b\f\v\r\n\t\\\x7f\x80\xa0\xad\u200b\ud7ff"))
print("a\rb".split("\r"), "\x1b[0m" == "\033[0m", "\07" == "\a", len("\1\12\123"), "\1234" == "S4")
print(u"unicode prefix", len(""), len(''''''), repr(""""quoted" """))
