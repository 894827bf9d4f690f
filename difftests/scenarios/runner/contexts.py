"""All runs of a Runner share one context, copied when its loop is made; context= gives a run another."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def main(value):
    before = var.get()
    var.set(value)
    await asyncio.sleep(0)
    return before


var.set("outer")
runner = asyncio.Runner()
var.set("before the loop")
runner.get_loop()
var.set("after the loop")
print(runner.run(main("first")))
print(runner.run(main("second")))
other = contextvars.copy_context()
print(runner.run(main("third"), context=other), other[var])
print(runner.run(main("fourth")))
print(var.get())
runner.close()
