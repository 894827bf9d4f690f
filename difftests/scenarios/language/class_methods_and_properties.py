"""classmethod, staticmethod and property with setter and deleter, on classes, instances and subclasses."""


class Temperature:
    unit = "C"

    def __init__(self, degrees):
        self.degrees = degrees

    @classmethod
    def parse(cls, text):
        return cls(float(text))

    @staticmethod
    def to_fahrenheit(degrees):
        return degrees * 9 / 5 + 32

    @property
    def degrees(self):
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        if value < -273.15:
            raise ValueError("below absolute zero")
        self._degrees = value

    @degrees.deleter
    def degrees(self):
        print("deleting")
        self._degrees = 0

    @property
    def fahrenheit(self):
        return self.to_fahrenheit(self.degrees)

    @classmethod
    def units(cls):
        return cls.unit, cls.__name__


class Kelvin(Temperature):
    unit = "K"

    @property
    def degrees(self):
        return super().degrees + 273.15


t = Temperature.parse("20.5")
print(t.degrees, t.fahrenheit, Temperature.to_fahrenheit(100), t.to_fahrenheit(0), t.units(), Kelvin.units())
t.degrees = 30
t.degrees += 5
print(t.degrees, t.fahrenheit, type(t).__name__, type(t.parse("1")).__name__)
try:
    t.degrees = -300
except ValueError as error:
    print("ValueError:", error, t.degrees)
del t.degrees
print(t.degrees)
for action in [lambda: setattr(t, "fahrenheit", 1), lambda: Kelvin(5)]:
    try:
        action()
    except AttributeError as error:
        print("AttributeError")
print(isinstance(Temperature.degrees, property), callable(Temperature.parse), Temperature.fahrenheit is t)


class Manual:
    def get(self):
        return "got"

    def put(self, value):
        print("put", value)

    item = property(get, put)
    made = classmethod(lambda cls: cls.__name__)
    plain = staticmethod(lambda: "static")


m = Manual()
m.item = 5
print(m.item, m.made(), m.plain(), Manual.plain(), Manual.made())
