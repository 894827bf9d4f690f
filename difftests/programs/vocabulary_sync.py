"""How locks, events, conditions, semaphores, barriers and queues are written."""
from __future__ import annotations

from programs.features import nested, option, simple
from programs.maker import Maker

option("semaphore.bounded", 0.3, "BoundedSemaphore")
option("condition.lock", 0.25, "Condition")
option("queue.kind", 0.3, "PriorityQueue, LifoQueue")


def thing(m: Maker, kind: str) -> str:
    """One of the two of its kind that main makes."""
    return f"{m.helper(kind)}[{m.dice.pick((0, 0, 1))}]"


@nested("lock", 4, "Lock")
def lock(m: Maker) -> None:
    m.risky(lambda: m.block(f"async with {thing(m, 'locks')}:", f"note({m.mark()})"))


@simple("lock.by_hand", 1, "Lock")
def lock_by_hand(m: Maker) -> None:
    one = thing(m, "locks")
    m.shown(f"await {one}.acquire()")
    m.put(*m.dice.pick((("await asyncio.sleep(0)",), ("await asyncio.sleep(1)",), ())))
    m.line(f"{one}.release()")


@simple("lock.states", 0.7, "Lock")
def lock_states(m: Maker) -> None:
    m.put(f"note({m.mark()}, {thing(m, 'locks')}.locked())")


@simple("event.wait", 3, "Event")
def event_wait(m: Maker) -> None:
    m.shown(f"await {thing(m, 'events')}.wait()")


@simple("event.set", 4, "Event")
def event_set(m: Maker) -> None:
    m.put(f"{thing(m, 'events')}.{m.dice.pick(('set', 'set', 'set', 'clear'))}()")


@simple("event.state", 0.5, "Event")
def event_state(m: Maker) -> None:
    m.put(f"note({m.mark()}, {thing(m, 'events')}.is_set())")


@simple("condition.wait", 3, "Condition")
def condition_wait(m: Maker) -> None:
    one = thing(m, "conditions")
    act = m.dice.pick((f"{one}.wait()", f"{one}.wait()", f"{one}.wait_for(lambda: count % 2)"))

    def write() -> None:
        with m.writer.block(f"async with {one}:"):
            m.put(f"note({m.mark()}, await {act})")

    m.risky(write)


@simple("condition.notify", 4, "Condition")
def condition_notify(m: Maker) -> None:
    one = thing(m, "conditions")

    def write() -> None:
        with m.writer.block(f"async with {one}:"):
            m.put(f"{one}.{m.dice.pick(('notify()', 'notify(2)', 'notify_all()'))}", f"note({m.mark()})")
            m.put(*m.dice.pick(((), (), ("await asyncio.sleep(0)",), ("await asyncio.sleep(1)",))))

    m.risky(write)


@simple("condition.by_hand", 1, "Condition")
def condition_by_hand(m: Maker) -> None:
    one = thing(m, "conditions")
    m.shown(m.dice.pick((f"await {one}.acquire()", f"{one}.release()", f"{one}.locked()", f"await {one}.wait()")))


@simple("condition.unlocked", 0.3, "Condition")
def condition_unlocked(m: Maker) -> None:
    m.line(f"{thing(m, 'conditions')}.notify()")


@nested("semaphore", 4, "Semaphore")
def semaphore(m: Maker) -> None:
    m.risky(lambda: m.block(f"async with {thing(m, 'semaphores')}:", f"note({m.mark()})"))


@simple("semaphore.by_hand", 1.5, "Semaphore")
def semaphore_by_hand(m: Maker) -> None:
    one = thing(m, "semaphores")
    m.shown(m.dice.pick((f"await {one}.acquire()", f"{one}.release()", f"{one}.release()", f"{one}.locked()")))


@simple("barrier.wait", 4, "Barrier")
def barrier_wait(m: Maker) -> None:
    m.shown(f"await {thing(m, 'barriers')}.wait()")


@nested("barrier.with", 1, "Barrier")
def barrier_with(m: Maker) -> None:
    one = thing(m, "barriers")
    m.risky(lambda: m.block(f"async with {one} as place:", f"note({m.mark()}, place)"))


@simple("barrier.break", 1, "Barrier")
def barrier_break(m: Maker) -> None:
    m.line(f"await {thing(m, 'barriers')}.{m.dice.pick(('reset', 'reset', 'abort'))}()")


@simple("barrier.states", 0.5, "Barrier")
def barrier_states(m: Maker) -> None:
    one = thing(m, "barriers")
    m.put(f"note({m.mark()}, {one}.n_waiting, {one}.broken)")


@simple("queue.put", 4, "Queue")
def queue_put(m: Maker) -> None:
    m.line(f"await {thing(m, 'queues')}.put({m.mark()})")


@simple("queue.get", 4, "Queue")
def queue_get(m: Maker) -> None:
    m.shown(f"await {thing(m, 'queues')}.get()")


@simple("queue.nowait", 2, "Queue")
def queue_nowait(m: Maker) -> None:
    one = thing(m, "queues")
    m.shown(m.dice.pick((f"{one}.get_nowait()", f"{one}.put_nowait({m.mark()})", f"{one}.qsize()", f"{one}.full()")))


@simple("queue.join", 1, "Queue")
def queue_join(m: Maker) -> None:
    m.shown(f"await {thing(m, 'queues')}.join()")


@simple("queue.task_done", 2, "Queue")
def queue_task_done(m: Maker) -> None:
    m.line(f"{thing(m, 'queues')}.task_done()")


@nested("queue.worker", 1.5, "Queue")
def queue_worker(m: Maker) -> None:
    """Takes some, and says of each when it is done."""
    one = thing(m, "queues")

    def write() -> None:
        with m.writer.block(f"for n in range({m.dice.number(1, 3)}):"):
            m.put(f"note({m.mark()}, await {one}.get())")
            m.block("try:", loops=0)
            m.put("finally:", f"    {one}.task_done()")

    m.risky(write)


@simple("queue.shutdown", 0.7, "Queue.shutdown", (3, 13))
def queue_shutdown(m: Maker) -> None:
    m.put(f"{thing(m, 'queues')}.shutdown({m.dice.pick(('', '', 'True'))})")


def made(m: Maker) -> dict[str, str]:
    """What main fills each list of things with."""
    semaphores = "asyncio.BoundedSemaphore" if "semaphores" in m.helpers and m.wants("semaphore.bounded") else "asyncio.Semaphore"
    queue = "asyncio.Queue"
    if "queues" in m.helpers and m.wants("queue.kind"):
        queue = m.dice.pick(("asyncio.PriorityQueue", "asyncio.LifoQueue"))
    shared = "locks[0]" if "locks" in m.helpers and m.wants("condition.lock") else ""
    return {
        "locks": "[asyncio.Lock(), asyncio.Lock()]",
        "events": "[asyncio.Event(), asyncio.Event()]",
        "conditions": f"[asyncio.Condition({shared}), asyncio.Condition({shared})]",
        "semaphores": f"[{semaphores}({m.dice.number(0, 2)}), {semaphores}(1)]",
        "barriers": "[asyncio.Barrier(2), asyncio.Barrier(3)]",
        "queues": f"[{queue}({m.dice.number(0, 2)}), asyncio.Queue()]",
        "contexts": "[contextvars.copy_context()]",
    }
