"""How futures, callbacks, handles and context variables are written."""
from __future__ import annotations

from programs.features import nested, option, simple
from programs.maker import LOOP, Maker

option("callback.context", 0.15)


def context(m: Maker) -> str:
    """The context that a callback may be given."""
    if not m.wants("callback.context"):
        return ""
    return m.dice.pick((", context=contextvars.copy_context()", f", context={m.helper('contexts')}[0]"))


@simple("future.await", 4)
def await_future(m: Maker) -> None:
    m.shown(f"await {m.future()}")


def outcome(m: Maker) -> str:
    """A call that ends a future."""
    choices = (f"set_result({m.mark()})", f"set_result({m.mark()})", f"set_exception({m.error()})", f"cancel({m.message()})")
    return m.dice.pick(choices)


@simple("future.finish", 6)
def finish(m: Maker) -> None:
    future = m.future()
    m.put(f"if not {future}.done():", f"    {future}.{outcome(m)}")


@simple("future.finish_unasked", 0.7)
def finish_unasked(m: Maker) -> None:
    m.line(f"{m.future()}.{outcome(m)}")


@simple("future.new", 1)
def new(m: Maker) -> None:
    m.put(f"futures.append({LOOP}.create_future())")


@simple("future.subclass", 1)
def subclass(m: Maker) -> None:
    m.put(f"futures.append({m.helper('OwnFuture')}(loop={LOOP}))")


@simple("future.states", 1)
def states(m: Maker) -> None:
    future = m.future()
    m.put(f"note({m.mark()}, state({future}), {future}.done(), {future}.cancelled())")


@simple("future.result", 0.5)
def result(m: Maker) -> None:
    m.shown(f"{m.future()}.{m.dice.pick(('result', 'exception'))}()")


@simple("future.done_callback", 2)
def done_callback(m: Maker) -> None:
    callback = m.dice.pick((m.helper("done"), f"lambda future: note({m.mark()}, state(future))"))
    m.put(f"{m.waitable()}.add_done_callback({callback}{context(m)})")


@simple("future.remove_callback", 1)
def remove_callback(m: Maker) -> None:
    m.put(f"note({m.mark()}, {m.waitable()}.remove_done_callback({m.helper('done')}))")


@simple("future.callback_acts", 1)
def callback_acts(m: Maker) -> None:
    """A done callback that cancels, ends another future, or raises."""
    act = m.dice.pick((
        f"{m.task()}.cancel({m.message()})",
        f"{m.helper('finish')}({m.future()}, {m.mark()})",
        f"{m.helper('fail')}({m.mark()})",
        f"{m.waitable()}.add_done_callback({m.helper('done')})",
    ))  # fmt: skip
    m.put(f"{m.waitable()}.add_done_callback(lambda future: {act})")


def work(m: Maker) -> str:
    """What a callback of the loop does: a callable and its arguments."""
    mark = m.mark()
    choices = [f"note, {mark}", f"note, {mark}", f"{m.helper('finish')}, {m.future()}, {mark}", f"{m.task()}.cancel"]
    if m.chance(0.25):
        choices += [f"{m.helper('fail')}, {mark}", f"var.set, {mark}", "asyncio.current_task().cancel"]
    if m.chance(0.25):
        choices.append(f"lambda: {m.keep(LOOP + '.create_task({})')}")
    return m.dice.pick(choices)


def keep_handle(m: Maker, call: str) -> None:
    m.put(f"handles.append({LOOP}.{call}{context(m)}))")


@simple("loop.call_soon", 2.5)
def call_soon(m: Maker) -> None:
    keep_handle(m, f"call_soon({work(m)}")


@simple("loop.call_soon_threadsafe", 0.7)
def call_soon_threadsafe(m: Maker) -> None:
    keep_handle(m, f"call_soon_threadsafe({work(m)}")


@simple("loop.call_later", 2.5)
def call_later(m: Maker) -> None:
    keep_handle(m, f"call_later({m.delay()}, {work(m)}")


@simple("loop.call_at", 1)
def call_at(m: Maker) -> None:
    keep_handle(m, f"call_at({LOOP}.time() + {m.delay()}, {work(m)}")


@simple("handle.cancel", 1.5)
def cancel_handle(m: Maker) -> None:
    m.put("if handles:", f"    handles[{m.dice.pick((0, -1, -1))}].cancel()")


@simple("handle.state", 0.5)
def handle_state(m: Maker) -> None:
    m.put(f"note({m.mark()}, [handle.cancelled() for handle in handles])")


@simple("loop.call_exception_handler", 0.4)
def call_handler(m: Maker) -> None:
    m.put(f"{LOOP}.call_exception_handler({{'message': 'h{m.mark()}'}})")


@simple("loop.stop", 0.05)
def stop(m: Maker) -> None:
    m.put(f"{LOOP}.stop()")


@simple("context.set", 2)
def set_var(m: Maker) -> None:
    m.put(f"var.set({m.mark()})")


@simple("context.run", 0.7)
def run_in(m: Maker) -> None:
    where = m.dice.pick(("contextvars.copy_context()", f"{m.helper('contexts')}[0]"))
    what = m.dice.pick((f"var.set, {m.mark()}", "var.get", f"note, {m.mark()}"))
    m.shown(f"repr({where}.run({what}))[:5]")


@simple("context.create_in", 0.7)
def create_in(m: Maker) -> None:
    """A task or a callback made while another context is entered."""
    m.line(f"{m.helper('contexts')}[0].run(lambda: {m.keep(LOOP + '.create_task({})')})")


@nested("context.reset", 1)
def reset(m: Maker) -> None:
    name = f"token{m.mark()}"
    m.put(f"{name} = var.set({m.mark()})")
    m.block("try:", guarded=m.scope.guarded)
    with m.writer.block("finally:"):
        m.line(f"var.reset({name})")
