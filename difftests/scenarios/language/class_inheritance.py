"""Single inheritance: overriding, super() in methods and __init__, class attributes along the chain."""


class Animal:
    sound = "..."
    legs = 4

    def __init__(self, name):
        self.name = name
        self.log = ["Animal"]

    def speak(self):
        return f"{self.name} says {self.sound}"

    def describe(self):
        return f"{type(self).__name__}: {self.speak()}, {self.legs} legs"


class Dog(Animal):
    sound = "woof"

    def __init__(self, name, trick):
        super().__init__(name)
        self.trick = trick
        self.log.append("Dog")

    def describe(self):
        return super().describe() + f", can {self.trick}"


class Puppy(Dog):
    sound = "yip"
    legs = Dog.legs

    def __init__(self, name):
        super().__init__(name, trick="roll")
        self.log += ["Puppy"]

    def speak(self):
        return "tiny " + super().speak()


class Fish(Animal):
    legs = 0


for animal in [Animal("Generic"), Dog("Rex", "sit"), Puppy("Bit"), Fish("Nemo")]:
    print(animal.describe(), animal.log)
Animal.sound = "changed"
print(Fish("Dory").speak(), Dog("Max", "x").speak())
print(isinstance(Puppy("p"), Animal), isinstance(Fish("f"), Dog), issubclass(Puppy, Dog),
      issubclass(Dog, Puppy))
print(issubclass(Dog, Dog), issubclass(Dog, object), isinstance(Dog, type), isinstance(Dog("d", 1), object))
print(Animal.describe(Dog("Direct", "nothing")), Animal.__init__ is Fish.__init__,
      Dog.describe is Animal.describe)
