"""Writes an encoded program out as a scenario file that a reader can follow: one coroutine for each task, one line for
each operation.  It prints line by line what scenario.py's interpreter notes of the same program."""
from __future__ import annotations

from collections.abc import Iterator

from exhaustive import programs
from exhaustive.driver import COMMON, Labels, labelled
from exhaustive.programs import CATCH, SPAWNS, Body, LabelledOp

# What an operation with this label and target is in a plain program.  A task that was not spawned yet is left alone.
LINES = {
    "sleep": ("await asyncio.sleep(0)", 'log("{label}")'),
    "raise": ('raise ValueError("{label}")',),
    "exit": ('raise SystemExit("{label}")',),
    "uncancel": ('log("{label}", asyncio.current_task().uncancel())',),
    "wait": ('log("{label}", await futures[{target}])',),
    "result": ('futures[{target}].set_result("{label}")', 'log("{label}")'),
    "error": ('futures[{target}].set_exception(KeyError("{label}"))', 'log("{label}")'),
    "drop": ('futures[{target}].cancel("{label}")', 'log("{label}")'),
    "hear": ('futures[{target}].add_done_callback(listener("{label}"))', 'log("{label}")'),
    "join": ("if tasks[{target}] is not None:", '    log("{label}", await tasks[{target}])'),
    "cancel": (
        "if tasks[{target}] is not None:",
        '    log("{label}", tasks[{target}].cancel("{label}"), tasks[{target}].cancelling())',
    ),
    "listen": (
        "if tasks[{target}] is not None:",
        '    tasks[{target}].add_done_callback(listener("{label}"))',
        '    log("{label}")',
    ),
    "lazy": (
        "loop.set_task_factory(None)",
        "tasks[{target}] = {owner}.create_task(task_{target}())",
        'log("{label}")',
    ),
    "eager": (
        "loop.set_task_factory(asyncio.eager_task_factory)",
        "tasks[{target}] = {owner}.create_task(task_{target}())",
        'log("{label}")',
    ),
}


def lines_of(ops: tuple[LabelledOp, ...], depth: int) -> Iterator[str]:
    """The lines of these operations, inside of so many groups."""
    for kind, label, target, inner in ops:
        if kind == CATCH:
            yield "try:"
            yield from indented(lines_of(inner, depth))
            yield "except BaseException as error:"
            yield f'    log("{label}", "caught", describe(error))'
        elif kind == "group":
            yield f"async with asyncio.TaskGroup() as group_{depth + 1}:"
            yield from indented(lines_of(inner, depth + 1) if inner else iter(["pass"]))
            yield f'log("{label}")'
        else:
            owner = f"group_{depth}" if depth else "loop"
            yield from (line.format(label=label, target=target, owner=owner) for line in LINES[kind])


def indented(lines: Iterator[str]) -> Iterator[str]:
    return ("    " + line for line in lines)


def tasks_of(ops: tuple[LabelledOp, ...], number: int) -> Iterator[tuple[int, tuple[LabelledOp, ...]]]:
    """The task with this body and those that it spawns, first what is spawned."""
    yield from spawned(ops)
    yield number, ops


def spawned(ops: tuple[LabelledOp, ...]) -> Iterator[tuple[int, tuple[LabelledOp, ...]]]:
    for kind, _, target, inner in ops:
        yield from tasks_of(inner, target) if kind in SPAWNS else spawned(inner)


def coroutine(number: int, ops: tuple[LabelledOp, ...]) -> Iterator[str]:
    yield f"async def task_{number}():"
    if any(kind in SPAWNS for kind in kinds_of(ops)):
        yield "    loop = asyncio.get_running_loop()"
    yield f"    tasks[{number}] = asyncio.current_task()"
    yield "    try:"
    yield f'        log("{number}", "starts")'
    yield from indented(indented(lines_of(ops, 0)))
    yield "    except BaseException as error:"
    yield f'        log("{number}", "raises", describe(error))'
    yield "        raise"
    yield f'    log("{number}", "returns")'
    yield f'    return "r{number}"'
    yield ""
    yield ""


def kinds_of(ops: tuple[LabelledOp, ...]) -> Iterator[str]:
    """The kinds in one task's body, but not in those of its children."""
    for kind, _, _, inner in ops:
        yield kind
        if kind not in SPAWNS:
            yield from kinds_of(inner)


def source(body: Body, shows: str) -> str:
    """The whole file; its docstring begins with what it shows."""
    lines = [f'"""{shows}', "", f"The program of the exhaustive comparison that is written {programs.text(body)}", '"""', ""]
    return "\n".join(lines) + COMMON + operations(body) + MAIN


def operations(body: Body) -> str:
    """What is special to this program: its tasks."""
    ops = labelled(body, 0, Labels())
    return "".join("\n".join(coroutine(number, task_ops)) + "\n" for number, task_ops in tasks_of(ops, 0))


MAIN = '''async def main():
    prepare()
    return await task_0()


run(main())
for line in LOG:
    print(line)
'''
