"""Fields inside format specs, f-strings inside fields, and fields that span quotes and lines."""
value, width, precision, fill, align, kind = 3.14159, 12, 2, "*", ">", "f"
print(f"[{value:{width}}] [{value:{width}.{precision}}] [{value:{fill}{align}{width}.{precision}{kind}}]")
print(f"[{value:{width - 4}.{precision + 1}f}] [{value:{'>' + str(10)}}] [{42:{'0'}{5}{'d'}}] "
      f"[{'x':{'^'}{3 + 2}}]")
print(f"{f'{value:.1f}':>6} {f"{f'{1 + 1}'}"} {f'{width}' + f'{precision}'}")
print(f"{'{braces}'} {{{width}}} {{{{}}}} {'}'} {'{'}")
print(f"{"same quotes"} {"a" + 'b'} {", ".join(["x", "y"])}")
print(f"{
    width
    + precision
} spans lines")
print(f"""{
    ', '.join(
        f'{n}:{n * n:>3}'
        for n in range(3)
    )
}""")
print(f"{'\n'.join(['a', 'b'])}", f"{'\\'}", f"{'\t'!r}")
rows = [("one", 1), ("three", 3), ("eleven", 11)]
longest = max(len(name) for name, _ in rows)
for name, number in rows:
    print(f"|{name:<{longest}}|{number:>{longest}}|{number:0{longest}b}|{'#' * number:.{longest}}|")
print(f"{(lambda: 5)()} {(lambda x: x * 2)(3):>3} { {'a': {'b': 1}}['a']['b'] } {[[1, 2], [3]][0][1]}")
print(f"{1 != 2} {width!r:>{4}} {width == 12:>6} {'a' != 'b'}")
print(f"{value:{width}.{precision}f}" f"{value:.{len('abc')}f}" "{value}")
nested = f"{f"{f"{f"deep"}"}"}"
print(nested)
