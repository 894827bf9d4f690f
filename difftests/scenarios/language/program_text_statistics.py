"""Statistics of a text: words, letters, histograms, word pairs, wrapping and a table with aligned columns."""
TEXT = """\
It was the best of times, it was the worst of times,
it was the age of wisdom, it was the age of foolishness,
it was the epoch of belief, it was the epoch of incredulity,

it was the season of Light, it was the season of Darkness;
it was the spring of hope -- it was the winter of despair!
"""


def words(text):
    word = ""
    for character in text.lower() + " ":
        if character.isalpha():
            word += character
        elif word:
            yield word
            word = ""


def count(items):
    counts = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts


def top(counts, n=5):
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:n]


def pairs(items):
    previous = None
    for item in items:
        if previous is not None:
            yield previous, item
        previous = item


def wrap(text, width):
    line = []
    for word in text.split():
        if line and len(" ".join(line + [word])) > width:
            yield " ".join(line)
            line = []
        line.append(word)
    if line:
        yield " ".join(line)


def table(rows, headers):
    rows = [[str(cell) for cell in row] for row in [headers, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(headers))]
    for number, row in enumerate(rows):
        yield " | ".join(f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}" for i,
                         (cell, width) in enumerate(zip(row, widths)))
        if number == 0:
            yield "-+-".join("-" * width for width in widths)


def caesar(text, shift):
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    moved = alphabet[shift:] + alphabet[:shift]
    return "".join(moved[alphabet.index(c)] if c in alphabet else c for c in text.lower())


found = list(words(TEXT))
counts = count(found)
print(len(TEXT.splitlines()), "lines", len(found), "words", len(counts), "different", sum(map(len, found)),
      "letters")
for line in table([(w, n, f"{n / len(found):.1%}", len(w)) for w, n in top(counts)],
                  ["word", "count", "share", "length"]):
    print(line)
for letter, n in top(count(c for c in TEXT.lower() if c.isalpha()), 6):
    print(f"{letter} {'#' * (n // 2):<20} {n:>3}")
print(top(count(pairs(found)), 3))
print(top(count(len(word) for word in set(found)), 4), max(counts, key=len),
      sorted(word for word in counts if len(word) > 6))
print(*wrap(TEXT, 44), sep="\n")
lengths = sorted(len(word) for word in found)
middle = len(lengths) // 2
mean = sum(lengths) / len(lengths)
variance = sum((n - mean) ** 2 for n in lengths) / len(lengths)
print(f"mean {mean:.4f}, median {lengths[middle]}, deviation {variance ** 0.5:.4f}")
print(" ".join(word.capitalize() for word in found[:6]), "/", " ".join(reversed(found[-5:])), "/",
      found[0][::-1])
print(caesar("Hello, World!", 3), caesar(caesar("round trip", 10), -10),
      {w[0] for w in found} == set("itwbaoefsldhc"))
palindromes = [w for w in ["level", "Noon", "word",
                           "A man a plan"] if (s := w.lower().replace(" ", "")) == s[::-1]]
print(palindromes, [line.strip().count("it was") for line in TEXT.splitlines()], TEXT.count("the"),
      TEXT.find("Light"))
