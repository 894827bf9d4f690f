"""f-strings: fields, conversions, braces, quotes, expressions of every kind inside a field."""
name, count, ratio = "Ann", 3, 0.5
items = ["x", 'y"z']
table = {"key": "value", 1: "one"}
print(f"{name} has {count} items, {ratio}", f"", f"plain", f"{name}", f"{{literal}} {{{count}}} }}{{")
print(f"{name!r} {name!s} {items!r} {items} {items[1]} {items[1]!r}",
      f"{table['key']} {table[1]} {name[0]}{name[-1:]}")
print(f"{count + 1} {count * 2 ** 3} {-count}",
      f"{not count} {count > 2} {count == 3 and 'three'} {1 if count else 2}")
print(f"{len(items)} {max(1, 2)} {(lambda a: a * 2)(4)} {[n for n in range(3)]}",
      f"{ {'a': 1} } { {1} } {(1, 2)} {1,}")
print(f"{name.upper()} {name.replace('n', 'm')} {' '.join(items)} {name.lower() + '!'} {'a' 'b'} {'nested'}")
print(f'{"double"} {name}', f"""{name}
{'triple'} "quoted" {count}""")
print(f"{ count }|{ count  }|{  name!r}|{count:>{count}}")
print(f"{None} {True} {(None)} {[]} {()} { {} } {set()}")
print(f"{'a' if count > 5 else 'b'} {count!r:>4} {name!s:>5} {(x := 7)} {x} {f'{count}'}")
print("not an f {name}", "a" f"{count}" "{name}" f"{name}")
print(rf"\d{count}\n", fr'{name}\t', F"{count}", f"\t{count}\n\\{count}\x41", end="|\n")
print(f"line one {count} \
same line {name}")


class Item:
    def __str__(self):
        return "item-str"

    def __repr__(self):
        return "item-repr"


item = Item()
print(f"{item} {item!s} {item!r} {[item]} {item!s:>10} {item!r:<12}|")
