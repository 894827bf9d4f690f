"""A small round-robin scheduler of coroutines with queues, written by hand."""


class Switch:
    def __await__(self):
        yield


class Channel:
    def __init__(self):
        self.items, self.closed = [], False

    async def put(self, item):
        while len(self.items) >= 2:
            await Switch()
        self.items.append(item)

    async def get(self):
        while not self.items:
            if self.closed:
                raise EndOfChannel
            await Switch()
        return self.items.pop(0)


class EndOfChannel(Exception):
    pass


class Scheduler:
    def __init__(self):
        self.ready, self.results, self.steps = [], {}, 0

    def spawn(self, name, coro):
        self.ready.append((name, coro))

    def run(self):
        while self.ready:
            name, coro = self.ready.pop(0)
            self.steps += 1
            try:
                coro.send(None)
            except StopIteration as stop:
                self.results[name] = stop.value
                print(f"{name} finished at step {self.steps}")
            except Exception as error:
                self.results[name] = error
                print(f"{name} failed at step {self.steps}: {error!r}")
            else:
                self.ready.append((name, coro))
        return self.results


async def producer(channel, count):
    for n in range(count):
        await channel.put(n * n)
        print("put", n * n)
    channel.closed = True
    return count


async def consumer(channel):
    total = 0
    try:
        while True:
            item = await channel.get()
            total += item
            print("got", item)
    except EndOfChannel:
        return total


async def failing():
    await Switch()
    raise ValueError("on purpose")


scheduler, channel = Scheduler(), Channel()
scheduler.spawn("producer", producer(channel, 5))
scheduler.spawn("consumer", consumer(channel))
scheduler.spawn("failing", failing())
print(scheduler.run(), scheduler.steps)
