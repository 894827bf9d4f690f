"""Slices of lists and tuples with every kind of start, stop and step, checked against indexes."""
items = list(range(10))
print(items[2:7], items[:3], items[7:], items[-3:], items[:-7], items[3:3], items[7:3], items[-100:100])
print(items[::3], items[1::4], items[::-1], items[::-4], items[8:2:-2], items[2:8:-1], items[:5:-1],
      items[3::-1])
print(items[-2::-3], items[:-5:-1], items[100::-5], items[:-100:-5], items[-100::6], items[0:0:-1])
print(items[True:4], items[None:2], items[::None])
letters = tuple("abcde")
print(letters[1:3], letters[::-2], letters[4:0:-1], letters[:], letters[9:])
values = [None, 0, 2, -3, 4, 9, -9]
size = 4
mismatches = 0
for start in values:
    for stop in values:
        for step in [None, 1, 2, -1, -3]:
            piece = list(range(size))[start:stop:step]
            if "".join(str(n) for n in piece) != "0123"[start:stop:step]:
                mismatches += 1
            if tuple(piece) != tuple(range(size))[start:stop:step]:
                mismatches += 1
            if piece != list(range(size)[start:stop:step]):
                mismatches += 1
print(mismatches)
for make in [lambda: items[::0], lambda: letters[1:2:0]]:
    try:
        make()
    except ValueError as error:
        print("ValueError:", error)
for make in [lambda: items["a":], lambda: items[1.0:2], lambda: letters[:"b"]]:
    try:
        make()
    except TypeError:
        print("TypeError")
