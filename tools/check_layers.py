#!/usr/bin/env python3
"""Checks what includes what: a folder of server/ includes only from itself and from folders below it, only main.cpp and
composition/ name concrete stores and buses, and each foreign library stays in the folders that are there to hide it. And
that no coroutine awaits in a way that g++ 12 miscompiles (what is destroyed twice shows much later, somewhere else)."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "server"
TOP_DOWN = [
    "main.cpp",
    "composition",
    "cli",
    "api",
    "websocket",
    "services",
    "streams",
    "repositories",
    "pubsub",
    "models",
    "core",
]
CONCRETE = ["repositories/sqlite", "repositories/mongodb", "pubsub/local", "pubsub/redis"]
# Where the headers of a library may be included; elsewhere it must not show.
LIBRARIES = {
    r"SQLiteCpp/|sqlite3\.h": ["repositories/sqlite"],
    r"mongoc|bson|mongocxx": ["repositories/mongodb"],
    r"hiredis/": ["pubsub/redis"],
    r"boost/beast": ["api", "websocket", "cli", "core/asio_impl.cpp"],
    r"jwt\.h": ["services"],
    r"CLI/": ["cli"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def includes(file: Path) -> Iterator[tuple[int, str, str]]:
    """Line, and what is included in quotes or in angle brackets."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] or "", match[2] or ""


def within(path: str, folders: list[str]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def wrong_own(path: str, included: str) -> str:
    layer, other = path.split("/")[0], included.split("/")[0]
    if not (SERVER / included).is_file():
        return f'"{included}" does not exist: includes are relative to server/'
    if other not in TOP_DOWN or TOP_DOWN.index(other) < TOP_DOWN.index(layer):
        return f'{layer} may not include "{included}": {other} is above it'
    concrete = next((folder for folder in CONCRETE if within(included, [folder])), None)
    if concrete and not within(path, ["main.cpp", "composition", concrete]):
        return f'"{included}" is a concrete store or bus: only main.cpp and composition/ may name it'
    return ""


def wrong_foreign(path: str, included: str) -> str:
    for library, folders in LIBRARIES.items():
        if re.match(library, included) and not within(path, folders):
            return f"<{included}> may only be included in {', '.join(folders)}"
    return ""


AWAIT = re.compile(r"[^;{}]*\bco_await\b[^;]*;")
# A temporary aggregate, a lambda, or an operator that may skip the co_await: name it first, or use an if.
MISCOMPILED = re.compile(r"[({,]\s*(?:[A-Z]\w*)?\{[^}]|\[[^\]]*\]\s*[({]|(?:\?|:(?!:)|&&|\|\|)\s*!?\s*co_await")
HEADER = re.compile(r"^\s*(?:else\s+)?(?:if|for|while)\s*\(.*\)\s*(?=co_)", re.DOTALL)


def miscompiled(text: str) -> Iterator[tuple[int, str]]:
    code = re.sub(r"//[^\n]*", "", text)
    code = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', code)
    for match in AWAIT.finditer(code):
        if MISCOMPILED.search(HEADER.sub("", match[0])):
            yield code.count("\n", 0, match.start() + match[0].index("co_await")) + 1, match[0]


def problems(file: Path) -> Iterator[str]:
    path = file.relative_to(SERVER).as_posix()
    if path.split("/")[0] not in TOP_DOWN:
        yield f"server/{path}: this folder is not a layer (tools/check_layers.py)"
        return
    for number, _ in miscompiled(file.read_text("utf-8")):
        yield f"server/{path}:{number}: g++ 12 miscompiles this co_await: name its arguments, await in a statement of its own"
    for number, own, foreign in includes(file):
        wrong = wrong_own(path, own) if own else wrong_foreign(path, foreign)
        if wrong:
            yield f"server/{path}:{number}: {wrong}"


def main() -> int:
    files = sorted(file for file in SERVER.rglob("*") if file.suffix in (".h", ".cpp"))
    found = [problem for file in files for problem in problems(file)]
    print("\n".join(found) if found else f"{len(files)} files keep to the layers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
