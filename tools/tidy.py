#!/usr/bin/env python3
"""Runs clang-tidy over every source that the build knows, on all cores, and again only over what changed: a source that
was clean is remembered (build/tidy-cache) by its content, that of the project's headers it includes, and the checks."""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
CLEAN = ROOT / "build/tidy-cache"
TIDY = ROOT / "build/venv/bin/clang-tidy"
# What means nothing to clang: g++'s warnings, and its precompiled header, which clang would read anew for each source.
GNU_ONLY = re.compile(
    r" -Wno-(?:stringop-overflow|mismatched-new-delete|tsan)\b| -Winvalid-pch| -include \S+/cmake_pch\.hxx"
)
SEARCHED = [ROOT / "server", ROOT / "tests"]
OWN_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@cache
def direct_includes(file: Path) -> frozenset[Path]:
    names = OWN_INCLUDE.findall(file.read_text("utf-8"))
    return frozenset(path for name in names for folder in [*SEARCHED, file.parent] if (path := folder / name).is_file())


def all_includes(file: Path) -> set[Path]:
    found: set[Path] = set()
    todo = {file}
    while todo:
        current = todo.pop()
        found.add(current)
        todo |= direct_includes(current) - found
    return found


def key(file: Path, command: str, checks: bytes) -> str:
    digest = hashlib.sha256(checks + command.encode())
    for part in sorted(all_includes(file)):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def check(file: Path, key_of_file: str) -> bool:
    run = subprocess.run([TIDY, "--quiet", "-p", CLEAN, file], capture_output=True, text=True, check=False)
    if run.returncode == 0:
        (CLEAN / key_of_file).touch()
        return True
    print(run.stdout.strip() or run.stderr.strip(), flush=True)
    return False


def main() -> int:
    CLEAN.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    checks = version + b"".join(
        file.read_bytes() for file in sorted(ROOT.glob(".clang-tidy")) + sorted(ROOT.glob("*/.clang-tidy"))
    )
    commands = json.loads((BUILD / "compile_commands.json").read_text("utf-8"))
    for entry in commands:
        entry["command"] = GNU_ONLY.sub("", entry["command"])
    (CLEAN / "compile_commands.json").write_text(json.dumps(commands), "utf-8")
    own = {Path(c["file"]): c["command"] for c in commands if not Path(c["file"]).is_relative_to(ROOT / "build")}
    keys = {file: key(file, command, checks) for file, command in own.items() if file.suffix == ".cpp"}
    changed = sorted(file for file in keys if not (CLEAN / keys[file]).is_file())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        bad = sum(not ok for ok in pool.map(lambda file: check(file, keys[file]), changed))
    print(f"clang-tidy: {len(keys)} files, {len(changed)} of them changed, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
