"""A simulation of a shop with one queue: events in order of time, generators as customers."""


class Clock:
    def __init__(self):
        self.now, self.events, self.serial, self.current = 0, [], 0, None

    def schedule(self, delay, process):
        self.serial += 1
        entry = (self.now + delay, self.serial, process)
        position = len(self.events)
        while position > 0 and self.events[position - 1][:2] > entry[:2]:
            position -= 1
        self.events.insert(position, entry)

    def run(self, limit):
        while self.events and self.events[0][0] <= limit:
            self.now, _, self.current = self.events.pop(0)
            try:
                delay = next(self.current)
            except StopIteration:
                continue
            if delay is not None:
                self.schedule(delay, self.current)
        return len(self.events)


class Random:
    def __init__(self, seed):
        self.state = seed

    def between(self, low, high):
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return low + self.state // 65536 % (high - low + 1)


class Shop:
    def __init__(self, clock, clerks):
        self.clock, self.free, self.waiting = clock, clerks, []
        self.served, self.left, self.waits = 0, 0, []

    def acquire(self):
        if self.free:
            self.free -= 1
            return True
        self.waiting.append(self.clock.current)
        return False

    def release(self):
        if self.waiting:
            self.clock.schedule(0, self.waiting.pop(0))
        else:
            self.free += 1


def customer(shop, name, patience, service):
    clock = shop.clock
    arrived = clock.now
    if len(shop.waiting) >= patience:
        shop.left += 1
        print(f"{clock.now:>4} {name} leaves, {len(shop.waiting)} are waiting")
        return
    if not shop.acquire():
        print(f"{clock.now:>4} {name} waits")
        yield
    shop.waits.append(clock.now - arrived)
    print(f"{clock.now:>4} {name} is served for {service} after {clock.now - arrived}")
    try:
        yield service
    finally:
        shop.release()
    shop.served += 1
    print(f"{clock.now:>4} {name} is done")


def arrivals(shop, random, count):
    for n in range(count):
        process = customer(shop, f"customer {n}", random.between(1, 3), random.between(3, 9))
        shop.clock.schedule(0, process)
        yield random.between(1, 4)


clock = Clock()
shop = Shop(clock, clerks=2)
clock.schedule(0, arrivals(shop, Random(7), 14))
print("events left", clock.run(limit=25), "at", clock.now)
print("events left", clock.run(limit=1000), "at", clock.now)
mean = sum(shop.waits) / len(shop.waits)
print(f"served {shop.served}, left {shop.left}, mean wait {mean:.3f}, longest {max(shop.waits)}")
print(shop.waits, shop.free, shop.waiting)
