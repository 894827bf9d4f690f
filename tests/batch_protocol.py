#!/usr/bin/env python3
"""Tests of "aiocore batch": its protocol, its flags, and what it does with requests that are none.

    batch_protocol.py AIOCORE [unittest's arguments]

The protocol is that of difftests/workers.py.  Here the bytes are written by hand, because most of them are wrong.
"""
from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import IO

BINARY = ""  # the first argument
SECONDS = 60.0  # nothing may hang
NO_REQUEST = b"aiocore: that is no request: run SEMANTICS FLAGS NAME_SIZE SOURCE_SIZE\n"
PRINTS = b"print('it ran')\n"
SLEEPS = b"""
import asyncio
async def main():
    await asyncio.sleep(0.05)
    print(asyncio.get_running_loop().time() == 0.05)
asyncio.run(main())
"""
HOLDS = b"kept = []\nwhile True:\n    kept.append('x' * 1000000 + str(len(kept)))\n"


@dataclass(frozen=True)
class Answer:
    status: int
    stdout: bytes
    stderr: bytes
    record: bytes


def request(source: bytes, flags: str = "-", semantics: str = "3.14", name: bytes = b"program.py") -> bytes:
    return f"run {semantics} {flags} {len(name)} {len(source)}\n".encode() + name + source


def answers(output: bytes) -> list[Answer]:
    """All of them; nothing may be left over."""
    found = []
    while output:
        header, output = output.split(b"\n", 1)
        words = header.split(b" ")
        assert len(words) == 5 and words[0] == b"done", header
        ends, texts = 0, []
        for size in map(int, words[2:]):
            texts.append(output[ends : ends + size])
            assert len(texts[-1]) == size, "an answer ends too early"
            ends += size
        output = output[ends:]
        found.append(Answer(int(words[1]), *texts))
    return found


