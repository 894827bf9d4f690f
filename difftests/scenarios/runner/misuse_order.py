"""What a Runner refuses, and in which order it looks: the kind of argument, a running loop, being closed."""
import asyncio


def attempt(what, function, *args):
    try:
        print(what, function(*args))
    except Exception as error:
        print(what, repr(error))


async def main(runner, closed):
    attempt("nested", runner.run, 7)
    attempt("nested and closed", closed.run, 7)
    attempt("asyncio.run", asyncio.run, 7)
    attempt("asyncio.run of None", asyncio.run, None)


closed = asyncio.Runner()
closed.close()
attempt("closed once more", closed.close)
with asyncio.Runner() as runner:
    runner.run(main(runner, closed))
    attempt("no coroutine", runner.run, 7)
attempt("closed", runner.run, 7)
attempt("closed loop", runner.get_loop)
attempt("enter", runner.__enter__)
attempt("no keywords", asyncio.Runner, True)
