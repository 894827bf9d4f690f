"""break, continue and return that leave try, except and finally blocks in loops."""


def log(*values):
    print(*values, end=" ")


for n in range(3):
    try:
        if n == 1:
            continue
        log("try", n)
    finally:
        log("finally", n)
print()
for n in range(3):
    try:
        if n == 1:
            break
        log("try", n)
    finally:
        log("finally", n)
else:
    log("never")
print()
while True:
    try:
        try:
            log("inner")
            break
        finally:
            log("first")
    finally:
        log("second")
print()


def find(values, wanted):
    for index, value in enumerate(values):
        try:
            if value == wanted:
                return index
        except TypeError:
            log("never")
        else:
            log("not", value)
        finally:
            log("checked", value)
    else:
        log("exhausted")
    return None


print(find("abc", "b"), find("ab", "z"))
for n in range(4):
    try:
        1 // (n - 1)
    except ZeroDivisionError:
        log("zero at", n)
        continue
    else:
        log("fine", n)
        if n == 2:
            break
    finally:
        log("end", n)
print()
for n in range(2):
    for m in range(3):
        try:
            if m == 1:
                break
        finally:
            log((n, m))
    else:
        log("never")
    log("next")
print()
