"""remove_done_callback compares by equality: bound methods of one object are equal, lambdas are not."""
import asyncio


class Listener:
    def __init__(self, name):
        self.name = name

    def hear(self, future):
        print(self.name, "hears")


async def main():
    future = asyncio.get_running_loop().create_future()
    a = Listener("a")
    b = Listener("b")
    for listener in (a, b, a):
        future.add_done_callback(listener.hear)
    future.add_done_callback(lambda future: print("lambda"))
    print("lambda", future.remove_done_callback(lambda future: print("lambda")))
    print("a", future.remove_done_callback(a.hear))
    print("a again", future.remove_done_callback(a.hear))
    future.add_done_callback(a.hear)
    future.set_result(None)
    print("after set_result", future.remove_done_callback(b.hear))
    await asyncio.sleep(0)


asyncio.run(main())
