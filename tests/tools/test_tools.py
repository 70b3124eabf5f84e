"""The build's scripts: which Node is new enough, what may include what, what goes into the binary."""

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import check_layers
import pytest
from node_satisfies import satisfies

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("version", "wanted", "enough"),
    [
        ("v20.20.2", "^20.19.0 || >=22.12.0", True),
        ("v18.20.4", "^20.19.0 || >=22.12.0", False),
        ("v22.11.0", "^20.19.0 || >=22.12.0", False),
        ("v24.0.0", "^20.19.0 || >=22.12.0", True),
        ("v20.1.0", ">=18 <21", True),
        ("v21.0.0", ">=18 <21", False),
        ("v20.9.0", "18 - 20", True),
        ("v21.0.0", "18 - 20", False),
        ("v20.1.0", "20.x", True),
        ("v21.0.0", "20", False),
        ("v18.2.9", "~18.2", True),
        ("v18.3.0", "~18.2", False),
        ("v12.9.0", ">12", False),
        ("v13.0.0", "> 12", True),
        ("v20.0.0", "*", True),
    ],
)
def test_node_versions_are_compared_as_npm_does(version, wanted, enough):
    assert satisfies(version, wanted) is enough


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Writes files of a server/ folder, by path."""
    monkeypatch.setattr(check_layers, "SERVER", tmp_path)

    def write(path: str, *lines: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines))
        return file

    for header in ["core/ids.h", "services/rooms.h", "repositories/users.h", "repositories/sqlite/store.h"]:
        write(header)
    return write


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("services/a.cpp", '#include "core/ids.h"'),
        ("services/a.cpp", '#include "services/rooms.h"'),
        ("repositories/sqlite/a.cpp", '#include "repositories/sqlite/store.h"'),
        ("repositories/sqlite/a.cpp", "#include <sqlite3.h>"),
        ("main.cpp", '#include "repositories/sqlite/store.h"'),
        ("core/asio_impl.cpp", "#include <boost/beast/src.hpp>"),
        ("services/a.cpp", "#include <vector>"),
    ],
)
def test_what_the_layers_allow(server, path, line):
    assert list(check_layers.problems(server(path, line))) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("core/a.cpp", '#include "services/rooms.h"'),
        ("services/a.cpp", '#include "repositories/sqlite/store.h"'),
        ("cli/a.cpp", '#include "repositories/sqlite/store.h"'),
        ("services/a.cpp", "#include <sqlite3.h>"),
        ("services/a.cpp", "  #  include <boost/beast/http.hpp>"),
        ("services/a.cpp", '#include "rooms.h"'),
        ("elsewhere/a.cpp", '#include "core/ids.h"'),
    ],
)
def test_what_the_layers_forbid(server, path, line):
    assert len(list(check_layers.problems(server(path, "// a comment", line)))) == 1


def embed(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/embed.py"), "--root", str(root), "--out", str(root / "out"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def web(tmp_path):
    dist = tmp_path / "web/dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html>" + "<p>text</p>" * 100)
    (dist / "assets/index-Ab3_-xYz.js").write_text("let a = 1;\n" * 100)
    (dist / "assets/plain.js").write_text("1;")
    return dist


def test_files_are_embedded_whole_and_compressed_once(tmp_path, web):
    assert embed(tmp_path).returncode == 0
    blob = (tmp_path / "out/assets.bin").read_bytes()
    page = (web / "index.html").read_bytes()
    assert page in blob
    cached = sorted((tmp_path / "build/embed-cache").glob("*.gz"))
    assert page in [gzip.decompress(file.read_bytes()) for file in cached]
    written = (tmp_path / "out/assets.cpp").stat().st_mtime_ns
    assert embed(tmp_path).returncode == 0
    assert (tmp_path / "out/assets.cpp").stat().st_mtime_ns == written, "nothing changed, but it was written again"


def test_only_a_name_with_a_hash_is_cached_for_ever(tmp_path, web):
    embed(tmp_path)
    table = (tmp_path / "out/assets.cpp").read_text()
    rows = re.findall(r'\{"(/[^"]+)".*?(true|false)\},', table, re.DOTALL)
    assert rows == [("/assets/index-Ab3_-xYz.js", "true"), ("/assets/plain.js", "false"), ("/index.html", "false")]


def test_a_changed_file_changes_the_assembler_source(tmp_path, web):
    embed(tmp_path)
    before = (tmp_path / "out/assets.S").read_text()
    (web / "index.html").write_text("<!doctype html>other")
    embed(tmp_path)
    assert (tmp_path / "out/assets.S").read_text() != before


def test_a_complete_build_fails_in_one_line_when_something_is_missing(tmp_path, web):
    result = embed(tmp_path, "--require")
    assert result.returncode != 0
    assert result.stderr.splitlines() == ["embed: missing Swagger UI: not installed (tools/setup assets)"]
    shutil.rmtree(web)
    assert "web/dist is not built" in embed(tmp_path, "--require").stderr


def test_an_unknown_kind_of_file_is_refused_by_name(tmp_path, web):
    (web / "strange.xyz").write_text("?")
    result = embed(tmp_path)
    assert result.returncode != 0
    assert "/strange.xyz: no content type is known" in result.stderr


def test_the_server_is_built_without_what_only_tests_need(tmp_path):
    """`make run` installs no test library: configuring must not ask for one."""
    packages = ["GTest", "benchmark"]
    hide = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{package}=ON" for package in packages]
    configure = ["cmake", "--preset", "release", "-B", tmp_path, *hide]
    run = subprocess.run(configure, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert (
        "parley"
        in subprocess.run(
            ["ninja", "-C", tmp_path, "-t", "targets", "all"], capture_output=True, text=True, timeout=60, check=True
        ).stdout
    )
