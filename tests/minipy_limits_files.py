"""Files for minipy_limits.py: odd bytes, odd lines, and megabytes of anything: ten of them, or two if AIOCORE_BRIEF is set."""
from __future__ import annotations

import os
from collections.abc import Callable

from minipy_limits_case import Case

SIZE = 2_000_000 if os.environ.get("AIOCORE_BRIEF") else 10_000_000


def repeated(part: str, before: str = "", after: str = "", size: int = SIZE) -> Callable[[], bytes]:
    """A file of about that size, made when it is needed."""
    return lambda: (before + part * (size // len(part)) + after).encode()


def joined(separator: str, item: str, count: int, before: str = "", after: str = "") -> Callable[[], bytes]:
    """before, then the items with {} replaced by their number, then after."""
    return lambda: (before + separator.join(item.replace("{}", str(i)) for i in range(count)) + after).encode()


def nested_blocks(header: str, depth: int, last: str = "pass\n") -> Callable[[], bytes]:
    return lambda: ("".join(" " * i + header.replace("{}", str(i)) + "\n" for i in range(depth)) + " " * depth + last).encode()


def syntax_error(name: str, source: str | bytes | Callable[[], bytes], err: str = "Error: ") -> Case:
    return Case(name, source, status=1, out="", err=err)


NOT_UTF8 = {
    "stray_continuation": b"\x80",
    "lone_lead": b"\xc3",
    "cut_short": b"\xe2\x82",
    "overlong": b"\xc0\x80",
    "overlong_3": b"\xe0\x80\x80",
    "overlong_4": b"\xf0\x80\x80\x80",
    "surrogate": b"\xed\xa0\x80",
    "too_large": b"\xf4\x90\x80\x80",
    "five_bytes": b"\xf8\x88\x80\x80\x80",
    "utf_16": "print(1)\n".encode("utf-16-le"),
    "latin_1": "x = 'é'\n".encode("latin-1"),
}

SMALL_FILES = [
    Case("file_empty", b"", out=""),
    Case("file_newline", b"\n", out=""),
    Case("file_space", b"   ", out=""),
    Case("file_comment", b"# nothing", out=""),
    Case("file_comments", b"# a\n    # b\n\t# c\n\n\n", out=""),
    Case("file_backslash", b"\\", status=1, err="SyntaxError"),
    Case("file_backslash_newline", b"x = 1 \\\n", status=(0, 1)),
    Case("file_bom", b"\xef\xbb\xbfprint(1)\n", out="1\n"),
    syntax_error("file_bom_twice", b"\xef\xbb\xbf\xef\xbb\xbfprint(1)\n", "SyntaxError"),
    Case("file_bom_only", b"\xef\xbb\xbf", out=""),
    Case("file_crlf", b"if 1:\r\n    print(1)\r\n    print('''a\r\nb''')\r\n", out="1\na\nb\n"),
    Case("file_cr", b"if 1:\r    print(1)\rprint(2)\r", out="1\n2\n"),
    Case("file_mixed_ends", b"print(1)\r\nprint(2)\rprint(3)\nprint(4)", out="1\n2\n3\n4\n"),
    Case("file_no_final_newline", b"if 1:\n  print(1)", out="1\n"),
    Case("file_no_final_newline_comment", b"print(1)\nif 1:\n  print(2)\n  # end", out="1\n2\n"),
    Case("file_form_feed", b"\x0cprint(1)\n\x0c\nif 1:\n\x0c  print(2)\n", out="1\n2\n"),
    Case("file_tabs", b"if 1:\n\tif 1:\n\t\tprint(1)\n\tprint(2)\n", out="1\n2\n"),
    syntax_error("file_tab_then_spaces", b"if 1:\n\tprint(1)\n        print(2)\n", "TabError"),
    syntax_error("file_spaces_then_tab", b"if 1:\n        print(1)\n\tprint(2)\n", "TabError"),
    Case("file_tab_deeper", b"if 1:\n  if 1:\n  \tprint(1)\n  print(2)\n", out="1\n2\n"),
    syntax_error("file_dedent", b"if 1:\n    if 1:\n        pass\n      pass\n", "IndentationError"),
    syntax_error("file_indent", b"  print(1)\n", "IndentationError"),
    syntax_error("file_nul", b"print(1)\0\n", "SyntaxError"),
    syntax_error("file_nul_first", b"\0", "SyntaxError"),
    syntax_error("file_nul_in_string", b"x = 'a\0b'\n", "SyntaxError"),
    syntax_error("file_nul_in_comment", b"# a\0b\n", "SyntaxError"),
    syntax_error("file_controls", bytes(range(1, 9)), "SyntaxError"),
    syntax_error("file_no_break_space", "x =\u00a01\n", "SyntaxError"),
    syntax_error("file_open_string", b"x = 'abc", "SyntaxError"),
    syntax_error("file_open_triple", b"x = '''abc\n\n", "SyntaxError"),
    syntax_error("file_open_fstring", b"x = f'{a", "SyntaxError"),
    syntax_error("file_open_bracket", b"x = [1,\n2", "SyntaxError"),
    *(syntax_error(f"file_utf8_{name}", b"x = 1\n" + bad, "SyntaxError") for name, bad in NOT_UTF8.items()),
    *(syntax_error(f"file_utf8_text_{name}", b"x = '" + bad + b"'\n", "Error") for name, bad in NOT_UTF8.items()),
]

LARGE_FILES = [
    Case("large_statements", repeated("x = 1\n"), out=""),
    Case("large_blank_lines", repeated("\n", after="print(1)\n"), out="1\n"),
    Case("large_comment", repeated("x", before="#", after="\nprint(1)"), out="1\n"),
    Case("large_semicolons", repeated("x=1;"), out=""),
    Case("large_spaces", repeated(" ", before="x =", after="1\nprint(x)"), out="1\n"),
    Case("large_continued_lines", repeated("\\\n", before="x =", after="1\nprint(x)", size=2_000_000), out="1\n"),
    Case("large_indentation", repeated(" ", before="if 1:\n", after="print(1)"), out="1\n"),
    Case("large_string", repeated("abcdefgh", before="x = '", after="'\nprint(len(x))"), out=f"{SIZE}\n"),
    Case("large_triple_string", repeated("abcdefg\n", before="x = '''", after="'''\nprint(len(x))"), out=f"{SIZE}\n"),
    Case("large_fstring", repeated("{1}a", before="x = f'", after="'\nprint(len(x))", size=1_000_000), out="500000\n"),
    Case("large_joined_strings", repeated("'a' ", before="x = (", after=")\nprint(len(x))"), out=f"{SIZE // 4}\n"),
    Case("large_escapes", repeated("\\x41", before="x = '", after="'\nprint(len(x))"), out=f"{SIZE // 4}\n"),
    Case("large_name", repeated("a", before="x = 1\n", after=" = 2\nprint(x)"), out="1\n"),
    Case("large_number", repeated("9", before="x = ", after="\n"), status=1, err="Error"),
    Case("large_float", repeated("9", before="x = ", after=".0\nprint(x)\n"), out="inf\n"),
    Case("large_list", repeated("1,", before="x = [", after="]\nprint(len(x))"), out=f"{SIZE // 2}\n"),
    Case("large_list_of_names", repeated("a,", before="a = 1\nx = [", after="]\nprint(len(x))"), out=f"{SIZE // 2}\n"),
    Case("large_dict", repeated("1:2,", before="x = {", after="}\nprint(len(x))"), out="1\n"),
    Case("large_call", repeated("1,", before="def f(*a): print(len(a))\nf(", after=")\n"), out=f"{SIZE // 2}\n"),
    Case("large_sum", repeated("1+", before="x = ", after="1\nprint(x)"), status=(0, 1)),
    Case("large_and", repeated("1 and ", before="x = ", after="1\nprint(x)"), status=(0, 1)),
    Case("large_comparison", repeated("1==", before="x = ", after="1\nprint(x)"), status=(0, 1)),
    Case("large_assignments", repeated("x=", after="1\nprint(x)"), status=(0, 1)),
    Case("large_elif", repeated("elif 0: pass\n", before="if 0: pass\n", after="else: print(1)\n"), out="1\n"),
    Case("large_except", repeated("except ValueError: pass\n", before="try: print(1)\n"), out="1\n"),
    Case("large_with", repeated("open,", before="with ", after="open: pass\n"), status=1, err="too many statically nested"),
    Case("large_lambdas", repeated("lambda:0,", before="x = ", after="\nprint(len(x))", size=SIZE // 2), out=f"{SIZE // 2 // 9}\n"),
    Case("large_functions", repeated("def f(): pass\n", after="print(1)\n", size=SIZE // 2), out="1\n"),
    Case("large_global", joined(",", "a{}", 300_000, before="global ", after="\n"), out=""),
    Case("large_names", joined("\n", "a{} = {}", 300_000, after="\nprint(a299999)\n"), out="299999\n"),
    Case("large_strings", joined("\n", "a = 'a{}'", 300_000, after="\nprint(a)\n"), out="a299999\n"),
]

NESTINGS = {
    "parens": "(",
    "brackets": "[",
    "braces": "{",
    "minus": "-",
    "plus": "+",
    "tilde": "~",
    "not": "not ",
    "calls": "f(",
    "lambda": "lambda:",
    "conditional": "1 if 1 else ",
    "else": "1 if ",
    "power": "2**",
    "star": "*",
    "await": "await ",
    "yield": "(yield ",
    "walrus": "(a:=",
    "comprehension": "[1 for a in ",
    "slices": "a[",
    "fstring": "f'{",
    "colons": ":",
    "decorators": "@",
    "mixed": "([{",
    "if": "if 1:",
    "subscript_dict": "{1:",
    "generator": "(a for a in ",
    "equals": "a[b]=",
    "keywords": "f(a=",
}

DEEP_FILES = [
    *(Case(f"nested_{name}", repeated(part), status=1, err="Error: ") for name, part in NESTINGS.items()),
    Case("nested_attributes", repeated(".a", before="a = 1\na"), status=1, err="Error: "),
    Case("nested_calls_after", repeated("()", before="print"), status=1, err="Error: "),
    Case("nested_indexes_after", repeated("[0]", before="x = 1\nx"), status=1, err="Error: "),
    Case("nested_closed_parens", lambda: b"x = " + b"(" * (SIZE // 2) + b")" * (SIZE // 2), status=1, err="Error: "),
    Case("nested_closed_lists", lambda: b"x = " + b"[" * (SIZE // 2) + b"]" * (SIZE // 2), status=1, err="Error: "),
    Case("nested_blocks", nested_blocks("if 1:", 3_000), status=1, err="IndentationError"),
    Case("nested_functions", nested_blocks("def f{}():", 3_000), status=1, err="IndentationError"),
    Case("nested_classes", nested_blocks("class C{}:", 3_000), status=1, err="IndentationError"),
    Case("nested_loops", nested_blocks("for i in ():", 3_000), status=1, err="IndentationError"),
    Case("nested_tries", nested_blocks("try:", 3_000), status=1, err="IndentationError"),
    Case("nested_withs", nested_blocks("with a:", 3_000), status=1, err="IndentationError"),
    Case("nested_90_blocks", nested_blocks("if 1:", 90, "print(1)\n"), out="1\n"),
    Case("nested_90_functions", nested_blocks("def f():", 90), out=""),
    Case("nested_targets", lambda: b"(" * 100_000 + b"a" + b",)" * 100_000 + b" = 1\n", status=1, err="Error: "),
]


def parameters(count: int) -> str:
    return ", ".join(f"a{i}" for i in range(count))


def many(count: int) -> list[Case]:
    """Functions with so many of anything: more than fits into a byte, and into two."""
    names = parameters(count)
    body = "".join(f"    a{i} = {i}\n" for i in range(count))
    return [
        Case(f"many_parameters_{count}", f"def f({names}): return a{count - 1}\nprint(f(*range({count})))\n", out=f"{count - 1}\n"),
        Case(f"many_arguments_{count}", f"def f(*a): return len(a)\nprint(f({'1, ' * count}))\n", out=f"{count}\n"),
        Case(
            f"many_keywords_{count}",
            f"def f(**k): return len(k)\nprint(f({', '.join(f'a{i}={i}' for i in range(count))}))\n",
            out=f"{count}\n",
        ),
        Case(f"many_locals_{count}", f"def f():\n{body}    return a{count - 1}\nprint(f())\n", out=f"{count - 1}\n"),
        Case(
            f"many_cells_{count}",
            f"def f():\n{body}    return lambda: [{names}]\nprint(len(f()()))\n",
            out=f"{count}\n",
        ),
        Case(f"many_targets_{count}", f"{names} = range({count})\nprint(a{count - 1})\n", out=f"{count - 1}\n"),
        Case(
            f"many_defaults_{count}",
            f"def f({', '.join(f'a{i}={i}' for i in range(count))}): return a{count - 1}\nprint(f())\n",
            out=f"{count - 1}\n",
        ),
    ]


FILES = [*SMALL_FILES, *LARGE_FILES, *DEEP_FILES, *many(300), *many(70_000)]
