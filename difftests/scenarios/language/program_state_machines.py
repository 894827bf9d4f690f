"""State machines three ways: a table, classes for states, and a generator, which must agree."""

TABLE = {
    ("locked", "coin"): ("unlocked", "unlock"),
    ("locked", "push"): ("locked", "alarm"),
    ("unlocked", "coin"): ("unlocked", "thank"),
    ("unlocked", "push"): ("locked", "lock"),
}


class TableMachine:
    def __init__(self):
        self.state = "locked"

    def feed(self, event):
        try:
            self.state, action = TABLE[self.state, event]
        except KeyError as error:
            raise ValueError(f"no rule for {error.args[0]}") from None
        return action


class State:
    def on(self, event):
        handler = getattr(self, "on_" + event, None)
        if handler is None:
            raise ValueError(f"no rule for {(self.name, event)}")
        return handler()

    @property
    def name(self):
        return type(self).__name__.lower()


class Locked(State):
    def on_coin(self):
        return Unlocked(), "unlock"

    def on_push(self):
        return self, "alarm"


class Unlocked(State):
    def on_coin(self):
        return self, "thank"

    def on_push(self):
        return Locked(), "lock"


class ObjectMachine:
    def __init__(self):
        self.current = Locked()

    def feed(self, event):
        self.current, action = self.current.on(event)
        return action

    @property
    def state(self):
        return self.current.name


def generator_machine():
    action, state = None, "locked"
    while True:
        event = yield action, state
        if event not in ("coin", "push"):
            raise ValueError(f"no rule for {(state, event)}")
        if state == "locked":
            action, state = ("unlock", "unlocked") if event == "coin" else ("alarm", "locked")
        else:
            action, state = ("thank", "unlocked") if event == "coin" else ("lock", "locked")


class GeneratorMachine:
    def __init__(self):
        self.generator = generator_machine()
        _, self.state = next(self.generator)

    def feed(self, event):
        action, self.state = self.generator.send(event)
        return action


def drive(machine, events):
    for event in events:
        before = machine.state
        try:
            action = machine.feed(event)
        except ValueError as error:
            yield f"error: {error}"
            return
        yield f"{before} --{event}/{action}--> {machine.state}"


EVENTS = "push coin coin push push coin kick push".split()
logs = [list(drive(make(), EVENTS)) for make in (TableMachine, ObjectMachine, GeneratorMachine)]
print(*logs[0], sep="\n")
print("all agree:", logs[0] == logs[1] == logs[2], [len(log) for log in logs])
reached, todo = {"locked": []}, ["locked"]
while todo:
    state = todo.pop(0)
    for (source, event), (target, _) in TABLE.items():
        if source == state and target not in reached:
            reached[target] = reached[state] + [event]
            todo.append(target)
print(reached)
