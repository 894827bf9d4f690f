"""A child's own cancel is called with msg=; what it answers counts, and what it raises comes out."""
import asyncio


class Mine(asyncio.Future):
    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def cancel(self, msg=None):
        print("cancel", msg)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def main():
    for answer in (False, True, 7, ValueError("no")):
        mine, plain = Mine(answer), asyncio.Future()
        gathering = asyncio.gather(mine, plain, return_exceptions=True)
        try:
            print(gathering.cancel("m"), plain.cancelled())
        except ValueError as error:
            print("raised", error, plain.cancelled())
        mine.set_result(1)
        if not plain.done():
            plain.set_result(2)
        try:
            print(await gathering)
        except asyncio.CancelledError as error:
            print("cancelled", error.args)


asyncio.run(main())
