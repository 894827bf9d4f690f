"""The ratios as a picture: for each row how many times faster than asyncio aiocore and uvloop are.  SVG, written by hand."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

BARS = (
    ("aiocore", "aiocore.install()", "#2a6f97"),
    ("fast", 'aiocore.install(semantics="fast")', "#89c2d9"),
    ("replace", "aiocore.replace()", "#a9a9a9"),
    ("uvloop", "uvloop", "#e07a5f"),
)
LEFT, RIGHT, TOP, BAR, GAP, WIDTH = 130, 60, 90, 9, 10, 900


def speed(line: dict[str, Any], name: str) -> float | None:
    """How many times better than asyncio; of uvloop the better of its columns."""
    medians = {key: cell.get("median") for key, cell in line["cells"].items() if cell.get("median")}
    if name == "uvloop":
        both = [medians[key] for key in ("uvloop", "uvloop_eager") if key in medians]
        value = min(both, default=None)
    else:
        value = medians.get(name)
    stock = medians.get("stock")
    return stock / value if stock and value else None


def means(found: dict[str, Any]) -> dict[str, float | None]:
    """The geometric means of the trees, as far as there are some."""
    of_trees = found["means_of_trees"]
    ours, uvloop = of_trees.get("over_stock"), of_trees.get("over_uvloop")
    return {
        "aiocore": ours,
        "fast": of_trees.get("fast_over_stock"),
        "replace": of_trees.get("replace_over_stock"),
        "uvloop": ours / uvloop if ours and uvloop else None,
    }


def shape(tag: str, text: str = "", **attributes: object) -> str:
    words = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<{tag}{words}>{escape(text)}</{tag}>" if text else f"<{tag}{words}/>"


def legend(used: list[tuple[str, str, str]]) -> Iterator[str]:
    x = LEFT
    for _, words, colour in used:
        yield shape("rect", x=x, y=54, width=12, height=12, fill=colour)
        yield shape("text", words, x=x + 17, y=64)
        x += 35 + 7 * len(words)


def grid(most: float, scale: float, bottom: int) -> Iterator[str]:
    step = 1 if most <= 8 else 2 if most <= 16 else 5
    for mark in range(0, int(most) + 1, step):
        x = LEFT + mark * scale
        yield shape("line", x1=f"{x:.1f}", y1=TOP - 6, x2=f"{x:.1f}", y2=bottom, stroke="#dddddd")
        yield shape("text", f"{mark}x", x=f"{x:.1f}", y=TOP - 10, text_anchor="middle", fill="#666666")
    x = LEFT + scale
    yield shape("line", x1=f"{x:.1f}", y1=TOP - 6, x2=f"{x:.1f}", y2=bottom, stroke="#666666")


def svg(found: dict[str, Any]) -> str:
    """One group of bars for each row that has been measured on asyncio."""
    speeds = {line["row"]: {name: speed(line, name) for name, _, _ in BARS} for line in found["rows"]}
    if found["means_of_trees"]:
        speeds["mean of the trees"] = means(found)
    used = [bar for bar in BARS if any(of_row[bar[0]] for of_row in speeds.values())]
    most = max((value for of_row in speeds.values() for value in of_row.values() if value), default=1.0)
    scale = (WIDTH - LEFT - RIGHT) / most
    group = BAR * len(used) + GAP
    bottom = TOP + group * len(speeds)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + 20}" viewBox="0 0 {WIDTH} {bottom + 20}"'
        ' font-family="sans-serif" font-size="11">',
        shape("rect", width="100%", height="100%", fill="white"),
        shape("text", "How many times faster than asyncio (memory: how many times smaller)", x=LEFT, y=24, font_size=15),
        shape("text", found["heading"], x=LEFT, y=42, fill="#666666"),
        *legend(used),
        *grid(most, scale, bottom),
    ]
    for number, (row, of_row) in enumerate(speeds.items()):
        y = TOP + group * number
        parts.append(shape("text", row, x=LEFT - 8, y=y + BAR * len(used) / 2 + 4, text_anchor="end"))
        for place, (name, _, colour) in enumerate(used):
            if value := of_row[name]:
                top = y + BAR * place
                parts.append(shape("rect", x=LEFT, y=top, width=f"{value * scale:.1f}", height=BAR - 1, fill=colour))
                end = f"{LEFT + value * scale + 3:.1f}"
                parts.append(shape("text", f"{value:.2f}", x=end, y=top + BAR - 1, font_size=8, fill="#666666"))
    return "\n".join([*parts, "</svg>"]) + "\n"
