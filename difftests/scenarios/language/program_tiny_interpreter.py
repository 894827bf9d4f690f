"""A tiny Lisp: reader, linked environments, special forms, closures, recursion, and errors."""


class LispError(Exception):
    pass


class Symbol:
    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name

    def __eq__(self, other):
        return isinstance(other, Symbol) and self.name == other.name


class Environment:
    def __init__(self, names=None, outer=None):
        self.names, self.outer = names or {}, outer

    def find(self, name):
        scope = self
        while scope is not None:
            if name in scope.names:
                return scope.names
            scope = scope.outer
        raise LispError(f"unknown name {name}")


class Procedure:
    def __init__(self, parameters, body, environment):
        self.parameters, self.body, self.environment = parameters, body, environment

    def __call__(self, *arguments):
        if len(arguments) != len(self.parameters):
            raise LispError(f"expected {len(self.parameters)} arguments, got {len(arguments)}")
        names = dict(zip(map(str, self.parameters), arguments))
        return evaluate(self.body, Environment(names, self.environment))


def parse(text):
    def read(tokens):
        for token in tokens:
            if token == "(":
                yield list(read(tokens))
            elif token == ")":
                return
            else:
                yield atom(token)

    return list(read(iter(text.replace("(", " ( ").replace(")", " ) ").split())))


def atom(token):
    for convert in (int, float):
        try:
            return convert(token)
        except ValueError:
            pass
    return Symbol(token)


def evaluate(form, environment):
    if isinstance(form, Symbol):
        return environment.find(form.name)[form.name]
    if not isinstance(form, list):
        return form
    first, *rest = form
    head = first.name if isinstance(first, Symbol) else None
    if head == "quote":
        return rest[0]
    if head == "if":
        test, yes, no = rest
        return evaluate(yes if evaluate(test, environment) else no, environment)
    if head == "define":
        environment.names[rest[0].name] = evaluate(rest[1], environment)
        return None
    if head == "set!":
        environment.find(rest[0].name)[rest[0].name] = evaluate(rest[1], environment)
        return None
    if head == "lambda":
        return Procedure(rest[0], rest[1], environment)
    if head == "begin":
        return [evaluate(part, environment) for part in rest][-1]
    function, *arguments = [evaluate(part, environment) for part in form]
    if not callable(function):
        raise LispError(f"{show(function)} is not a function")
    return function(*arguments)


def show(value):
    if isinstance(value, list):
        return "(" + " ".join(map(show, value)) + ")"
    return {True: "#t", False: "#f"}[value] if isinstance(value, bool) else str(value)


def product(*numbers):
    result = 1
    for number in numbers:
        result *= number
    return result


top = Environment({
    "+": lambda *n: sum(n), "*": product, "-": lambda a, b: a - b, "/": lambda a, b: a / b, "<": lambda a,
    b: a < b,
    "=": lambda a, b: a == b, "list": lambda *items: list(items), "first": lambda l: l[0],
    "rest": lambda l: l[1:],
    "cons": lambda item, l: [item] + l, "empty?": lambda l: l == [], "map": lambda f,
    l: [f(item) for item in l],
})
PROGRAM = """
(+ 1 2 (* 3 4)) (define square (lambda (n) (* n n))) (square 7) (map square (quote (1 2 3)))
(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1)))))) (fact 15)
(define counter (lambda (n) (lambda () (begin (set! n (+ n 1)) n)))) (define tick (counter 10)) (tick) (tick)
(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))) (map fib (list 1 5 10 12))
(quote (a (b 2.5) ())) (= (quote x) (quote x)) (empty? (rest (list 1))) (unknown 1) (square) (1 2) (/ 1 0)
((lambda (f) (f f 5)) (lambda (f n) (if (= n 0) (quote done) (f f (- n 1))))) (first (list))
(cons 1 (list 2)) ()
"""
for form in parse(PROGRAM):
    try:
        print(show(form), "=>", show(evaluate(form, top)))
    except (LispError, ArithmeticError, LookupError, ValueError) as error:
        print(show(form), "!!", type(error).__name__, error if isinstance(error, LispError) else "")
