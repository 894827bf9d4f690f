"""for and while with else, break and continue, nested loops, and what the loop variable keeps."""
for n in range(3):
    print(n, end=" ")
else:
    print("else after a full loop")
for n in range(3):
    if n == 1:
        break
else:
    print("never")
print("broke at", n)
for nothing in []:
    print("never")
else:
    print("else of an empty loop")
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    print(n, end=" ")
    if n == 4:
        break
else:
    print("never")
print("left with", n)
while n > 4:
    pass
else:
    print("else at once")
for a in range(2, 12):
    for b in range(2, a):
        if a % b == 0:
            break
    else:
        print(a, end=" prime; ")
print()
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if i == 1:
            continue
        print((i, j), end=" ")
    else:
        print("never")
print(i, j)
for i in range(3):
    i = i * 10
    print(i, end=" ")
print(i)
items = [1, 2, 3]
for items[0] in range(5, 7):
    print(items, end=" ")
print()
while True:
    while True:
        break
    else:
        print("never")
    break
for x in range(5):
    if x == 0:
        continue
    elif x == 1:
        pass
    elif x == 2:
        print("two", end=" ")
    else:
        print("other", end=" ")
        if x == 3:
            continue
        print("four", end=" ")
print(x)
