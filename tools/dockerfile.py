#!/usr/bin/env python3
"""What a Dockerfile does, one instruction a line, for a shell to do by hand: tools/dockerfile.py FILE

Each line is INSTRUCTION, the folder it is done in, and its words, between tabs. Of COPY --from and RUN --mount=type=bind
the sources are words like any other; cache mounts are left out, as a builder may.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions, with continued lines as one and without comments (not even among continued lines)."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def bind_mounts(command: str) -> tuple[list[str], str]:
    """RUN's flags as "stage:source:target" words, and what is left of it."""
    mounts = []
    while flag := re.match(r"--mount=(\S+)\s+", command):
        options = dict(part.split("=", 1) for part in flag[1].split(","))
        if options["type"] == "bind":
            mounts.append(f"{options['from']}:{options['source']}:{options['target']}")
        elif options["type"] != "cache":
            raise SystemExit(f"dockerfile.py: RUN --mount=type={options['type']} is not known here")
        command = command[flag.end() :]
    return mounts, command


def words_of(name: str, rest: str) -> list[str]:
    if name == "RUN":
        mounts, command = bind_mounts(rest)
        return [command, *mounts]
    if name == "HEALTHCHECK":
        rest = rest[rest.index("CMD") + 3 :].strip()
    if rest.startswith("["):
        return json.loads(rest)
    if name in ("COPY", "FROM", "ENV"):
        return rest.split()
    return [rest]


def main() -> None:
    folder = "/"
    for name, rest in instructions(Path(sys.argv[1]).read_text(encoding="utf-8")):
        if name == "FROM":
            folder = "/"
        elif name == "WORKDIR":
            folder = str(Path(folder) / rest)
        print("\t".join([name, folder, *words_of(name, rest)]))


if __name__ == "__main__":
    main()
