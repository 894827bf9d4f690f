"""Flag transport_keeps_context (gh-140947): in which context a transport calls its protocol."""
# flag: transport_keeps_context
import asyncio
import contextvars
import socket

var = contextvars.ContextVar("var")


class Protocol(asyncio.Protocol):
    def connection_made(self, transport):
        print("made", var.get())

    def data_received(self, data):
        print("data", var.get())

    def connection_lost(self, exc):
        print("lost", var.get())


async def resume(transport):
    var.set("who resumes")
    transport.resume_reading()


async def close(transport):
    var.set("who closes")
    transport.close()


async def main():
    loop = asyncio.get_running_loop()
    var.set("who opens")
    ours, theirs = socket.socketpair()
    transport, protocol = await loop.create_connection(Protocol, sock=ours)
    var.set("later")
    theirs.send(b"one")
    for _ in range(3):
        await asyncio.sleep(0)
    transport.pause_reading()
    await loop.create_task(resume(transport))
    theirs.send(b"two")
    for _ in range(3):
        await asyncio.sleep(0)
    await loop.create_task(close(transport))
    for _ in range(3):
        await asyncio.sleep(0)
    theirs.close()


with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
    runner.run(main())
