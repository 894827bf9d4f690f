"""Two tasks await the same step of an async generator."""


import asyncio
async def agen():
    await asyncio.sleep(1)
    yield 1
    await asyncio.sleep(1)
    yield 2
async def wait(s):
    try: return await s
    except Exception as e: return type(e).__name__
async def main():
    a = agen(); s = a.__anext__()
    t1 = asyncio.create_task(wait(s)); t2 = asyncio.create_task(wait(s))
    r = [await t1, await t2]
    print(r[0] == 1 or r[1] == 1)
    s2 = a.__anext__()
    t1 = asyncio.create_task(wait(s2)); await asyncio.sleep(0)
    try: s2.send(None)
    except BaseException as e: print(type(e).__name__)
    t1.cancel()
    try: await t1
    except BaseException as e: print(type(e).__name__)
    await a.aclose()
asyncio.run(main())
