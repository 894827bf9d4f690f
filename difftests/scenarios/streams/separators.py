"""Several separators: the one that ends first is found, whatever their order."""
# requires: 3.13
import asyncio


async def main():
    for separators in ((b"\n", b"\r\n"), (b"ab", b"b"), (b"xyz", b"yz", b"z"), (b"nowhere", b";")):
        reader = asyncio.StreamReader()
        reader.feed_data(b"one\r\ntwo ab three xyz; end")
        reader.feed_eof()
        try:
            while True:
                print(separators, await reader.readuntil(separators))
        except asyncio.IncompleteReadError as error:
            print(error.partial, error.expected)
    reader = asyncio.StreamReader()
    for wrong in ((), (b"", b"x")):
        try:
            await reader.readuntil(wrong)
        except ValueError as error:
            print(error)


asyncio.run(main())
