"""What is around a program, for minipy_limits.py: options, files that are none, Ctrl-C, an output that does not take it."""
from __future__ import annotations

import os
from pathlib import Path

from minipy_limits_case import FULL_DEVICE, Case

CLEANUP = """
import asyncio
async def main():
    try:
        print('begun', flush=True)
        await asyncio.sleep(1000)
    except asyncio.CancelledError:
        print('cancelled')
        raise
    finally:
        print('cleaned up')
asyncio.run(main())
"""
STUBBORN = """
import asyncio
async def main():
    while True:
        try: await asyncio.sleep(1000)
        except asyncio.CancelledError: print('no')
asyncio.run(main())
"""
BUSY_TASK = """
import asyncio
async def main():
    try:
        while True: pass
    finally: print('cleaned up')
asyncio.run(main())
"""
CAUGHT = "try:\n    while True: pass\nexcept KeyboardInterrupt: print('caught')\n"
INTERRUPTED = 130
SOON = 0.3

INTERRUPTS = [
    Case("interrupt_busy", "while True: pass", status=INTERRUPTED, err="KeyboardInterrupt", interrupts=(SOON,), seconds=5),
    Case("interrupt_caught", CAUGHT, out="caught\n", interrupts=(SOON,), seconds=5),
    Case("interrupt_in_c", "sum(range(10 ** 15))", status=INTERRUPTED, err="KeyboardInterrupt", interrupts=(SOON,), seconds=5),
    Case("interrupt_sleep", CLEANUP, status=INTERRUPTED, out="begun\ncancelled\ncleaned up\n", err="KeyboardInterrupt", interrupts=(SOON,), seconds=5),
    Case("interrupt_busy_task", BUSY_TASK, status=INTERRUPTED, interrupts=(SOON, SOON), seconds=5),
    Case("interrupt_stubborn", STUBBORN, status=INTERRUPTED, err="KeyboardInterrupt", interrupts=(SOON, SOON, SOON), seconds=5),
    Case("interrupt_forever", "import asyncio\nasyncio.new_event_loop().run_forever()", status=(97, INTERRUPTED), interrupts=(SOON,), seconds=5),
]  # fmt: skip

OPTIONS = [
    Case("option_unknown", options=("--nonsense",), status=2, err="nonsense"),
    Case("option_unknown_short", options=("-z",), status=2, err="z"),
    Case("option_without_value", options=("--max-steps",), file="", status=2, err="max-steps"),
    *(
        Case(f"option_{option}_{number or 'empty'}", options=(f"--{option}", number), status=2, err=option)
        for option in ("max-steps", "max-memory", "recursion-limit")
        for number in ("", "0", "-1", "1.5", "ten", "1x", " ", "99999999999999999999999999")
    ),
    Case("option_semantics_unknown", options=("--semantics", "2.7"), status=2, err="2.7"),
    Case("option_semantics_empty", options=("--semantics", ""), status=2, err="semantics"),
    Case("option_of_trace", options=("--json",), status=2, err="trace"),
    Case("option_no_file", file="", status=2, err="file"),
    Case("command_unknown", command="walk", status=2, err="walk"),
    Case("file_missing", file="no/such/file.py", status=2, err="no/such/file.py"),
    Case("file_is_a_folder", file=".", status=2, err="'.'"),
    Case("check_missing", file="no/such/file.py", command="check", status=1, err="no/such/file.py"),
    Case("disasm_missing", file="no/such/file.py", command="disasm", status=1, err="no/such/file.py"),
    Case("check_fine", "print(1)", command="check", out=""),
    Case("check_wrong", "print(", command="check", status=1, err="SyntaxError"),
    Case("disasm_wrong", "print(", command="disasm", status=1, err="SyntaxError"),
    Case("stdin", "print(1)", file="-", stdin=True, out="1\n"),
    Case("stdin_empty", "", file="-", stdin=True, out=""),
    Case("stdin_wrong", "print(1", file="-", stdin=True, status=1, err='File "<stdin>", line 1'),
    Case("check_stdin", "print(1", file="-", stdin=True, command="check", status=1, err="SyntaxError"),
    Case("exit_7", "raise SystemExit(7)", status=7),
    Case("exit_256", "raise SystemExit(256)", status=0),
    Case("exit_minus_1", "raise SystemExit(-1)", status=255),
    Case("exit_text", "raise SystemExit('bye')", status=1, err="bye\n"),
    Case("deadlock", "import asyncio\nasync def f(): await asyncio.get_running_loop().create_future()\nasyncio.run(f())", ("--virtual-time",), status=97),
]  # fmt: skip

PRINTS = "print(1)\n"
MANY_PRINTS = "for i in range(100000): print(i)\n"
ERROR = "import asyncio\nasync def f(): print(1); raise ValueError\nasyncio.run(f())\n"

OUTPUTS = [
    Case("stdout_closed", PRINTS, stdout="closed", status=(1, 120)),
    Case("stdout_closed_many", MANY_PRINTS, stdout="closed", status=(1, 120)),
    Case("stdout_closed_silent", "x = 1", stdout="closed"),
    Case("stdout_closed_error", ERROR, stdout="closed", status=1),
    Case("stdout_closed_disasm", PRINTS, command="disasm", stdout="closed", status=1),
]
if Path(FULL_DEVICE).exists():
    OUTPUTS += [
        Case("stdout_full", PRINTS, stdout="full", status=(1, 120)),
        Case("stdout_full_flush", "print(1, flush=True)", stdout="full", status=(1, 120)),
        Case("stdout_full_many", MANY_PRINTS, stdout="full", status=(1, 120)),
        Case("stdout_full_error", ERROR, stdout="full", status=1),
        Case("stdout_full_disasm", PRINTS, command="disasm", stdout="full", status=1),
    ]
if os.geteuid() != 0:
    OUTPUTS.append(Case("file_unreadable", file="/proc/1/mem", status=2, err="/proc/1/mem"))

SURROUNDINGS = [*INTERRUPTS, *OPTIONS, *OUTPUTS]
