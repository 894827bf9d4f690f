"""A run of the fuzzer as facts (what --json prints), as text for a terminal, as a document.

The document is what the text is, with headings and tables of Markdown.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fuzzing.campaign import Campaign
from fuzzing.findings import Finding, Findings

RARE = 0.01  # a feature that ran in fewer programs than this share is marked
SHOWN = 12  # of the rarest features and of the functions with branches not taken, on a terminal


def facts(campaign: Campaign) -> dict[str, Any]:
    """All that a run found out."""
    tally, settings, edges = campaign.tally, campaign.settings, campaign.edges
    comparing = max(tally.seconds - tally.looking, 0.01)
    return {
        "seed": settings.seed,
        "shard": "{}/{}".format(*settings.shard),
        "seconds": round(tally.seconds, 1),
        "interrupted": campaign.interrupted,
        "programs": tally.programs,
        "rounds": tally.rounds,
        "comparisons": tally.comparisons.total(),
        "rate": round(tally.comparisons.total() / comparing, 1),
        "program_rate": round(tally.programs / comparing, 1),
        "builds": {
            name: {"comparisons": tally.comparisons[name], "differences": tally.differences[name]}
            for name in campaign.setup.names
        },
        "record_lines": tally.lines,
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "crashes": tally.crashes,
        "statements": tally.executed.total(),
        "features": feature_rows(campaign),
        "left_out": {need: list(names) for need, names in campaign.vocabulary.lacking.items()},
        "branches": {
            "reached": len(tally.edges),
            "total": edges.total,
            "files": {file: list(counts) for file, counts in edges.files(tally.edges).items()},
            "never_called": sorted(f"{file}: {name}" for file, name in edges.untouched(tally.edges)),
            "missing": edges.missing(tally.edges),
        },
        "programs_that_differ": campaign.findings.programs,
        "differences": differences(campaign.findings),
    }


def feature_rows(campaign: Campaign) -> list[dict[str, Any]]:
    """The features, those that ran in the fewest programs first."""
    tally = campaign.tally
    rows = [
        {
            "name": name,
            "written": tally.written[name],
            "executed": tally.executed[name],
            "programs": tally.within[name],
            "rare": tally.within[name] < RARE * tally.programs,
        }
        for name in campaign.steering.features
    ]
    return sorted(rows, key=lambda row: (row["programs"], row["name"]))


def differences(found: Findings) -> list[dict[str, Any]]:
    order = found.setup.names
    return [difference(finding, order) for finding in found.all()]


def difference(finding: Finding, order: list[str]) -> dict[str, Any]:
    return {
        "program": finding.name,
        "what": finding.what,
        "versions": sorted(finding.versions, key=order.index),
        "programs": finding.times,
        "others": finding.others,
        "steady": finding.steady,
        "saved": str(finding.saved) if finding.saved else None,
        "shown": finding.shown,
        "small": finding.small,
    }


# ---- as text -----------------------------------------------------------------------------------------------


def text(found: dict[str, Any]) -> str:
    """For a terminal: what matters, the summary line last."""
    return "\n".join([*differences_text(found), *reached_text(found), *numbers(found), last_line(found)])


def numbers(found: dict[str, Any]) -> Iterator[str]:
    builds = ", ".join(f"{version} {counts['comparisons']}" for version, counts in found["builds"].items())
    shard = "" if found["shard"] == "1/1" else f", shard {found['shard']}"
    ended = {"0": "normally", "1": "by an exception", "97": "in a deadlock", "3": "because they print too much"}
    own = sum(count for status, count in found["statuses"].items() if status not in ended)
    ways = [f"{count} {ended[status]}" for status, count in found["statuses"].items() if status in ended]
    ways += [f"{own} with a status of their own"] if own else []
    programs, rate = found["programs"], found["program_rate"]
    yield f"seed {found['seed']}{shard}: {programs} programs in {found['rounds']} rounds, {rate:.1f} a second"
    yield f"comparisons: {found['comparisons']} ({builds}), {found['rate']:.0f} a second, {found['record_lines']} events"
    yield f"programs ended: {', '.join(ways) or 'none'}"
    yield f"statements that ran: {found['statements']}"
    yield from crashes_text(found)
    if found["left_out"]:
        yield f"left out, aiocore has no: {', '.join(found['left_out'])}"


def crashes_text(found: dict[str, Any]) -> Iterator[str]:
    for version, names in found["crashes"].items():
        more = ", ..." if len(names) > SHOWN else ""
        yield f"CPython {version} itself died of {len(names)} programs, skipped: {', '.join(names[:SHOWN])}{more}"


def reached_text(found: dict[str, Any]) -> Iterator[str]:
    rows, branches = found["features"], found["branches"]
    ran = sum(row["programs"] > 0 for row in rows)
    rare = [row for row in rows if row["rare"]][:SHOWN]
    yield f"features: {ran} of {len(rows)} ran" + ("; the rarest, with the programs that ran them:" if rare else "")
    if rare:
        yield "    " + ", ".join(f"{row['name']} {row['programs']}" for row in rare)
    if not branches["total"]:
        yield "branches of the core: not counted by this build (./dev build steer)"
        return
    share = 100 * branches["reached"] / branches["total"]
    yield f"branches of the core: {branches['reached']} of {branches['total']} reached ({share:.1f} %)"
    if branches["never_called"]:
        names = [name.split(": ")[1] for name in branches["never_called"]]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"    functions never called: {', '.join(names[:SHOWN])}{more} (--report FILE has all, and the lines)"


def differences_text(found: dict[str, Any]) -> Iterator[str]:
    for one in found["differences"]:
        yield f"== {headline(one)}"
        yield one["shown"]
        if one["small"]:
            yield from (f"    {line}" for line in one["small"].splitlines())
        yield ""


def headline(one: dict[str, Any]) -> str:
    words = f"{one['program']} on {', '.join(one['versions'])}"
    if one["programs"] > 1:
        words += f", and {one['programs'] - 1} more programs ({', '.join(one['others'])}{'...' if one['programs'] > 6 else ''})"
    if not one["steady"]:
        return f"{words}: UNSTEADY, not there when it ran again in new processes"
    return f"{words}: shrunk to {one['saved']}" if one["saved"] else f"{words}: not shrunk"


def last_line(found: dict[str, Any]) -> str:
    differing = sum(counts["differences"] for counts in found["builds"].values())
    skipped = sum(map(len, found["crashes"].values()))
    passed = found["comparisons"] - differing - skipped
    ended = ", interrupted" if found["interrupted"] else ""
    return f"fuzz: {passed} passed, {differing} failed, {skipped} skipped ({found['seconds']:.1f} s{ended})"


# ---- as a document -----------------------------------------------------------------------------------------


def document(found: dict[str, Any]) -> str:
    parts = [
        "# Random programs: report of a run\n",
        "Written by `./dev fuzz --report`; [fuzzing.md](fuzzing.md) says how the programs are made and steered.\n",
        *(f"- {line}" for line in numbers(found)),
        f"- {last_line(found)}",
        "\n## Differences\n",
        *differences_document(found),
        "\n## Features\n",
        "Uses written, uses that ran, programs in which one ran; the rarest first, **bold** under 1 % of the programs.\n",
        "| Feature | Written | Ran | Programs |\n|---|--:|--:|--:|",
        *(feature_line(row) for row in found["features"]),
        "\n## Branches of the core\n",
        *branches_document(found["branches"]),
    ]
    return "\n".join(parts) + "\n"


def feature_line(row: dict[str, Any]) -> str:
    name = f"**{row['name']}**" if row["rare"] else row["name"]
    return f"| {name} | {row['written']} | {row['executed']} | {row['programs']} |"


def differences_document(found: dict[str, Any]) -> Iterator[str]:
    if not found["differences"]:
        yield "None."
    for one in found["differences"]:
        yield f"### {headline(one | {'saved': Path(one['saved'] or '').name})}\n\n```diff\n{one['shown']}\n```\n"
        if one["small"]:
            yield f"```python\n{one['small'].rstrip()}\n```\n"


def branches_document(branches: dict[str, Any]) -> Iterator[str]:
    yield f"{branches['reached']} of {branches['total']} reached; a function of a header counts once.\n"
    yield "| File | Reached | Of |\n|---|--:|--:|"
    yield from (f"| {file} | {reached} | {total} |" for file, (reached, total) in branches["files"].items())
    yield "\nNot reached, by the lines they lead to:\n"
    untouched = set(branches["never_called"])
    yield "| File | Function | Lines |\n|---|---|---|"
    for file, functions in branches["missing"].items():
        for name, lines in functions.items():
            where = "never called" if f"{file}: {name}" in untouched else ", ".join(str(line) for line in lines if line)
            yield f"| {file} | `{name}` | {where} |"


def write_report(path: Path, found: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document(found), encoding="utf-8")
