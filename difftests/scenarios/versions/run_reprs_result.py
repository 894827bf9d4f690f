"""asyncio.run() calls repr() on the result of the main task, twice, for a handler of signals; later it does not (gh-112559)."""
# flag: run_reprs_result
import asyncio


class Result:
    def __repr__(self):
        print("repr is called")
        return "Result()"


async def main():
    return Result()


asyncio.run(main())
print("the end")
