"""A party that can have the lock back no more: each clean-up fails in its turn, with what failed before as its context."""
import asyncio


async def wait_and_contend(barrier):
    party = barrier.wait()
    party.send(None)
    await barrier._cond.acquire()
    contender = barrier._cond.acquire()
    contender.send(None)  # the lock belongs to this loop now
    barrier._cond.release()
    return party, contender


async def cancel(party):
    try:
        party.throw(asyncio.CancelledError("elsewhere"))
    except RuntimeError as error:
        while error is not None:
            print(type(error).__name__, str(error).partition(" [")[2] or error)
            error = error.__context__


barrier = asyncio.Barrier(2)
party, contender = asyncio.run(wait_and_contend(barrier))
asyncio.run(cancel(party))
print(barrier.n_waiting)
contender.close()
