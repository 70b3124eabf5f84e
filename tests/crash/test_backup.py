"""Backup while 500 messages a second come in: restored, it holds every message acknowledged before it began."""

import stat
import threading
import time

import pytest
from support.client import Api, register, unique
from support.reporting import figure
from support.server import Server

RATE = 500


class Load:
    """Sends RATE messages a second, and notes each acknowledgement with its time."""

    def __init__(self, api, room):
        self.api, self.room = api, room
        self.acknowledged = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        with self.api.socket(check=False) as socket:
            begin, sent = time.monotonic(), 0
            while not self.stop.is_set():
                burst = 25
                contents = [f"message {sent + n} " + "y" * 300 for n in range(burst)]
                refs = [socket.post("send", room_id=self.room["id"], key=unique("k"), content=c) for c in contents]
                for ref, content in zip(refs, contents, strict=True):
                    answer = socket.answer(ref, timeout=30)
                    assert answer["type"] == "reply", answer
                    self.acknowledged.append((time.monotonic(), answer["seq"], content))
                sent += burst
                time.sleep(max(0.0, begin + sent / RATE - time.monotonic()))
            self.rate = sent / (time.monotonic() - begin)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(60)


def stored(api, room):
    found, after = {}, 0
    while True:
        page = api.call(
            "GET", f"/rooms/{room['id']}/messages", 200, check=False, params={"after": after, "limit": 100}
        ).json()
        found.update({m["seq"]: m["content"] for m in page["messages"]})
        if not page["has_more"]:
            return found
        after = page["messages"][-1]["seq"]


@pytest.mark.timeout(240)
def test_a_backup_under_load_holds_what_was_acknowledged_before_it_began(start_server):
    server = start_server()
    ada = register(server, "ada")
    room = ada.create_room()
    token = ada.personal_token()["token"]
    target = server.folder / "backup"
    with Load(ada, room) as load:
        time.sleep(4)
        begin = time.monotonic()
        done = server.run("backup", str(target), timeout=120)
        assert done.returncode == 0, done.stderr
        took = time.monotonic() - begin
        time.sleep(0.5)
    figure(f"a backup while {load.rate:.0f} messages/s came in took {took:.2f} s")
    assert load.rate > RATE * 0.8, "the backup, or this machine, slowed the senders down"
    assert len(load.acknowledged) > 1000
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in [target, *target.iterdir()]}
    assert modes.pop("backup") == 0o700
    assert set(modes.values()) == {0o600}
    assert server.stop() == 0

    restored = start_server(start=False)
    put = restored.run("restore", str(target))
    assert put.returncode == 0, put.stderr
    restored.settings["SECRET_KEY"] = server.secret
    restored.start()
    found = stored(Api(restored, token), room)
    before = {seq: content for at, seq, content in load.acknowledged if at < begin}
    missing = {seq for seq, content in before.items() if found.get(seq) != content}
    assert not missing, f"{len(missing)} of {len(before)} are missing"
    assert sorted(found) == list(range(min(found), min(found) + len(found))), "a hole"
    Api(restored).sign_in("ada", ada.password).say(room, "and on it goes")


def test_the_backup_carries_the_secret_so_sessions_go_on(start_server):
    server = start_server(SECRET_KEY=None)
    ada = register(server, "ada")
    target = server.folder / "backup"
    assert server.run("backup", str(target)).returncode == 0
    server.stop()
    restored = start_server(start=False, SECRET_KEY=None)
    assert restored.run("restore", str(target)).returncode == 0
    restored.start()
    assert Api(restored, ada.token).get("/auth/me").json()["id"] == ada.id


def test_a_backup_works_without_a_running_server(start_server):
    server = start_server(SECRET_KEY=None)
    register(server, "ada")
    server.stop()
    target = server.folder / "backup"
    done = server.run("backup", str(target))
    assert done.returncode == 0, done.stderr
    restored = start_server(start=False, SECRET_KEY=None)
    assert restored.run("restore", str(target)).returncode == 0
    restored.start()
    Api(restored).sign_in("ada", "correct horse battery")


def one_line(shown):
    assert shown.returncode > 0, shown.stdout
    lines = shown.stderr.strip().splitlines()
    assert len(lines) == 1, shown.stderr
    return lines[0]


def test_a_backup_overwrites_nothing(start_server):
    server = start_server()
    register(server, "ada")
    target = server.folder / "backup"
    assert server.run("backup", str(target)).returncode == 0
    before = {p.name: p.read_bytes() for p in target.iterdir()}
    one_line(server.run("backup", str(target)))
    assert {p.name: p.read_bytes() for p in target.iterdir()} == before
    (server.folder / "file").write_text("x")
    one_line(server.run("backup", str(server.folder / "file")))
    one_line(server.run("backup", "/nonexistent/deep/folder"))


def test_restore_overwrites_nothing_and_takes_no_nonsense(start_server, tmp_path):
    server = start_server()
    ada = register(server, "ada")
    target = server.folder / "backup"
    assert server.run("backup", str(target)).returncode == 0
    one_line(server.run("restore", str(target)))
    assert ada.get("/auth/me").status_code == 200
    server.stop()
    one_line(server.run("restore", str(target)))
    other = Server()
    empty = tmp_path / "empty"
    empty.mkdir()
    one_line(other.run("restore", str(empty)))
    one_line(other.run("restore", str(tmp_path / "nowhere")))
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir(0o700)
    (spoilt / "secret_key").write_bytes((target / "secret_key").read_bytes())
    (spoilt / "parley.db").write_bytes((target / "parley.db").read_bytes()[:20000] + b"\xff" * 20000)
    one_line(other.run("restore", str(spoilt)))
    assert not (other.data / "parley.db").exists()
    other.dispose()
