#!/usr/bin/env python3
"""node_satisfies.py VERSION LOCK...: exits 0 when that Node.js is new enough for every package of the lock files.

Reads the forms of npm's version ranges that packages use for engines.node: alternatives by "||", and in each
comparisons (">=20.19", "<23"), "^20.19.0", "~18.2", "20.x", "20", "*" and "18 - 20", all of which must hold.
"""

import json
import re
import sys
from pathlib import Path

Version = tuple[int, int, int]
TOP = 10**6


def parse(text: str) -> tuple[list[int], Version]:
    """The numbers that are given, and those with zeros for what is not."""
    given = []
    for part in text.lstrip("v=").split("-")[0].split("+")[0].split("."):
        if not part.isdigit():
            break
        given.append(int(part))
    padded = [*given, 0, 0, 0][:3]
    return given, (padded[0], padded[1], padded[2])


def after(given: list[int], keep: int) -> Version:
    """The first version past all that agree with the first `keep` numbers given."""
    if not given or keep == 0:
        return (TOP, 0, 0)
    head = given[:keep]
    head[-1] += 1
    padded = [*head, 0, 0, 0][:3]
    return (padded[0], padded[1], padded[2])


def bounds(comparison: str) -> tuple[Version, Version]:
    """[lowest, first too high) of one comparison."""
    match = re.fullmatch(r"(>=|<=|>|<|\^|~>?|=)?\s*(.*)", comparison)
    assert match
    operator, (given, version) = match[1], parse(match[2])
    past = after(given, len(given))
    if operator == ">=":
        return version, (TOP, 0, 0)
    if operator == ">":
        return past, (TOP, 0, 0)
    if operator == "<":
        return (0, 0, 0), version
    if operator == "<=":
        return (0, 0, 0), past
    if operator == "^":
        return version, after(given, 1)
    if operator in ("~", "~>"):
        return version, after(given, min(len(given), 2))
    return version, past


def satisfies(version: str, wanted: str) -> bool:
    have = parse(version)[1]
    for alternative in wanted.split("||"):
        spaced = re.sub(r"(\S+)\s+-\s+(\S+)", r">=\1 <=\2", alternative)
        comparisons = re.findall(r"(?:>=|<=|>|<|\^|~>?|=)?\s*[^\s<>=^~]+", spaced) or ["*"]
        if all(low <= have < high for low, high in map(bounds, comparisons)):
            return True
    return False


def main() -> int:
    version, *locks = sys.argv[1:]
    for lock in filter(Path.is_file, map(Path, locks)):
        for name, package in json.loads(lock.read_text("utf-8"))["packages"].items():
            engines = package.get("engines", {})
            wanted = engines.get("node", "*") if isinstance(engines, dict) else "*"
            if not package.get("optional") and not satisfies(version, wanted):
                print(f"Node.js {version} is too old: {name or lock} needs {wanted}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
