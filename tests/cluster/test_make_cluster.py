"""tools/cluster, which `make cluster` runs: it starts everything, ends everything, and keeps what was said."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from support import mongodb_choice
from support.client import PASSWORD, Api, register, unique
from support.contract import ROOT
from support.deployment import listens
from support.mongodb import fresh_database
from support.server import free_port
from support.socket import is_entry_of

from cluster.waiting import eventually


class Running:
    """tools/cluster on ports and in a folder of its own."""

    def __init__(self, folder, ports, database):
        self.output = folder.parent / "output"
        self.ports = ports
        command = [sys.executable, str(ROOT / "tools/cluster"), "--folder", str(folder)]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*command, "--ports", ",".join(map(str, ports))],
                env={**os.environ, "MONGODB_DB_NAME": database},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def printed(self):
        return self.output.read_text()

    def wait_for(self, text, within=60):
        eventually(lambda: text in self.printed() or self.process.poll() is not None, within)
        assert text in self.printed(), self.printed()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


@pytest.fixture
def database():
    """One of the test's own where the server is somebody else's."""
    with fresh_database(mongodb_choice.given_url()) if mongodb_choice.given_url() else nullcontext("unused") as name:
        yield name


@pytest.fixture
def run(tmp_path, database):
    tmp_path.chmod(0o755)
    ports, started = [free_port() for _ in range(6)], []

    def start():
        started.append(Running(tmp_path / "cluster", ports, database))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.interrupt()


def at(port):
    return SimpleNamespace(url=f"http://127.0.0.1:{port}", ws_url=f"ws://127.0.0.1:{port}/ws")


@pytest.mark.timeout(240)
def test_alice_and_bob_on_two_instances_one_killed_all_ended_and_all_kept(run):
    cluster = run()
    cluster.wait_for("Stop with Ctrl-C.")
    first, second, _, nginx, *_ = cluster.ports
    for port in cluster.ports[:4]:
        assert f"http://127.0.0.1:{port}" in cluster.printed()
    code = re.search(r"set-up code, .*: (\S+)", cluster.printed())[1]
    assert Api(at(nginx)).get("/server").json()["setup_code_required"] is True
    assert register(at(nginx), unique("admin"), setup_code=code).user["is_admin"] is True
    # Not through nginx: at the addresses that it tells for trying one instance by itself.
    alice, bob = register(at(first), unique("alice")), register(at(second), unique("bob"))
    room = alice.create_room()
    bob.join(room)
    with alice.socket() as a, bob.socket() as b:
        a.subscribe(room), b.subscribe(room)
        for says, hears, text in ((a, b, "hello bob"), (b, a, "hello alice")):
            says.send(room, text)
            hears.until(lambda f, text=text: is_entry_of(room, f) and f.get("content") == text, 2)
        subprocess.run(["kill", "-9", re.search(r"instance 1: .*kill -9 (\d+)", cluster.printed())[1]], check=True)
        b.send(room, "are you there?")
        cluster.wait_for("instance 1 has ended")
        cluster.wait_for("instance 1 is back", 30)
    assert cluster.interrupt() == 0
    assert [port for port in cluster.ports if listens(port)] == []
    again = run()
    again.wait_for("Stop with Ctrl-C.")
    assert "set-up code" not in again.printed()
    kept = Api(at(nginx)).sign_in(alice.username, PASSWORD).page(room)["messages"]
    assert [m["content"] for m in kept] == ["hello bob", "hello alice", "are you there?"]
    assert again.interrupt() == 0


def test_make_cluster_is_by_default_where_its_documents_say():
    """As far as can be seen without these ports, which others may have."""
    command = [sys.executable, str(ROOT / "tools/cluster"), "--help"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    default = re.search(r"\(default: (\S+)\)", " ".join(told.split()))[1]
    *instances, nginx, _, _ = default.split(",")
    assert (instances, nginx) == (["8001", "8002", "8003"], "8080")
    recipe = subprocess.run(["make", "-n", "cluster"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True)
    assert "tools/cluster" in recipe.stdout and "--ports" not in recipe.stdout
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    assert re.search(r"three instances \(8001.8003\) behind nginx on <http://localhost:8080>", contributing)


def test_a_busy_port_gets_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        command = [sys.executable, str(ROOT / "tools/cluster"), "--ports", f"{port},2,3,4,5,6"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert f"in use: port {port}" in lines[0]


def test_ctrl_c_while_it_starts_leaves_nothing_behind(run):
    cluster = run()
    time.sleep(1.0)
    cluster.interrupt()
    assert [port for port in cluster.ports if listens(port)] == []
