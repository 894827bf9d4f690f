"""What a division by zero is called: up to 3.13 by its kind, since 3.14 in one way."""


def words(act, left, right):
    try:
        act(left, right)
    except ZeroDivisionError as error:
        print(left, right, error)


for left, right in ((5, 0), (5.5, 0), (5, 0.0), (True, False)):
    words(lambda a, b: a / b, left, right)
    words(lambda a, b: a // b, left, right)
    words(lambda a, b: a % b, left, right)
for base in (0, 0.0, False):
    words(lambda a, b: a**b, base, -1)
    words(lambda a, b: a**b, base, -0.5)
