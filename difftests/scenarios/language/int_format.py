"""Format specs of ints in f-strings: width, alignment, sign, zero fill, grouping and bases."""
n = 42
m = -42
big = 1234567
print(f"[{n}] [{n:d}] [{n:5}] [{n:<5}] [{n:>5}] [{n:^5}] [{n:05}] [{n:05d}] [{m:05d}] [{m:=6d}]")
print(f"[{n:+d}] [{m:+d}] [{n: d}] [{m: d}] [{n:-d}] [{n:+06d}] [{m:<6d}] [{m:^7}] [{n:*^7}] [{n:x>6}] "
      f"[{m:0>6}]")
print(f"[{n:b}] [{n:o}] [{n:x}] [{255:X}] [{n:#b}] [{n:#o}] [{n:#x}] [{255:#X}] [{m:x}] [{m:#x}] [{n:08b}] "
      f"[{n:#010x}]")
print(f"[{big:,}] [{big:_}] [{-big:,}] [{999:,}] [{1000:,}] [{big:12,}] [{big:<12,}] [{big:_b}] [{big:_x}] "
      f"[{big:014,}]")
print(f"[{65:c}] [{0x20AC:c}] [{0:d}] [{0:x}] [{0:5}] [{0:+}] [{-0:,}]")
print(f"[{n:.2f}] [{n:e}] [{n:g}] [{n:%}] [{n:8.1f}] [{n:.0f}] [{m:.3e}]")
print(f"[{9223372036854775807:,}] [{9223372036854775807:x}] [{-9223372036854775807 - 1:x}] "
      f"[{-9223372036854775807 - 1}]")
print(f"[{True}] [{True:d}] [{True:5}] [{True:x}] [{False:b}] [{True:.1f}]")


def show(make):
    try:
        print(make())
    except ValueError:
        print("ValueError")


show(lambda: f"{n:s}")
show(lambda: f"{n:.2d}")
show(lambda: f"{n:y}")
show(lambda: f"{n:,x}")
