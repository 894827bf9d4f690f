"""Without time wait_for has its callback on the future before it cancels: what that cancel() adds comes behind it."""
import asyncio


class Adds(asyncio.Future):
    def cancel(self, msg=None):
        self.add_done_callback(self.told)
        return super().cancel(msg=msg)

    def told(self, future):
        print("told")
        asyncio.get_running_loop().call_soon(print, "a turn after that")


async def main():
    try:
        await asyncio.wait_for(Adds(), 0)
    except TimeoutError as error:
        print(repr(error))
    await asyncio.sleep(0)


asyncio.run(main())
