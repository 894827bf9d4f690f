"""run_forever with nothing to do and nobody to stop it: exit status 97."""
import asyncio

loop = asyncio.new_event_loop()
loop.call_later(5, lambda: print("the only timer", loop.time()))
loop.run_forever()
print("not reached")
