"""Context variables with generators and coroutines: a generator runs in the context of whoever resumes it."""
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="default")


def generator():
    yield var.get()
    var.set("set in the generator")
    yield var.get()
    yield var.get()


made = generator()
print(next(made))
context = contextvars.copy_context()
print(context.run(next, made), var.get(), context[var])
print(next(made), context.run(var.get))


async def child(name):
    before = var.get()
    var.set(name)
    await asyncio.sleep(0)
    return before, var.get()


async def agen():
    for n in range(2):
        var.set(f"agen {n}")
        yield var.get()


async def main():
    var.set("main")
    print(await child("awaited"), var.get())
    tasks = [asyncio.create_task(child(name)) for name in "ab"]
    print([await task for task in tasks], var.get())
    task = asyncio.create_task(child("task"))
    var.set("changed after create_task")
    print(await task, var.get())
    own = contextvars.copy_context()
    print(await asyncio.create_task(child("own"), context=own), own[var], var.get())
    print([(item, var.get()) async for item in agen()], var.get())
    token = var.set("temporary")
    await asyncio.sleep(0)
    var.reset(token)
    print(var.get())
    seen = []
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: seen.append(var.get()))
    loop.call_soon(lambda: seen.append(var.get()), context=own)
    var.set("after call_soon")
    await asyncio.sleep(0)
    print(seen)
    return var.get()


print(asyncio.run(main()), var.get())
