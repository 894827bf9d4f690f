"""A StreamReader that is fed by hand: each way to read, what is at the end, the limit, and errors."""
import asyncio


async def attempt(what):
    try:
        print(await what)
    except asyncio.IncompleteReadError as error:
        print(repr(error), error.partial, error.expected)
    except asyncio.LimitOverrunError as error:
        print(repr(error), error.consumed)
    except (ValueError, OSError, RuntimeError) as error:
        print(type(error).__name__, error)


async def later(reader, *pieces):
    for piece in pieces:
        await asyncio.sleep(0)
        reader.feed_data(piece)
    await asyncio.sleep(0)
    reader.feed_eof()


async def main():
    reader = asyncio.StreamReader()
    print(reader, reader.at_eof(), reader.exception())
    reader.feed_data(b"hello world\nnext")
    reader.feed_data(b"")
    print(reader)
    await attempt(reader.read(5))
    await attempt(reader.read(0))
    await attempt(reader.readexactly(0))
    await attempt(reader.readuntil(b"rl"))
    await attempt(reader.readline())
    feeding = asyncio.create_task(later(reader, b"-", b"more\nand", b" all"))
    await attempt(reader.readline())
    await attempt(reader.read())
    await feeding
    print(reader, reader.at_eof())
    await attempt(reader.read(1))
    await attempt(reader.readline())
    await attempt(reader.readexactly(1))
    await attempt(reader.readuntil(b"x"))

    reader = asyncio.StreamReader(limit=8)
    reader.feed_data(b"0123456789\nshort\n")
    await attempt(reader.readuntil(b"\n"))
    await attempt(reader.readline())
    await attempt(reader.readline())
    reader.feed_data(b"0123456789abcdef")
    await attempt(reader.readuntil(b"\r\n"))
    await attempt(reader.readuntil())
    await attempt(reader.readexactly(12))
    await attempt(reader.readexactly(-1))
    await attempt(reader.readuntil(b""))
    reader.feed_eof()
    await attempt(reader.readuntil(b"\n"))
    print(reader)

    reader = asyncio.StreamReader()
    for line in (b"a\n", b"b\n", b"c"):
        reader.feed_data(line)
    reader.feed_eof()
    async for line in reader:
        print("line", line)

    reader = asyncio.StreamReader()
    first = asyncio.create_task(reader.read(1))
    await asyncio.sleep(0)
    await attempt(reader.read(1))
    reader.set_exception(ConnectionResetError("gone"))
    await attempt(first)
    print(repr(reader.exception()))
    await attempt(reader.readline())

    reader = asyncio.StreamReader()
    first = asyncio.create_task(reader.readexactly(4))
    await asyncio.sleep(0)
    reader.feed_data(b"ab")
    await asyncio.sleep(0)
    first.cancel()
    try:
        await first
    except asyncio.CancelledError:
        print("cancelled", reader)
    reader.feed_data(b"cdef")
    await attempt(reader.readexactly(6))
    for limit in (0, -1):
        try:
            asyncio.StreamReader(limit=limit)
        except ValueError as error:
            print(error)


asyncio.run(main())
