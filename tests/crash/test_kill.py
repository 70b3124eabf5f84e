"""kill -9 at a random moment, twenty times over: what was acknowledged is there once, in order, at its seq (G1, G2, G3)."""

import contextlib
import os
import random
import sqlite3
import threading
import time

import httpx
import pytest
from support.client import Api, register, unique
from support.reporting import figure
from websockets.exceptions import ConnectionClosed

ROUNDS = int(os.environ.get("PARLEY_CRASH_ROUNDS", "20"))
WINDOW = 64  # sends under way on one WebSocket


class Acknowledged:
    """What the server has promised, by room: seq -> (key, content). Also the order in which each sender sent."""

    def __init__(self):
        self.lock = threading.Lock()
        self.by_room = {}
        self.total = 0

    def note(self, room, seq, key, content):
        with self.lock:
            promised = self.by_room.setdefault(room["id"], {})
            assert promised.get(seq, (key, content)) == (key, content), f"two messages were promised seq {seq}"
            promised[seq] = (key, content)
            self.total += 1


def write_by_socket(api, rooms, promised, name):
    """Sends in a window until the connection is gone."""
    with contextlib.suppress(ConnectionClosed, OSError, EOFError), api.socket(check=False) as socket:
        pending, n = [], 0
        while True:
            room, key = rooms[n % len(rooms)], unique(name)
            content = f"{name} {n}"
            pending.append((socket.post("send", room_id=room["id"], key=key, content=content), room, key, content))
            n += 1
            if len(pending) >= WINDOW:
                ref, room, key, content = pending.pop(0)
                answer = socket.answer(ref)
                if answer["type"] == "reply":
                    promised.note(room, answer["seq"], key, content)


def write_by_rest(api, rooms, promised, name):
    with contextlib.suppress(httpx.HTTPError):
        n = 0
        while True:
            room, key = rooms[n % len(rooms)], unique(name)
            content = f"{name} {n}"
            body = {"content": content, "key": key}
            response = api.call("POST", f"/rooms/{room['id']}/messages", check=False, json=body)
            if response.status_code == 201:
                promised.note(room, response.json()["seq"], key, content)
            n += 1


def read_all(api, room, after=0):
    messages = []
    while True:
        page = api.call(
            "GET", f"/rooms/{room['id']}/messages", 200, check=False, params={"after": after, "limit": 100}
        ).json()
        messages += page["messages"]
        if not page["has_more"]:
            return messages
        after = messages[-1]["seq"]


def lost_of(messages, promised, first_seq=1):
    """What was acknowledged and is not there as it was acknowledged."""
    stored = {m["seq"]: (m["key"], m["content"]) for m in messages}
    return {seq: what for seq, what in promised.items() if seq >= first_seq and stored.get(seq) != what}


def doubled_of(messages):
    """How many messages there are more than keys."""
    return len(messages) - len({m["key"] for m in messages})


def verify(messages, promised, first_seq):
    """The log of a room, from first_seq on, against the promises."""
    seqs = [m["seq"] for m in messages]
    assert seqs == list(range(first_seq, first_seq + len(seqs))), "the log has a hole"
    assert [m["messages"] for m in messages] == list(
        range(messages[0]["messages"], messages[0]["messages"] + len(seqs))
    )
    stamps = [m["timestamp"] for m in messages]
    assert stamps == sorted(stamps)
    lost = lost_of(messages, promised, first_seq)
    assert not lost, f"acknowledged and not there: {dict(list(lost.items())[:5])}"
    assert doubled_of(messages) == 0, "a message is there twice"
    last = {}
    for message in messages:
        sender, number = message["content"].rsplit(" ", 1)
        assert int(number) > last.get(sender, -1), f"{sender}'s messages changed their order"
        last[sender] = int(number)