def batch(given: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([BINARY, "batch", *words], input=given, capture_output=True, timeout=SECONDS)


class Batch(unittest.TestCase):
    """What the tests share."""

    def one(self, source: bytes, flags: str = "-", semantics: str = "3.14", name: bytes = b"program.py") -> Answer:
        """The only answer; the process itself has nothing to say."""
        done = batch(request(source, flags, semantics, name))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        found = answers(done.stdout)
        self.assertEqual(len(found), 1)
        return found[0]

    def refused(self, given: bytes, answered: int = 0) -> None:
        """That many answers, then the message and status 2."""
        done = batch(given)
        self.assertEqual((done.returncode, done.stderr), (2, NO_REQUEST), given[:80])
        self.assertEqual(len(answers(done.stdout)), answered, given[:80])


class Programs(Batch):
    """What is answered."""

    def test_nothing_is_asked(self) -> None:
        done = batch(b"")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_the_three_texts_and_the_status(self) -> None:
        self.assertEqual(self.one(PRINTS), Answer(0, b"it ran\n", b"", b""))
        self.assertEqual(self.one(b"raise SystemExit(7)"), Answer(7, b"", b"", b""))
        failed = self.one(b"print(1)\nraise ValueError('x')\n", name=b"a name")
        self.assertEqual((failed.status, failed.stdout), (1, b"1\n"))
        self.assertTrue(failed.stderr.endswith(b"ValueError: x\n"), failed.stderr)
        self.assertIn(b'File "a name", line 2', failed.stderr)

    def test_statuses_are_bytes(self) -> None:
        self.assertEqual(self.one(b"raise SystemExit(-1)").status, 255)
        self.assertEqual(self.one(b"raise KeyboardInterrupt").status, 130)

    def test_a_program_and_a_name_that_are_empty(self) -> None:
        self.assertEqual(self.one(b"", name=b""), Answer(0, b"", b"", b""))

    def test_programs_follow_each_other_without_anything_between(self) -> None:
        given = request(b"x = 1\nprint(x)") + request(b"print(x)") + request(PRINTS, semantics="3.12.0")
        done = batch(given)
        found = answers(done.stdout)
        self.assertEqual([each.status for each in found], [0, 1, 0])
        self.assertIn(b"NameError", found[1].stderr)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_program_that_is_not_utf8(self) -> None:
        for source in (b"print('\xff')\n", b"\xfe\xff", b"print('\xed\xa0\x80')", b"x = 1 # \xc3"):
            answer = self.one(source)
            self.assertEqual((answer.status, answer.stdout), (1, b""), source)
            self.assertIn(b"SyntaxError", answer.stderr)
        self.assertEqual(self.one("print('é€😀')".encode()).stdout, "é€😀\n".encode())

    def test_a_program_with_a_nul(self) -> None:
        answer = self.one(b"print(1)\n\0print(2)\n")
        self.assertEqual((answer.status, answer.stdout), (1, b""))
        self.assertIn(b"SyntaxError", answer.stderr)

    def test_unknown_semantics_are_answered(self) -> None:
        for semantics in ("2.7", "-", "3.14+no_such_flag", "é", "x" * 100):
            answer = self.one(PRINTS, semantics=semantics)
            self.assertEqual((answer.status, answer.stdout, answer.record), (2, b"", b""), semantics)
            self.assertIn(b"unknown semantics", answer.stderr)

    def test_after_unknown_semantics_it_goes_on(self) -> None:
        done = batch(request(PRINTS, semantics="2.7") + request(PRINTS))
        self.assertEqual([each.status for each in answers(done.stdout)], [2, 0])

    def test_long_texts(self) -> None:
        answer = self.one(b"for i in range(200):\n    print('x' * 50000)\n")
        self.assertEqual(answer.stdout, (b"x" * 50000 + b"\n") * 200)
        source = b"#" * 3_000_000 + b"\nprint(1)"
        self.assertEqual(self.one(source).stdout, b"1\n")


class Flags(Batch):
    """r, c, s and t; others mean nothing here."""

    def test_record(self) -> None:
        answer = self.one(SLEEPS, "r")
        self.assertTrue(answer.record.startswith(b"creates Task-1 'main'\nschedules step of Task-1\nturn 1 at 0.0s: 1 ready\n"))
        self.assertIn(b"    sets timer _set_result_unless_cancelled for 0.05s\n", answer.record)
        self.assertEqual(self.one(SLEEPS, "-").record, b"")

    def test_a_record_ends_with_the_program(self) -> None:
        source = b"import asyncio\nloop = asyncio.new_event_loop()\nloop.call_soon(print)\n"
        self.assertEqual(self.one(source, "r"), Answer(0, b"", b"", b"schedules callback print\n"))

    def test_virtual_and_real_time(self) -> None:
        self.assertEqual(self.one(SLEEPS).stdout, b"True\n")
        before = time.monotonic()
        self.assertEqual(self.one(SLEEPS, "t").stdout, b"False\n")
        self.assertGreaterEqual(time.monotonic() - before, 0.05)

    def test_few_steps(self) -> None:
        answer = self.one(b"while True: pass", "s")
        self.assertEqual((answer.status, answer.stdout), (98, b""))
        counts = b"for i in range(2500000): pass\nprint('done')"
        self.assertEqual((self.one(counts, "s").status, self.one(counts).stdout), (98, b"done\n"))

    def test_little_memory(self) -> None:
        answer = self.one(HOLDS, "s")
        self.assertEqual(answer.status, 1)
        self.assertIn(b"MemoryError", answer.stderr)

    def test_branches(self) -> None:
        """Builds that do not count them say nothing."""
        for flags in ("c", "rc"):
            last = self.one(SLEEPS, flags).record.splitlines(keepends=True)[-1:]
            if last and last[0].startswith(b"reached: "):
                self.assertRegex(last[0], rb"^reached: [0-9a-f]+\n$")
            elif flags == "c":
                self.assertEqual(last, [])

    def test_edges(self) -> None:
        done = batch(b"", "--edges")
        self.assertIn(done.returncode, (0, 1))
        for line in done.stdout.splitlines():
            self.assertRegex(line, rb"^0x[0-9a-f]+ (entry|branch)$")

    def test_unknown_flags(self) -> None:
        self.assertEqual(self.one(PRINTS, "zl"), Answer(0, b"it ran\n", b"", b""))


class Mistakes(Batch):
    """What is no request."""

    def test_lines(self) -> None:
        for line in (
            b"\n",
            b" \n",
            b"\0\n",
            b"quit\n",
            b"run\n",
            b"run 3.14\n",
            b"run 3.14 -\n",
            b"run 3.14 - 0\n",
            b"run 3.14 - 0 0 0\n",
            b"run 3.14 - 0 x\n",
            b"run 3.14 - 0 0x1\n",
            b"run 3.14 - -1 0\n",
            b"run 3.14 - -18446744073709551615 0\n",
            b"run 3.14 - +1 0\n",
            b"run 3.14 - 0 1.0\n",
            b"run 3.14 - 0 0\r\n",
            b"RUN 3.14 - 0 0\n",
            b"done 0 0 0 0\n",
            b"run " + b"x" * 101 + b" - 0 0\n",
            b"run 3.14 " + b"r" * 101 + b" 0 0\n",
            b"run 3.14 - 0 0" + b" " * 1000 + b"\n",
            b"x" * 1_000_000,
        ):
            self.refused(line)

    def test_sizes_that_are_too_large(self) -> None:
        for size in (2**28 + 1, 2**32, 2**63, 2**64 - 1, 2**64, 10**30):
            self.refused(b"run 3.14 - 0 %d\nprint(1)" % size)
            self.refused(b"run 3.14 - %d 0\nname" % size)

    def test_the_input_ends_in_the_middle(self) -> None:
        whole = request(PRINTS)
        for size in range(1, len(whole)):
            if size % 5 == 0 or size > len(whole) - 3 or whole[size - 1 : size + 1].count(b"\n"):
                self.refused(whole[:size])
        self.refused(b"run 3.14 - 0 %d\n" % 2**28)

    def test_what_came_before_is_answered(self) -> None:
        self.refused(request(PRINTS) + b"oops\n" + request(PRINTS), answered=1)
        self.refused(request(PRINTS) * 3 + request(PRINTS)[:-1], answered=3)

    def test_sizes_that_are_too_small(self) -> None:
        self.refused(b"run 3.14 - 1 5\nxx = 1\nprint(1)\n", answered=1)

    def test_arguments(self) -> None:
        for word in ("--no-such-option", "file.py", ""):
            done = batch(request(PRINTS), word)
            self.assertEqual((done.returncode, done.stdout), (2, b""), word)
            self.assertIn(b"batch", done.stderr)


class Streams(Batch):
    """Who writes slowly, and who does not read."""

    def start(self, stdout: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [BINARY, "batch"], stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE, bufsize=0
        )
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    @staticmethod
    def ask(process: subprocess.Popen[bytes], source: bytes, flags: str = "-") -> Answer:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request(source, flags))
        header = b""
        while not header.endswith(b"\n"):
            header += process.stdout.read(1) or b"\n"
        left, text = sum(map(int, header.split()[2:])), b""
        while len(text) < left:
            text += process.stdout.read(left - len(text)) or b"?" * left
        return answers(header + text)[0]

    @staticmethod
    def resident(process: subprocess.Popen[bytes]) -> int:
        """Kilobytes."""
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return int(found[1]) if found else 0

    def test_answers_come_while_the_input_is_open(self) -> None:
        process = self.start()
        for _ in range(3):
            self.assertEqual(self.ask(process, PRINTS).stdout, b"it ran\n")
        assert process.stdin is not None
        process.stdin.close()
        self.assertEqual(process.wait(SECONDS), 0)

    def test_a_request_that_comes_byte_by_byte(self) -> None:
        process = self.start()
        assert process.stdin is not None and process.stdout is not None
        for byte in request(PRINTS):
            process.stdin.write(bytes([byte]))
        process.stdin.close()
        self.assertEqual([each.stdout for each in answers(process.stdout.read())], [b"it ran\n"])

    def test_two_thousand_programs(self) -> None:
        """In one process, which does not grow."""
        process = self.start()
        sizes = []
        for number in range(2000):
            answer = self.ask(process, SLEEPS + b"print(%d)\n" % number, "r" if number % 2 else "rs")
            self.assertEqual((answer.status, answer.stdout), (0, b"True\n%d\n" % number))
            if number % 200 == 199:
                sizes.append(self.resident(process))
        if "SANITIZED" not in os.environ:  # a sanitizer keeps what was freed
            self.assertLess(sizes[-1], sizes[1] + 2000, sizes)

    def test_nobody_reads(self) -> None:
        process = self.start()
        assert process.stdin is not None and process.stdout is not None
        process.stdout.close()
        try:
            process.stdin.write(request(PRINTS) * 3)
            process.stdin.close()
        except BrokenPipeError:
            pass
        self.assertIn(process.wait(SECONDS), (1, -signal.SIGPIPE))

    def test_the_output_cannot_be_written(self) -> None:
        with open("/dev/full", "wb") as full:
            process = self.start(full)
            assert process.stdin is not None and process.stderr is not None
            process.stdin.write(request(PRINTS) * 2)
            process.stdin.close()
            self.assertEqual(process.wait(SECONDS), 1)
            self.assertIn(b"an answer could not be given", process.stderr.read())

    def test_a_reader_that_is_slow(self) -> None:
        """The pipe is full long before the answer ends."""
        process = self.start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request(b"print('x' * 1000000)") * 2)
        process.stdin.close()
        time.sleep(0.2)
        self.assertIsNone(process.poll())
        self.assertEqual([len(each.stdout) for each in answers(process.stdout.read())], [1_000_001] * 2)
        self.assertEqual(process.wait(SECONDS), 0)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()
