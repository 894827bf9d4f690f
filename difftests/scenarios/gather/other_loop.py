"""Futures of two loops cannot be gathered."""
import asyncio


def attempt(*futures):
    try:
        print(asyncio.gather(*futures).done())
    except ValueError as error:
        print(error)


one, two = asyncio.new_event_loop(), asyncio.new_event_loop()
here, there = one.create_future(), two.create_future()
attempt(here, there)
attempt(there, here)
attempt(here, here)
attempt(there)
here.set_result(1)
print(one.run_until_complete(asyncio.gather(here)))
one.close()
two.close()
