"""A calculator: tokens, a recursive-descent parser to a tree, evaluation with variables, and errors."""


class CalcError(Exception):
    def __init__(self, message, position):
        super().__init__(f"{message} at {position}")
        self.position = position


class Token:
    def __init__(self, kind, value, position):
        self.kind, self.value, self.position = kind, value, position


def tokens(text):
    i = 0
    while i < len(text):
        start = i
        if text[i].isspace():
            i += 1
        elif text[i].isdigit():
            while i < len(text) and (text[i].isdigit() or text[i] == "."):
                i += 1
            number = text[start:i]
            yield Token("number", float(number) if "." in number else int(number), start)
        elif text[i].isalpha():
            while i < len(text) and text[i].isalnum():
                i += 1
            yield Token("name", text[start:i], start)
        elif text[i:i + 2] == "**":
            i += 2
            yield Token("operator", "**", start)
        elif text[i] in "+-*/%(),=":
            i += 1
            yield Token("operator", text[start], start)
        else:
            raise CalcError(f"unexpected {text[i]!r}", i)
    yield Token("end", None, len(text))


class Parser:
    def __init__(self, text):
        self.tokens = list(tokens(text))
        self.index = 0

    def peek(self):
        return self.tokens[self.index]

    def accept(self, *operators):
        token = self.peek()
        if token.kind == "operator" and token.value in operators:
            self.index += 1
            return token.value
        return None

    def expect(self, operator):
        if not self.accept(operator):
            raise CalcError(f"expected {operator!r}", self.peek().position)

    def statement(self):
        if self.peek().kind == "name" and self.tokens[self.index + 1].value == "=":
            name = self.peek().value
            self.index += 2
            tree = ("set", name, self.sum())
        else:
            tree = self.sum()
        if self.peek().kind != "end":
            raise CalcError("unexpected text", self.peek().position)
        return tree

    def binary(self, operators, operand):
        tree = operand()
        while operator := self.accept(*operators):
            tree = (operator, tree, operand())
        return tree

    def sum(self):
        return self.binary(("+", "-"), lambda: self.binary(("*", "/", "%"), self.unary))

    def unary(self):
        return ("neg", self.unary()) if self.accept("-") else self.power()

    def power(self):
        base = self.atom()
        return ("**", base, self.unary()) if self.accept("**") else base

    def atom(self):
        token = self.peek()
        self.index += 1
        if token.kind == "number":
            return token.value
        if token.kind == "name":
            if not self.accept("("):
                return ("get", token.value)
            arguments = [self.sum()]
            while self.accept(","):
                arguments.append(self.sum())
            self.expect(")")
            return ("call", token.value, *arguments)
        if token.value == "(":
            tree = self.sum()
            self.expect(")")
            return tree
        raise CalcError("expected a value", token.position)


BINARY = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "%": lambda a, b: a % b, "**": lambda a, b: a ** b,
}
FUNCTIONS = {"max": max, "min": min, "abs": abs, "sum": lambda *numbers: sum(numbers)}


def evaluate(tree, names):
    if not isinstance(tree, tuple):
        return tree
    kind, *rest = tree
    if kind == "get":
        return names[rest[0]]
    if kind == "set":
        return names.setdefault(rest[0], evaluate(rest[1], names))
    if kind == "call":
        return FUNCTIONS[rest[0]](*(evaluate(argument, names) for argument in rest[1:]))
    values = [evaluate(part, names) for part in rest]
    return -values[0] if kind == "neg" else BINARY[kind](*values)


names = {"pi": 3.14159}
LINES = ["1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "x = 7 % 4", "x * pi",
         "max(1, x, 2) - abs(-5)", "7 / 2",
         "sum(1, 2, 3) ** 2", "10 - 4 - 3", "1 +", "2 $ 3", "(1", "1 2", "y + 1", "1 / (x - 3)", "1.5 * 4",
         "f(1)"]
for line in LINES:
    try:
        print(f"{line:<24} = {evaluate(Parser(line).statement(), names)}")
    except CalcError as error:
        print(f"{line:<24} ! {error} {'^':>{error.position + 1}}")
    except (LookupError, ArithmeticError) as error:
        print(f"{line:<24} ! {type(error).__name__}")
