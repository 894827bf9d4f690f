"""Lists are references: aliases, shallow copies, repetition of the same object, and += against +."""
first = [1, 2]
second = first
copy = first[:]
second.append(3)
print(first, second, copy, first is second, first is copy, first == copy + [3])
grid = [[0] * 2] * 3
grid[0][0] = 1
print(grid, grid[0] is grid[2])
grid = [[0] * 2 for _ in range(3)]
grid[0][0] = 1
print(grid)
first += [4]
print(second)
first = first + [5]
print(first, second)
nested = [[1], [2]]
shallow = list(nested)
shallow[0].append("seen")
shallow.append("not seen")
print(nested, shallow)
second *= 2
print(second, [] * 5, [1, 2] * 0, [1] * -1, 2 * [0, 1])


def extend(target, extra):
    target += extra
    target = target + ["local"]
    return target


print(extend(nested, [3]), nested)
row = [1, 2, 3]
row[0], row[-1] = row[-1], row[0]
print(row)
for item in row:
    if len(row) < 6:
        row.append(item * 10)
print(row)
for item in row:
    row.remove(item)
print(row)
