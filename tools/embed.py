#!/usr/bin/env python3
"""Gathers the files that are part of the binary and writes them as one blob, with a table for server/core/embedded.cpp.

Needs only Python's standard library and the brotli command. Run by the build (cmake/embed.cmake) each time; it writes
nothing when nothing changed, and compresses a file only once (build/embed-cache, by content).
"""

import argparse
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".yaml": "application/yaml",
}
SWAGGER_UI_FILES = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]
# Vite puts a hash of eight characters before the extension of what it bundles.
HASHED_NAME = re.compile(r"^/assets/.*-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
COMMON_PASSWORDS = 10_000


@dataclass
class Source:
    path: str
    content: bytes


class Missing(Exception):
    """Something that a complete build embeds is not there; says what makes it."""


def folder_sources(folder: Path, prefix: str) -> list[Source]:
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.suffix != ".map")
    return [Source(prefix + f.relative_to(folder).as_posix(), f.read_bytes()) for f in files]


def web_app(root: Path) -> list[Source]:
    if not (root / "web/dist/index.html").is_file():
        raise Missing("the web app: web/dist is not built (tools/build web)")
    return folder_sources(root / "web/dist", "/")


def swagger_ui(root: Path) -> list[Source]:
    package = root / "build/assets/node_modules/swagger-ui-dist"
    if not package.is_dir():
        raise Missing("Swagger UI: not installed (tools/setup assets)")
    ours = folder_sources(root / "server/api/docs", "/docs/")
    return ours + [Source(f"/docs/{name}", (package / name).read_bytes()) for name in SWAGGER_UI_FILES]


def contract(root: Path, name: str) -> list[Source]:
    file = root / "server/api" / name
    if not file.is_file():
        raise Missing(f"the contract server/api/{name}")
    return [Source(f"/api/v1/{name}", file.read_bytes())]


def openapi(root: Path) -> list[Source]:
    return contract(root, "openapi.yaml")


def asyncapi(root: Path) -> list[Source]:
    return contract(root, "asyncapi.yaml")


def common_passwords(root: Path) -> bytes:
    ranked = root / "build/assets/node_modules/@zxcvbn-ts/language-common/src/passwords.json"
    if not ranked.is_file():
        raise Missing("the list of common passwords: not installed (tools/setup assets)")
    top = list(dict.fromkeys(word.lower() for word in json.loads(ranked.read_text("utf-8"))))[:COMMON_PASSWORDS]
    if len(top) != COMMON_PASSWORDS:
        raise SystemExit(f"embed: the package lists only {len(top)} passwords, {COMMON_PASSWORDS} are needed")
    return b"".join(sorted(word.encode() + b"\n" for word in top))


def compressed(content: bytes, cache: Path, variant: str) -> bytes:
    """The content compressed, or nothing where that is not worth a header (less than 5 % smaller)."""
    file = cache / f"{hashlib.sha256(content).hexdigest()}.{variant}"
    if not file.is_file():
        if variant == "gz":
            packed = gzip.compress(content, compresslevel=9, mtime=0)
        elif shutil.which("brotli"):
            packed = subprocess.run(
                ["brotli", "-q", "11", "-w", "22", "-c"], input=content, stdout=subprocess.PIPE, check=True
            ).stdout
        else:
            raise SystemExit("embed: the command brotli is missing (tools/setup)")
        cache.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{variant}.{id(packed)}")
        partial.write_bytes(packed)
        partial.replace(file)
    packed = file.read_bytes()
    return packed if len(packed) < 0.95 * len(content) else b""


class Blob:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, content: bytes) -> str:
        """Appends the content; returns the C++ expression of it."""
        if not content:
            return "{}"
        offset = self.size
        self.parts.append(content)
        self.size += len(content)
        return f"{{parley_assets + {offset}, {len(content)}}}"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def row(source: Source, blob: Blob, cache: Path) -> str:
    content_type = CONTENT_TYPES.get(Path(source.path).suffix)
    if content_type is None:
        raise SystemExit(f"embed: {source.path}: no content type is known for this extension (tools/embed.py)")
    etag = '"' + hashlib.sha256(source.content).hexdigest()[:32] + '"'
    variants = [blob.add(c) for c in (source.content, *(compressed(source.content, cache, v) for v in ("br", "gz")))]
    immutable = "true" if HASHED_NAME.match(source.path) else "false"
    return f"    {{{quoted(source.path)}, {quoted(content_type)}, {quoted(etag)},\n     {', '.join(variants)}, {immutable}}},\n"


def table_source(rows: list[str], passwords: str, size: int) -> str:
    table = "std::span<const Asset> asset_table() { return {}; }\n"
    if rows:
        table = (
            "constexpr Asset kAssets[] = {\n"
            + "".join(rows)
            + "};\n\nstd::span<const Asset> asset_table() { return kAssets; }\n"
        )
    return (
        "// Generated by tools/embed.py.\n"
        '#include "core/embedded_table.h"\n\n'
        f'extern "C" const char parley_assets[{max(size, 1)}];\n\n'
        "namespace parley::embedded {\n\n"
        f"{table}"
        f"std::string_view password_list() {{ return {passwords}; }}\n\n"
        "}  // namespace parley::embedded\n"
    )


def assembler_source(blob_file: Path, blob: bytes) -> str:
    # The hash makes this file change whenever the blob does, which is what the build looks at.
    return (
        f"/* Generated by tools/embed.py: {hashlib.sha256(blob).hexdigest()} */\n"
        "  .section .rodata\n  .balign 16\n  .global parley_assets\n  .type parley_assets, %object\n"
        f'parley_assets:\n  .incbin "{blob_file}"\n  .byte 0\n  .size parley_assets, . - parley_assets\n'
        '  .section .note.GNU-stack, "", %progbits\n'
    )


def write_if_changed(file: Path, content: bytes) -> None:
    if not file.is_file() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def gather(root: Path, require: bool) -> tuple[list[Source], bytes]:
    sources: list[Source] = []
    passwords = b""
    for part in (web_app, swagger_ui, openapi, asyncapi, common_passwords):
        try:
            found = part(root)
        except Missing as missing:
            if require:
                raise SystemExit(f"embed: missing {missing}") from None
            print(f"embed: built without {missing}", file=sys.stderr)
            continue
        if isinstance(found, bytes):
            passwords = found
        else:
            sources += found
    return sources, passwords


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="the source tree")
    parser.add_argument("--out", type=Path, required=True, help="where to write assets.bin, assets.S and assets.cpp")
    parser.add_argument("--require", action="store_true", help="fail when anything is missing")
    arguments = parser.parse_args()

    sources, passwords = gather(arguments.root, arguments.require)
    blob = Blob()
    cache = arguments.root / "build/embed-cache"
    rows = [row(source, blob, cache) for source in sorted(sources, key=lambda s: s.path.encode())]
    password_view = blob.add(passwords)
    content = b"".join(blob.parts)
    blob_file = arguments.out / "assets.bin"
    write_if_changed(blob_file, content)
    write_if_changed(arguments.out / "assets.cpp", table_source(rows, password_view, blob.size).encode())
    write_if_changed(arguments.out / "assets.S", assembler_source(blob_file, content).encode())


if __name__ == "__main__":
    main()
