"""A binary heap by hand: push, pop, update, merge sort by heap, Dijkstra and Huffman codes on top of it."""


class Heap:
    def __init__(self, items=(), key=lambda item: item):
        self.key, self.items = key, []
        for item in items:
            self.push(item)

    def __len__(self):
        return len(self.items)

    def __bool__(self):
        return len(self.items) > 0

    def less(self, i, j):
        return self.key(self.items[i]) < self.key(self.items[j])

    def swap(self, i, j):
        self.items[i], self.items[j] = self.items[j], self.items[i]

    def push(self, item):
        self.items.append(item)
        i = len(self) - 1
        while i and self.less(i, parent := (i - 1) // 2):
            self.swap(i, parent)
            i = parent

    def pop(self):
        if not self:
            raise IndexError("pop from an empty heap")
        self.swap(0, -1)
        top = self.items.pop()
        i = 0
        while (child := 2 * i + 1) < len(self):
            if child + 1 < len(self) and self.less(child + 1, child):
                child += 1
            if not self.less(child, i):
                break
            self.swap(i, child)
            i = child
        return top

    def drain(self):
        while self:
            yield self.pop()

    def is_valid(self):
        return all(not self.less(i, (i - 1) // 2) for i in range(1, len(self)))


def shortest(graph, start):
    distances, previous, done = {start: 0}, {}, set()
    queue = Heap([(0, start)])
    for distance, node in queue.drain():
        if node in done:
            continue
        done.add(node)
        for neighbour, length in graph.get(node, {}).items():
            if (candidate := distance + length) < distances.get(neighbour, float("inf")):
                distances[neighbour], previous[neighbour] = candidate, node
                queue.push((candidate, neighbour))
    return distances, previous


def path(previous, node):
    return path(previous, previous[node]) + [node] if node in previous else [node]


def huffman(text):
    counts = {c: text.count(c) for c in sorted(set(text))}
    queue = Heap([(n, c, c) for c, n in counts.items()], key=lambda entry: entry[:2])
    while len(queue) > 1:
        (n, a, left), (m, b, right) = queue.pop(), queue.pop()
        queue.push((n + m, min(a, b), (left, right)))
    codes = {}

    def walk(tree, code):
        if isinstance(tree, str):
            codes[tree] = code or "0"
        else:
            for bit, branch in enumerate(tree):
                walk(branch, code + str(bit))

    walk(queue.pop()[2], "")
    return codes


numbers = [(n * 37 + 11) % 50 for n in range(20)]
heap = Heap(numbers)
print(numbers, heap.is_valid(), len(heap))
print(list(heap.drain()) == sorted(numbers), bool(heap),
      list(Heap("heap", key=lambda c: -"aehp".index(c)).drain()))
graph = {"a": {"b": 7, "c": 9, "f": 14}, "b": {"c": 10, "d": 15}, "c": {"d": 11, "f": 2}, "d": {"e": 6},
         "f": {"e": 9}}
distances, previous = shortest(graph, "a")
print(distances, path(previous, "e"), path(previous, "d"), path(previous, "z"))
codes = huffman("abracadabra alakazam")
print(codes, sum(len(codes[c]) for c in "abracadabra alakazam"))
coded = "".join(codes[c] for c in "alakazam")
decoded, buffer, letters = "", "", {code: c for c, code in codes.items()}
for bit in coded:
    buffer += bit
    if buffer in letters:
        decoded, buffer = decoded + letters[buffer], ""
print(coded, decoded, huffman("zzz"))
try:
    Heap().pop()
except IndexError as error:
    print("IndexError:", error)
