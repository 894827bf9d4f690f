"""A callback fails whose repr takes the exception handler away and cancels the handle."""


import asyncio
loop = asyncio.new_event_loop()
loop.set_debug(True)
class Odd:
    def __call__(self, *a): raise ValueError('boom')
    def __repr__(self):
        loop.set_exception_handler(None)
        h.cancel()
        return 'odd'
loop.set_exception_handler(lambda l, c: print('handler'))
h = loop.call_soon(Odd(), [Odd()], [2])
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
print('done')
