"""super(): in methods, classmethods, properties and special methods, through several levels."""


class Base:
    name = "base"

    def __init__(self):
        self.steps = ["Base"]

    def run(self, depth=0):
        return ["Base.run", depth]

    @classmethod
    def create(cls):
        return [cls.__name__]

    @staticmethod
    def tool():
        return "base tool"

    @property
    def label(self):
        return "base label"

    def __repr__(self):
        return "Base()"

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return ("base", index)


class Middle(Base):
    def run(self, depth=0):
        return ["Middle.run"] + super().run(depth + 1)


class Last(Middle):
    name = "last"

    def __init__(self):
        super().__init__()
        self.steps.append("Last")

    def run(self, depth=0):
        result = super().run(depth + 1)
        return ["Last.run"] + result + [(lambda: depth)()]

    @classmethod
    def create(cls):
        return super().create() + ["made by Last"]

    @staticmethod
    def tool():
        return "last tool over " + Base.tool()

    @property
    def label(self):
        return "last " + super().label

    def __repr__(self):
        return "Last+" + super().__repr__()

    def __len__(self):
        return super().__len__() + 10

    def __getitem__(self, index):
        return super().__getitem__(index) + (super().name, self.name)

    def closure(self):
        parent = super()
        return parent.run(), parent.name


last = Last()
print(last.steps, last.run(), Last.create(), Middle.create(), last.create(), last.tool(), last.label)
print(last, len(last), last["k"], last.closure(), super(Last, last).run(), super(Middle, last).run(7))
try:
    super(Base, last).run()
except AttributeError as error:
    print("AttributeError:", error)


class Lonely:
    def __init__(self):
        super().__init__()
        print("Lonely made", super().__eq__ is not None)


Lonely()
