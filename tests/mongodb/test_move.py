"""`parley move`: a server on one machine goes on with MongoDB as if nothing had been."""

import subprocess

import httpx
from conftest import on_mongodb
from support.client import Api, register, unique
from support.server import binary
from support.waiting import eventually


def move(server, url, name, **options):
    return server.run("move", "--from", f"sqlite:{server.data}", "--to", url, "--db-name", name, timeout=110, **options)


def test_a_moved_server_goes_on_with_its_people_rooms_messages_and_sessions(mongodb_url, mongodb_name, start_server):
    old = start_server(SECRET_KEY=None)
    ada = register(old, "ada")
    grace = register(old, "grace")
    room = ada.create_room()
    grace.join(room)
    said = [ada.say(room, f"message {i}")["seq"] for i in range(30)]
    deleted = ada.create_room()
    ada.delete(f"/rooms/{deleted['id']}")
    bot = ada.personal_token()["token"]
    made = ada.post(f"/rooms/{room['id']}/invites", 201, json={}).json()
    before = ada.page(room, limit=100)
    old.stop()

    moved = move(old, mongodb_url, mongodb_name)
    assert moved.returncode == 0, moved.stderr
    assert "all were compared" in moved.stdout and "secret_key" in moved.stdout
    assert "entries: " in moved.stderr

    key = (old.data / "secret_key").read_text().strip()
    new = start_server(**on_mongodb(mongodb_url, mongodb_name), SECRET_KEY=key)
    again = Api(new, ada.token)
    again.user = again.get("/auth/me").json()
    assert again.page(room, limit=100) == before, "the session goes on, and sees the same"
    assert again.say(room, "after the move")["seq"] == said[-1] + 1
    assert Api(new, bot).get("/auth/me").json()["username"] == "ada"
    assert again.get(f"/rooms/{deleted['id']}", 404).status_code == 404
    assert [r["id"] for r in again.pages("/rooms", scope="mine")] == [room["id"]]
    assert [i["id"] for i in again.pages(f"/rooms/{room['id']}/invites")] == [made["id"]]
    with Api(new).sign_in("grace", grace.password).socket() as socket:
        socket.subscribe(room)
        again.say(room, "live")
        socket.expect("message", content="live")

    repeated = move(old, mongodb_url, mongodb_name)
    assert repeated.returncode == 1 and "nothing to do" in repeated.stderr
    assert again.page(room, limit=100)["messages"][-1]["content"] == "live"


def test_an_interrupted_move_is_run_again_and_meanwhile_nobody_serves(proxy, mongodb_url, mongodb_name, start_server):
    old = start_server()
    ada = register(old, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        for _ in range(4):
            refs = [socket.post("send", room_id=room["id"], key=unique("k"), content="x" * 200) for _ in range(250)]
            for ref in refs:
                socket.answer(ref)
    old.stop()
    proxy.inject("hanging_reply", "messages")  # the first entries are there, and the move does not know it
    command = [binary(), "move", "--from", f"sqlite:{old.data}", "--to", "-", "--db-name", mongodb_name]
    process = subprocess.Popen(command, env=old.env(), stdin=subprocess.PIPE, text=True)
    process.stdin.write(proxy.url + "\n")
    process.stdin.flush()
    eventually(lambda: proxy.injected > 0)
    process.kill()
    process.wait()
    server = start_server(start=False, **on_mongodb(mongodb_url, mongodb_name)).launch()
    eventually(lambda: "a move into this MongoDB database has not ended" in server.log, within=15)
    assert httpx.get(server.url + "/readyz").status_code == 503

    moved = move(old, mongodb_url, mongodb_name)
    assert moved.returncode == 0, moved.stderr
    eventually(lambda: httpx.get(server.url + "/readyz").status_code == 200, within=15)
    ada = Api(server).sign_in("ada", ada.password)
    assert ada.get(f"/rooms/{room['id']}").json()["head"] == 1001


def test_a_move_while_the_server_runs_is_refused(mongodb_url, mongodb_name, start_server):
    server = start_server()
    register(server, "ada")
    refused = move(server, mongodb_url, mongodb_name)
    assert refused.returncode == 1
    assert "in use" in refused.stderr or "pid" in refused.stderr, refused.stderr


def test_what_can_not_be_moved_is_refused_in_one_line(start_server, tmp_path):
    server = start_server(start=False)
    for source, words in [("nowhere", "sqlite:"), (f"sqlite:{tmp_path}", "parley.db")]:
        refused = server.run("move", "--from", source, "--to", "mongodb://127.0.0.1:1/")
        assert refused.returncode == 1 and words in refused.stderr and refused.stderr.count("\n") == 1
    assert not (tmp_path / "parley.lock").exists()
    assert "Examples" in server.run("move", "--help").stdout
