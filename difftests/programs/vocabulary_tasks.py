"""How tasks and groups of tasks are written: made, named, awaited, cancelled, looked at."""
from __future__ import annotations

from dataclasses import replace

from programs.features import nested, option, simple
from programs.maker import LOOP, Maker

option("task.name", 0.3)
option("task.context", 0.12)
option("task.eager_start", 0.3, "create_task(eager_start=)", (3, 14))
option("group.eager_start", 0.3, "TaskGroup.create_task(eager_start=)", (3, 14))
option("class.eager_start", 0.3, "Task(eager_start=)")
option("group.shared", 0.2)
option("group.nested_at_once", 0.15)
FITTING = ("group.spawn", "group.spawn", "group.spawn", "group.cancel")
CURRENT = "asyncio.current_task()"


def local(m: Maker, made: str) -> None:
    """Keeps a new task under a name that the rest of the block may use; {} is for its coroutine."""
    name = f"t{m.mark()}"
    m.put(f"{name} = {m.keep(made)}")
    m.scope = replace(m.scope, tasks=(*m.scope.tasks, name))


def keywords(m: Maker, eager: str) -> str:
    """What a task may be given when it is made."""
    words = ""
    if m.wants("task.name"):
        words += f", name='n{m.mark()}'"
    if m.wants("task.context"):
        words += m.dice.pick((", context=contextvars.copy_context()", f", context={m.helper('contexts')}[0]"))
    if m.wants(eager):
        words += m.dice.pick((", eager_start=True", ", eager_start=True", ", eager_start=False"))
    return words


@simple("task.create", 8)
def create(m: Maker) -> None:
    maker = m.dice.pick(("asyncio", "asyncio", LOOP))
    local(m, f"{maker}.create_task({{}}{keywords(m, 'task.eager_start')})")


@simple("task.ensure_future", 1, "ensure_future")
def ensure_future(m: Maker) -> None:
    local(m, "asyncio.ensure_future({})")


@simple("task.class", 1)
def task_class(m: Maker) -> None:
    made = f"asyncio.Task({{}}, loop={LOOP}{keywords(m, 'class.eager_start')})"
    local(m, made)


@simple("task.subclass", 1)
def subclass(m: Maker) -> None:
    local(m, f"{m.helper('OwnTask')}({{}}, loop={LOOP}{keywords(m, 'class.eager_start')})")


@simple("task.await", 6)
def await_task(m: Maker) -> None:
    m.shown(f"await {m.later()}")


@simple("task.await_itself", 0.2)
def await_itself(m: Maker) -> None:
    m.shown(f"await {CURRENT}")


@simple("call.await", 5)
def await_call(m: Maker) -> object:
    if m.scope.index + 1 >= m.functions:
        return False
    return m.shown(f"await {m.call()}")


@simple("task.cancel", 5)
def cancel(m: Maker) -> None:
    m.put(f"note({m.mark()}, {m.task()}.cancel({m.message()}))")


@simple("task.cancel_twice", 1)
def cancel_twice(m: Maker) -> None:
    task = m.task()
    m.put(f"note({m.mark()}, {task}.cancel({m.message()}), {task}.cancel({m.message()}), {task}.cancelling())")


@simple("task.cancel_self", 1.5)
def cancel_self(m: Maker) -> object:
    if not m.scope.guarded and m.chance(0.6):
        return False
    return m.put(f"{CURRENT}.cancel({m.message()})")


@simple("task.cancel_main", 0.5)
def cancel_main(m: Maker) -> None:
    m.put(f"note({m.mark()}, tasks[0].cancel({m.message()}))")


@simple("task.absorb_cancel", 1)
def absorb(m: Maker) -> None:
    """What asyncio.timeout does by hand: cancels itself, waits, and takes the cancellation back."""
    m.put(f"{CURRENT}.cancel()", "try:", f"    await asyncio.sleep({m.delay()})", "except asyncio.CancelledError as error:")
    m.put(f"    note({m.mark()}, show(error), {CURRENT}.uncancel())")


@simple("task.uncancel", 2)
def uncancel(m: Maker) -> None:
    m.put(f"note({m.mark()}, {m.dice.pick((CURRENT, CURRENT, m.task()))}.uncancel())")


@simple("task.states", 1.5)
def states(m: Maker) -> None:
    task = m.task()
    m.put(f"note({m.mark()}, state({task}), {task}.cancelling(), {task}.done(), {task}.cancelled())")


@simple("task.result", 0.7)
def result(m: Maker) -> None:
    m.shown(f"{m.task()}.{m.dice.pick(('result', 'exception'))}()")


@simple("task.coro", 0.7)
def coro(m: Maker) -> None:
    m.put(f"note({m.mark()}, getattr({m.task()}.get_coro(), '__name__', None))")


@simple("task.set_name", 0.7)
def set_name(m: Maker) -> None:
    m.put(f"{m.dice.pick((CURRENT, m.task()))}.set_name('n{m.mark()}')")


@simple("task.all", 0.7)
def all_tasks(m: Maker) -> None:
    m.put(f"note({m.mark()}, sorted([t.get_name() for t in asyncio.all_tasks()]))")


@simple("task.current", 0.7)
def current(m: Maker) -> None:
    m.put(f"note({m.mark()}, {CURRENT} is {m.task()})")


@simple("task.done_callback", 2)
def done_callback(m: Maker) -> None:
    m.put(f"{m.task()}.add_done_callback({m.helper('done')})")


@nested("group", 8)
def group(m: Maker) -> None:
    names = tuple(f"g{m.mark()}" for _ in range(2 if m.wants("group.nested_at_once") else 1))
    head = ", ".join(f"asyncio.TaskGroup() as {name}" for name in names)
    shared = f"groups.append({names[-1]})" if m.wants("group.shared") else ""
    if shared:
        m.helper("groups")
    m.risky(lambda: m.block(f"async with {head}:", shared, groups=(*m.scope.groups, *names), favoured=FITTING))
    m.put(f"note({m.mark()})")


@simple("group.spawn", 11)
def group_spawn(m: Maker) -> object:
    if not m.scope.groups:
        return False
    name = m.dice.pick((*m.scope.groups, m.scope.groups[-1], m.scope.groups[-1]))
    return local(m, f"{name}.create_task({{}}{keywords(m, 'group.eager_start')})")


@simple("group.spawn_far", 1)
def group_spawn_far(m: Maker) -> object:
    if "groups" not in m.helpers:
        return False
    with m.writer.block("if groups:"):
        m.line(m.keep(f"groups[-1].create_task({{}}{keywords(m, 'group.eager_start')})"))
    return None


@simple("group.cancel", 4, "TaskGroup.cancel", (3, 15))
def group_cancel(m: Maker) -> object:
    if not m.scope.groups:
        return False
    return m.put(f"{m.dice.pick(m.scope.groups)}.cancel()")


@simple("group.cancel_far", 1, "TaskGroup.cancel", (3, 15))
def group_cancel_far(m: Maker) -> object:
    if "groups" not in m.helpers:
        return False
    return m.put("if groups:", "    groups[-1].cancel()")
