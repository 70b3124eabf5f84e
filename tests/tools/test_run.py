"""`make run`, `make dev` and `make format`: what they say, and that what runs is left in order."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from support.server import binary, environment, free_port
from support.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def tree(tmp_path):
    """A tree with the scripts and nothing built."""
    for name in ("run", "dev", "format", "lib.sh"):
        (tmp_path / "tools").mkdir(exist_ok=True)
        shutil.copy2(ROOT / "tools" / name, tmp_path / "tools" / name)
    return tmp_path


@pytest.fixture
def built(tree):
    (tree / "build/release").mkdir(parents=True)
    (tree / "build/release/parley").symlink_to(binary())
    return tree


@pytest.fixture
def start():
    """Starts a command; (process, the file with all that it says)."""
    running = []

    def launch(command, tree, **settings):
        said = tree / "said"
        with said.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=tree,
                env=environment(**settings),
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(
                    signal.SIGINT, signal.SIG_IGN
                ),  # as a shell starts what is in its background
            )
        running.append(process)
        return process, said

    yield launch
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def run(tree, **settings):
    env = environment(**settings)
    return subprocess.run(["tools/run"], cwd=tree, env=env, capture_output=True, text=True, timeout=30, check=False)


def complaint(result):
    """The one line that it ended with."""
    assert result.returncode != 0
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


# --- make run


def test_a_port_that_is_taken_is_told_in_one_line_with_what_to_do(built):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = complaint(run(built, PORT=port))
    assert line.startswith(f"parley: port {port} on 127.0.0.1 is in use"), line
    assert "make run PORT=" in line
    assert not (built / "data").exists()


@pytest.mark.parametrize("port", ["http", "-1", "80 80", "8000x"])
def test_a_port_that_is_no_number_is_told_in_one_line(built, port):
    assert complaint(run(built, PORT=port)) == f"parley: PORT is not a number: '{port}'"


@pytest.mark.parametrize("port", ["65536", "99999999999"])
def test_a_port_that_is_too_large_is_told_as_such(built, port):
    result = run(built, PORT=port)
    assert result.returncode != 0
    line = result.stderr.splitlines()[-1]
    assert "PORT" in line and "65535" in line, result.stderr


def test_without_a_build_it_says_how_to_build(tree):
    assert complaint(run(tree)) == "parley: there is no build/release/parley: run 'make build'"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_on_a_free_port_it_says_where_to_look_and_serves(built, start, end):
    port = free_port()
    process, said = start(["tools/run"], built, PORT=port)

    def ready():
        assert process.poll() is None, said.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    eventually(ready)
    first = said.read_text().splitlines()[0]
    assert f"http://localhost:{port} " in first
    assert f"http://localhost:{port}/docs" in first
    assert "Ctrl-C" in first
    assert httpx.get(f"http://localhost:{port}/docs", follow_redirects=True).status_code == 200
    assert (built / "data").is_dir()
    process.send_signal(end)
    assert process.wait(15) == 0, said.read_text()


# --- make dev

STUB = """#!{python}
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("stub: ended", flush=True), sys.exit(0)))
print("stub: {version} serves on", os.environ["HOST"], os.environ["PORT"], flush=True)
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.05)
"""
BUILD = """#!/bin/bash
echo "build: $*"
if grep -q wrong server/a.cpp; then exit 1; fi
mkdir -p build/debug && sed "s/{version}/$(cat server/a.cpp)/" stub >build/debug/parley && chmod +x build/debug/parley
"""


def write(file, text, mode=0o644):
    """At once: who watches the file never finds half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.parent.parent / "half"
    half.write_text(text)
    half.chmod(mode)
    half.rename(file)


def test_while_developing_a_change_restarts_the_server_and_a_build_that_fails_does_not(tree, start):
    """With a compiler and a server that only say what they are asked."""
    (tree / "cmake").mkdir()
    write(tree / "CMakeLists.txt", "")
    write(tree / "stub", STUB.replace("{python}", sys.executable))
    write(tree / "tools/build", BUILD, 0o755)
    write(tree / "server/a.cpp", "one")
    process, said = start([sys.executable, "tools/dev"], tree, PORT="8123")

    def heard(text):
        return lambda: text in said.read_text()

    eventually(heard("stub: one serves on 127.0.0.1 8123"))
    assert "dev: server on http://127.0.0.1:8123" in said.read_text()
    assert "build: debug parley" in said.read_text()
    write(tree / "server/a.cpp", "wrong")
    eventually(heard("the build failed"))
    assert "stub: ended" not in said.read_text()
    write(tree / "server/a.cpp", "two")
    eventually(heard("stub: two serves on"))
    assert said.read_text().count("stub: ended") == 1
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
    assert said.read_text().count("stub: ended") == 2
    assert "Traceback" not in said.read_text()


# --- make format


def test_what_is_formatted_wrongly_is_put_right_and_then_left_alone(tree):
    (tree / "build").mkdir()
    (tree / "build/venv").symlink_to(ROOT / "build/venv")
    for name in (".clang-format", "ruff.toml"):
        shutil.copy2(ROOT / name, tree / name)
    (tree / "bench").mkdir()
    write(tree / "server/a.cpp", "int   main( ){\n      return 0 ;}\n")
    write(tree / "server/a.h", "#pragma once\nint  f( int a ) ;\n")
    write(tree / "tests/a.py", "import sys\nimport os\ndef f( a ):\n  return os.sep+'b'\n")
    for _ in range(2):
        subprocess.run(["tools/format"], cwd=tree, env={**os.environ}, timeout=60, check=True)
        assert (tree / "server/a.cpp").read_text() == "int main() {\n  return 0;\n}\n"
        assert (tree / "server/a.h").read_text() == "#pragma once\nint f(int a);\n"
        assert (tree / "tests/a.py").read_text() == 'import os\n\n\ndef f(a):\n    return os.sep + "b"\n'
