"""A wait that is closed or thrown into by hand: with the lock free it ends, otherwise it ignores the close."""
import asyncio


def look(thing):
    text = repr(thing)
    return text[: text.index(" object at")] + text[text.index(" [") :]


async def main():
    condition = asyncio.Condition()
    for held in (False, True):
        for how in ("close", "throw"):
            await condition.acquire()
            wait, bystander = condition.wait(), condition.wait()
            wait.send(None)
            print(look(condition))
            await condition.acquire()
            second = bystander.send(None)
            if held:
                await condition.acquire()
            try:
                if how == "close":
                    print(wait.close())
                else:
                    print("yields", type(wait.throw(ValueError("thrown"))).__name__)
            except (RuntimeError, ValueError) as error:
                print(repr(error))
            print(second.done(), look(condition))
            if held:
                condition.release()
                try:
                    wait.send(None)
                except BaseException as error:
                    print(repr(error))
            print(second.done(), look(condition))
            if condition.locked():
                condition.release()
            bystander.close()
            print(look(condition))
            if condition.locked():
                condition.release()


asyncio.run(main())
