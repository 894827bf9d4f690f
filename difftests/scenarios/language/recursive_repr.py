"""Containers that contain themselves print [...], (...) and {...}; one seen twice is printed twice."""
loop = [1]
loop.append(loop)
print(loop, repr(loop), str(loop), f"{loop}", len(loop), loop[1][1] is loop)
table = {"name": "t"}
table["self"] = table
print(table)
pair = ([],)
pair[0].append(pair)
print(pair, pair[0])
mixed = {"list": [1, 2]}
mixed["list"].append(mixed)
print(mixed, mixed["list"], [mixed])
first, second = [1], [2]
first.append(second)
second.append(first)
print(first, second, [first, second])
twice = [0]
print([twice, twice], {"a": twice, "b": twice}, (twice, [twice]))


class Node:
    def __init__(self):
        self.children = [self]

    def __repr__(self):
        return "Node" + (str(len(self.children)))


print(Node().children)
view = {}
view["values"] = [view.get("values"), view]
print(view)
loop.clear()
print(loop)
loop += [loop, [loop], (loop,), {1: loop}]
print(loop, loop == loop, loop in loop)
