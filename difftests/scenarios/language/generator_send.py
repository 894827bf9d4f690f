"""send: the value of a yield expression, the first send must be None, and what send returns or raises."""


def echo():
    received = []
    while True:
        value = yield received
        if value == "stop":
            return received, "returned"
        received = received + [value]


talk = echo()
try:
    talk.send("too early")
except TypeError as error:
    print("TypeError:", error)
print(talk.send(None), talk.send("a"), next(talk), talk.send("b"))
try:
    talk.send("stop")
except StopIteration as stop:
    print("value", stop.value)
for action in [lambda: talk.send(1), lambda: next(talk), lambda: talk.send(None)]:
    try:
        action()
    except StopIteration as stop:
        print("spent", stop.value)


def average():
    total = count = 0
    result = None
    while True:
        number = yield result
        total += number
        count += 1
        result = total / count


mean = average()
next(mean)
print([mean.send(n) for n in (10, 20, 60)])


def expressions():
    x = (yield 1) + (yield 2)
    print("x", x, end=" ")
    y = [(yield "in list"), (yield "second")]
    print("y", y, end=" ")
    print("call", (yield "argument"), (yield), end=" ")
    z = yield (yield "outer") or "default"
    return x, y, z, f"{yield 'in f-string'}"


run = expressions()
values = [next(run)]
sent = 10
while True:
    try:
        values.append(run.send(sent))
        sent += 1
    except StopIteration as stop:
        print(stop.value)
        break
print(values)


def augmented():
    total = 0
    while total < 10:
        total += yield total
    return "full"


adding = augmented()
print(next(adding), adding.send(4), adding.send(5))
print(adding.close(), next(adding, "closed"))
