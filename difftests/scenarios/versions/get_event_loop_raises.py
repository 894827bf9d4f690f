"""get_event_loop() makes a loop if none was ever set; later it is a RuntimeError (gh-126353)."""
# flag: get_event_loop_raises
import asyncio

try:
    loop = asyncio.get_event_loop()
    print("a loop, running", loop.is_running())
    loop.close()
except RuntimeError:
    print("RuntimeError")
