"""Layout: comments, blank lines, long brackets, semicolons, line joins, odd indentation, one-line suites."""
# a comment before the first statement

x = 1  # a comment after one
if x:  # after a colon

    # a comment in a block, then a blank line

    y = 2
        # a comment that is indented too far
    z = 3
# a comment that ends no block
    print(x, y, z)

total = (1 +  # inside brackets
         2

         + 3)
items = [
    1,
    2,  # trailing comma

    3,
]
table = {
    "a": 1,
    "b": [
        2, 3],
  "c": (
4,
),
}
joined = 1 + \
    2 + \
    3
print(total, items, table, joined); print("same line");
if x: print("one"); print("two")
if not x: pass
else: print("else on one line")
for n in range(2): print(n, end=" "); print("loop")
while x < 3: x += 1
try: print("try")
except ValueError: pass
finally: print("finally")
def one(): return 1
class Empty: pass
class Small: a = 1; b = 2
print(one(), Small.a + Small.b, x)
if x:
  if y:
     print("two, then five spaces")
  print("back")
def deep():
		if True:
			return "tabs"
print(deep(), len("# no comment"), "a" # between
      "b")
print(x if x
      else y, [n
               for n in range(4)
               if n], (lambda a,
                       b: a + b)(1, 2))
not_keyword, iff, in_, is_it, lambda_, _async, None_, defx = range(8)
print(not_keyword, iff, in_, is_it, lambda_, _async, None_, defx)
match, case, type_, _ = "soft", "keywords", "are", "names"
print(match, case, type_, _)
if True:
    pass
    """a string as a statement"""
    5; x; (yield_ := 1)
print(yield_, not x == 3, not not x, - - x, x<y<z, x!=y)
