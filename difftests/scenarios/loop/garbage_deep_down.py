"""Finalizers meet tasks, futures and generators that lie deep in what is being freed."""
# record: not compared, in which order garbage is freed is an accident


import asyncio
loop = asyncio.new_event_loop()
class D:
    def __del__(self):
        loop.call_soon(loop.stop)
        loop.run_forever()
n = 0
def cb(f):
    global n
    n += f.done()
def mk(k):
    f = loop.create_future()
    f.add_done_callback(cb)
    f.set_result(5)
    deep = [f]
    del f
    for i in range(k): deep = [deep]
    x = [D()]
    for i in range(60): x = [x]
    return [deep, x]
for k in range(30, 48):
    b = mk(k)
    del b
print(n)


async def generator():
    yield 1


class Closes:
    def __del__(self):
        loop.run_until_complete(loop.shutdown_asyncgens())


async def begin(made):
    await made.asend(None)


def nested(thing, depth):
    for i in range(depth):
        thing = [thing]
    return thing


for depth in range(30, 48):
    made = generator()
    loop.run_until_complete(begin(made))
    both = [nested(made, depth), nested(Closes(), 60)]
    del made
    del both
print("generators are closed")


class Counts:
    def __del__(self):
        counted.append(len(asyncio.all_tasks(loop)))


async def sleeper():
    await loop.create_future()


async def main():
    for depth in range(30, 48):
        task = loop.create_task(sleeper())
        await asyncio.sleep(0)
        task._log_destroy_pending = False
        both = [nested(task, depth), nested(Counts(), 60)]
        del task
        del both


counted = []
loop.run_until_complete(main())
print("counted", len(counted), "times")
loop.close()
