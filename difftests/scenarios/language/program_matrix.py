"""Matrices: operators, transposition, determinant, inverse, equality and printing."""


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("rows of different lengths")

    @classmethod
    def identity(cls, size):
        return cls([[1 if i == j else 0 for j in range(size)] for i in range(size)])

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    def __getitem__(self, key):
        if isinstance(key, tuple):
            i, j = key
            return self.rows[i][j]
        return self.rows[key]

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __add__(self, other):
        if self.shape != other.shape:
            raise ValueError(f"shapes {self.shape} and {other.shape}")
        return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows)])

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        if not isinstance(other, Matrix):
            return Matrix([[value * other for value in row] for row in self])
        columns = list(other.transposed())
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns] for row in self])

    def __rmul__(self, factor):
        return self * factor

    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1:
                result = result * base
            base, n = base * base, n >> 1
        return result

    def __iter__(self):
        for row in self.rows:
            yield list(row)

    def transposed(self):
        return Matrix(zip(*self.rows))

    def minor(self, i, j):
        return Matrix([row[:j] + row[j + 1:] for k, row in enumerate(self.rows) if k != i])

    def cofactor(self, i, j):
        return (-1) ** (i + j) * self.minor(i, j).determinant()

    def determinant(self):
        if self.shape == (1, 1):
            return self[0, 0]
        return sum(value * self.cofactor(0, j) for j, value in enumerate(self[0]))

    def inverse(self):
        determinant = self.determinant()
        if determinant == 0:
            raise ZeroDivisionError("singular matrix")
        size = len(self.rows)
        return Matrix([[self.cofactor(j, i) / determinant for j in range(size)] for i in range(size)])

    def __repr__(self):
        return f"Matrix({self.rows})"

    def __str__(self):
        texts = [[f"{value:g}" for value in row] for row in self.rows]
        width = max(len(text) for row in texts for text in row)
        return "\n".join("[" + " ".join(f"{text:>{width}}" for text in row) + "]" for row in texts)


a = Matrix([[2, 1], [7, 4]])
b = Matrix([[1, 2, 3], [0, 1, 4], [5, 6, 0]])
print(a, a * a, a + a - a == a, -a, 3 * a, sep="\n")
print(b.determinant(), b.transposed(), b.minor(1, 1), b.shape)
print(b.inverse(), b.inverse() * b == Matrix.identity(3), repr(b.inverse()), sep="\n")
print(Matrix([[1, 1], [1, 0]]) ** 30, Matrix.identity(2) == [[1, 0], [0, 1]], a != a * 1.0)
a[0, 1] += 10
print(a[0], a[0, 1], [sum(row) for row in b], max(max(row) for row in b), a in [Matrix([[2, 11], [7, 4]])])
for action in [lambda: a + b, lambda: Matrix([[1, 2], [2, 4]]).inverse(), lambda: Matrix([[1], [1, 2]]),
               lambda: a[5]]:
    try:
        action()
    except (ValueError, ArithmeticError, LookupError) as error:
        print(type(error).__name__ + ":", error)
