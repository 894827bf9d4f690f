"""A step of an async generator that was begun by hand is awaited, and goes on where the body waits."""


class Y:
    def __init__(self, v): self.v = v
    def __await__(self):
        r = yield self.v
        return r
async def helper(): 
    print('helper got', await Y('h'))
async def agen():
    try:
        yield 1
    finally:
        await helper()
        print('fin')
a = agen()
try: a.asend(None).send(None)
except StopIteration as e: print('value', e.value)
s = a.aclose()
print(s.send(None))
async def main(): return await s
m = main()
try:
    while True: print('main yields', m.send('sent'  if 0 else None))
except StopIteration as e: print('done', e.value)

async def agen2():
    print('got', await Y('w'))
    x = yield 2
    print('x', x)
    await Y('q')
    yield 3
a = agen2()
s = a.asend(None)
print(s.send(None))
async def main(): return await s
m = main()
try:
    while True: print('main yields', m.send(None))
except StopIteration as e: print('done', e.value)
s = a.asend('XX')
print(s.send(None))
async def main(): return await s
m = main()
try:
    while True: print('main yields', m.send(None))
except StopIteration as e: print('done', e.value)
