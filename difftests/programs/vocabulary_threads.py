"""How futures of other threads are written, without another thread: wrapped, ended, cancelled; coroutines that are submitted; Ctrl-C."""
from __future__ import annotations

from programs.features import option, simple
from programs.maker import LOOP, Maker

option("source.running", 0.15, "wrap_future")

# It leaves async generators half-way, which before 3.12.4 were closed by rules of their own (gh-117714).
INTERRUPT = ("Runner, EventLoop", (3, 13))


def source(m: Maker) -> str:
    """One of the futures of other threads, the newest ones first."""
    return f"{m.helper('source')}({m.dice.pick((-1, -1, -1, -2, 0, 1))})"


@simple("source.wrap", 2, "wrap_future")
def wrap(m: Maker) -> None:
    """A future that anybody may await, and one of a thread that ends it, or is cancelled by it."""
    m.put(f"{m.helper('sources')}.append(concurrent.futures.Future())")
    if m.wants("source.running"):
        m.put("sources[-1].set_running_or_notify_cancel()")
    m.put("futures.append(asyncio.wrap_future(sources[-1]))")


@simple("source.wrap_again", 0.5, "wrap_future")
def wrap_again(m: Maker) -> None:
    m.put(f"futures.append(asyncio.wrap_future({source(m)}))")


@simple("source.await", 2, "wrap_future")
def await_source(m: Maker) -> None:
    m.shown(f"await asyncio.wrap_future({source(m)})")


def outcome(m: Maker) -> str:
    return m.dice.pick((f"set_result({m.mark()})", f"set_result({m.mark()})", f"set_exception({m.error()})", "cancel()"))


@simple("source.finish", 4, "wrap_future")
def finish(m: Maker) -> None:
    one = source(m)
    m.put(f"if not {one}.done():", f"    {one}.{outcome(m)}")


@simple("source.finish_later", 1.5, "wrap_future")
def finish_later(m: Maker) -> None:
    """A callback fails if it is done before."""
    m.put(f"handles.append({LOOP}.call_later({m.delay()}, lambda: {source(m)}.{outcome(m)}))")


@simple("source.states", 1, "wrap_future")
def states(m: Maker) -> None:
    one = source(m)
    m.put(f"note({m.mark()}, {one}.done(), {one}.cancelled(), {one}.running())")


@simple("source.done_callback", 1, "wrap_future")
def done_callback(m: Maker) -> None:
    m.put(f"{source(m)}.add_done_callback(lambda future: note({m.mark()}, future.cancelled()))")


@simple("submit", 2.5, "run_coroutine_threadsafe")
def submit(m: Maker) -> None:
    """The task is made in the next turn, and nobody but the loop knows it."""
    m.put(f"{m.helper('sources')}.append(asyncio.run_coroutine_threadsafe({m.call()}, {LOOP}))")


@simple("submit.await", 1.5, "run_coroutine_threadsafe, wrap_future")
def await_submitted(m: Maker) -> None:
    m.shown(f"await asyncio.wrap_future(asyncio.run_coroutine_threadsafe({m.call()}, {LOOP}))")


@simple("interrupt", 0.15, *INTERRUPT)
def interrupt(m: Maker) -> None:
    """Ctrl-C: the first one cancels main, unless the loop is run by hand."""
    m.helper("signal")
    m.put("signal.raise_signal(signal.SIGINT)")


@simple("interrupt.later", 0.15, *INTERRUPT)
def interrupt_later(m: Maker) -> None:
    m.helper("signal")
    m.put(f"handles.append({LOOP}.call_later({m.delay()}, signal.raise_signal, signal.SIGINT))")