@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_doubled_or_out_of_order(start_server):
    seed = int(os.environ.get("PARLEY_CRASH_SEED", time.time_ns() % 1_000_000))
    dice = random.Random(seed)
    print(f"PARLEY_CRASH_SEED={seed}")
    server = start_server()
    people = [register(server, name) for name in ("ada", "grace", "linus", "edsger")]
    rooms = [people[0].create_room() for _ in range(3)]
    for person in people[1:]:
        for room in rooms:
            person.join(room)
    start = {room["id"]: people[0].get(f"/rooms/{room['id']}").json()["head"] + 1 for room in rooms}
    verified = dict(start)
    promised = Acknowledged()
    for turn in range(ROUNDS):
        tokens = [Api(server, person.token) for person in people]
        writers = [
            threading.Thread(target=write, args=(api, rooms, promised, f"r{turn}w{n}"))
            for n, (write, api) in enumerate(
                zip([write_by_socket, write_by_socket, write_by_rest, write_by_rest], tokens, strict=True)
            )
        ]
        for writer in writers:
            writer.start()
        time.sleep(dice.uniform(0.3, 1.5))
        server.kill()
        for writer in writers:
            writer.join(20)
            assert not writer.is_alive()
        server.start()
        reader = Api(server, people[0].token)
        for room in rooms:
            first = verified[room["id"]]
            messages = read_all(reader, room, first - 1)
            if messages:
                verify(messages, promised.by_room.get(room["id"], {}), first)
                verified[room["id"]] = messages[-1]["seq"] + 1
            assert reader.get(f"/rooms/{room['id']}").json()["head"] == verified[room["id"]] - 1
        if turn % 5 == 4:
            for person in people:
                person.sign_in()
    logs = {room["id"]: read_all(Api(server, people[0].token), room) for room in rooms}
    lost = sum(len(lost_of(log, promised.by_room[room])) for room, log in logs.items())
    doubled = sum(doubled_of(log) for log in logs.values())
    figure(f"{ROUNDS} kills, {promised.total} acknowledged messages, {lost} of them lost, {doubled} doubled")
    for room, log in logs.items():
        verify(log, promised.by_room[room], start[room])
    assert promised.total > ROUNDS * 20, "the writers hardly wrote"
    assert server.stop() == 0
    with sqlite3.connect(server.data / "parley.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_unanswered_send_is_settled_by_its_key(start_server):
    """The promise of 'retry with the same key': whatever the crash left behind, the retry makes it exactly one."""
    server = start_server()
    ada = register(server, "ada")
    room = ada.create_room()
    keys = [unique("k") for _ in range(200)]
    socket = ada.socket(check=False)
    for key in keys:
        socket.post("send", room_id=room["id"], key=key, content=key)
    server.kill()
    server.start()
    again = Api(server, ada.token)
    with again.socket(check=False) as socket:
        for ref in [socket.post("send", room_id=room["id"], key=key, content=key) for key in keys]:
            assert socket.answer(ref)["type"] == "reply"
    assert [m["content"] for m in read_all(again, room)] == keys


def test_membership_and_accounts_survive_as_messages_do(start_server):
    server = start_server()
    ada, grace = register(server, "ada"), register(server, "grace")
    room = ada.create_room("private", description="kept")
    ada.add(room, grace, role="admin")
    token = grace.personal_token()["token"]
    invite = grace.post(f"/rooms/{room['id']}/invites", 201, json={}).json()["token"]
    cookie = grace.cookie
    server.kill()
    server.start()
    assert Api(server, token).get(f"/rooms/{room['id']}").json()["role"] == "admin"
    assert Api(server).get(f"/invites/{invite}").json()["valid"] is True
    assert Api(server).post("/auth/refresh", headers={"Cookie": f"parley_refresh={cookie}"}).status_code == 200
    grace.post("/auth/logout", 204, headers={"Authorization": f"Bearer {grace.token}"})
    server.kill()
    server.start()
    assert Api(server, grace.token).get("/auth/me", None).status_code == 401, "a session that was ended came back"


def test_a_name_that_was_claimed_for_no_room_is_free_after_the_crash(start_server):
    """A public name is claimed, then the room is made: a crash in between must not take the name out of use."""
    server = start_server()
    ada = register(server, "ada")
    kept = ada.create_room(name="kept")
    server.kill()
    with contextlib.closing(sqlite3.connect(server.data / "parley.db")) as database, database:
        now = int(time.time() * 1000)
        database.execute("INSERT INTO room_names VALUES ('general', ?, ?)", (f"0{kept['id'][1:]}", now))
    server.start()
    assert ada.create_room(name="General")["name"] == "General"
    ada.post("/rooms", 409, json={"name": "KEPT", "description": "", "visibility": "public"})


def test_after_a_crash_ones_own_stream_agrees_with_the_rooms(start_server):
    """Being added and removed are entries of two logs; a crash between the two must not leave the user's own behind."""
    server = start_server()
    ada, grace = register(server, "ada"), register(server, "grace")
    rooms = [ada.create_room("private") for _ in range(4)]
    dice = random.Random(7)
    for _ in range(8):
        members = [threading.Thread(target=toggle, args=(Api(server, ada.token), room, grace)) for room in rooms]
        for thread in members:
            thread.start()
        time.sleep(dice.uniform(0.1, 0.4))
        server.kill()
        for thread in members:
            thread.join(20)
        server.start()
        reader = Api(server, grace.token)
        joined = {room["id"] for room in reader.pages("/rooms", scope="mine")}
        end = time.monotonic() + 5
        while True:
            with reader.socket() as socket:
                told = told_of(socket)
            if {room for room, type in told.items() if type == "room_added"} == joined:
                break
            assert time.monotonic() < end, f"in {joined}, but told {told}"
            time.sleep(0.1)


def toggle(api, room, user):
    """Adds and removes the user until the server is gone."""
    path = f"/rooms/{room['id']}/members/{user.id}"
    with contextlib.suppress(httpx.HTTPError):
        while True:
            api.call("PUT", path, check=False)
            api.call("DELETE", path, check=False)


def told_of(socket):
    """By room, the newest thing that the user's own stream says of it: the last 500 entries will do."""
    head = socket.hello["user_head"]
    newest = {}
    first = max(0, head - 500)
    socket.ask("subscribe", stream="user", after=first)
    for _ in range(head - first):
        entry = socket.until(lambda f: f.get("stream") == "user")
        if "room_id" in entry:
            newest[entry["room_id"]] = entry["type"]
    return newest
