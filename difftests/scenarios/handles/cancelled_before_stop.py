"""A cancelled handle in the middle of a turn does not end it: what is behind it still runs before a stopped loop returns."""
import asyncio


def stop(loop, handles):
    print("stop, cancel")
    loop.stop()
    for handle in handles:
        handle.cancel()


loop = asyncio.new_event_loop()
handles = []
loop.call_soon(stop, loop, handles)
handles.append(loop.call_soon(print, "cancelled"))
loop.call_soon(print, "behind a cancelled one")
handles.append(loop.call_soon(print, "cancelled"))
loop.call_soon(print, "behind another")
loop.run_forever()
print("returned")
loop.close()
