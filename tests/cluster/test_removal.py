"""Who is removed at entry n gets nothing after n and writes nothing after it, on any instance, bus or no bus."""

import subprocess
import threading
import time

import pytest
from support.client import Api, refused, unique
from support.server import binary
from support.socket import Refused, is_entry_of
from websockets.exceptions import InvalidStatus


@pytest.fixture
def bus(deployment, request):
    if request.param == "without redis":
        deployment.redis.kill()
        time.sleep(1)
    yield request.param
    if not deployment.redis.alive:
        deployment.redis.start()
        time.sleep(3)


both = pytest.mark.parametrize("bus", ["with redis", "without redis"], indirect=True)


@both
def test_a_removed_member_reads_and_writes_nothing_more(person, bus):
    owner, guest = person("owner"), person("guest")
    room = owner[2].create_room("private")
    owner[2].add(room, guest[1])
    stop = threading.Event()

    def talk():
        while not stop.is_set():
            owner[2].say(room, "more")
            time.sleep(0.05)

    talking = threading.Thread(target=talk)
    with guest[1].socket() as reader, guest[3].socket() as writer:
        reader.subscribe(room)
        talking.start()
        try:
            reader.until(lambda f: is_entry_of(room, f) and f.get("content") == "more", 3)
            written = write_until_refused(writer, room, lambda: remove_after(owner, room, guest, 0.7))
            time.sleep(2.5)
        finally:
            stop.set()
            talking.join()
        frames = reader.settle(0.5)
    log = entries_of(owner[3], room)
    entries = [f for f in frames if is_entry_of(room, f)]
    removal = [f["seq"] for f in entries if f["type"] == "member_removed"]
    assert len(removal) == 1, "the removal never arrived"
    assert max(f["seq"] for f in entries) == removal[0]
    assert [f["room_id"] for f in frames if f["type"] == "removed"] == [room["id"]]
    assert log[-1]["seq"] > removal[0] + 10, "nothing was said after the removal: this proves nothing"
    own = [m["seq"] for m in log if m["user_id"] == guest[1].id]
    assert own == written
    assert own[-1] < removal[0]
    for api in guest[1:]:
        refused(api.get(f"/rooms/{room['id']}/messages", None), 404, "not_found")
        refused(api.post(f"/rooms/{room['id']}/messages", json={"content": "x", "key": unique("k")}), 404, "not_found")


def remove_after(owner, room, guest, seconds):
    time.sleep(seconds)
    owner[2].remove(room, guest[1])


def write_until_refused(socket, room, meanwhile):
    """Writes while that happens, and until a write is refused; the seqs of what was acknowledged."""
    thread = threading.Thread(target=meanwhile)
    thread.start()
    seqs, deadline = [], time.monotonic() + 10
    try:
        while time.monotonic() < deadline:
            seqs.append(socket.send(room)["seq"])
            time.sleep(0.03)
    except Refused as refusal:
        assert refusal.code == "not_found", refusal
    thread.join()
    assert time.monotonic() < deadline, "it was never refused"
    assert seqs, "it could never write: this proves nothing"
    return seqs


def entries_of(api, room):
    messages, after = [], 0
    while True:
        page = api.page(room, after=after, limit=100)
        messages += page["messages"]
        if not page["has_more"]:
            return messages
        after = messages[-1]["seq"]


@both
def test_a_deleted_room_is_gone_everywhere(person, bus):
    owner, guest = person("owner"), person("guest")
    room = owner[1].create_room("private")
    owner[1].add(room, guest[1])
    with guest[3].socket() as reader:
        reader.subscribe(room)
        owner[2].delete(f"/rooms/{room['id']}")
        assert reader.until(lambda f: is_entry_of(room, f), 3)["type"] == "room_deleted"
        reader.expect("removed", 2, room_id=room["id"])
    for api in [*owner[1:], *guest[1:]]:
        refused(api.get(f"/rooms/{room['id']}", None), 404, "not_found")


@both
def test_an_ended_session_stops_everywhere_within_5_seconds(person, bus):
    someone = person("someone")
    sockets = [api.socket() for api in someone[1:]]
    for api in someone[1:]:
        api.get("/auth/me")
    someone[1].post("/auth/logout", 204)
    begin = time.monotonic()
    for socket in sockets:
        assert socket.closed(6) == 4001
    assert time.monotonic() - begin < 5
    for api in someone[1:]:
        assert api.get("/auth/me", None).status_code == 401


@both
@pytest.mark.parametrize("credential", ["session", "personal token"])
def test_who_connects_just_after_the_end_of_the_session_elsewhere_is_let_go(person, bus, credential):
    """The instance believes for some seconds what it knew, and the entry that ends the session has passed already."""
    someone = person("someone")
    if credential == "session":
        token, end = someone[1].token, lambda: someone[2].post("/auth/logout", 204)
    else:
        made = someone[2].personal_token()
        token, end = made["token"], lambda: someone[2].delete(f"/auth/tokens/{made['id']}")
    here = Api(someone[1].server, token)
    here.get("/auth/me")
    end()
    try:
        socket = here.socket()
    except InvalidStatus as refusal:  # the end was known here in time
        assert refusal.response.status_code == 401
    else:
        assert socket.closed(5) == 4001


@both
def test_a_disabled_account_is_out_everywhere_within_5_seconds_and_told_why(person, deployment, bus):
    someone = person("someone")
    sockets = [api.socket() for api in someone[1:]]
    for api in someone[1:]:
        api.get("/auth/me")
    command = [binary(), "user", "disable", someone[1].username]
    done = subprocess.run(
        command, env=deployment.instances[0].env, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    begin = time.monotonic()
    for socket in sockets:
        assert socket.closed(6) == 4003
    assert time.monotonic() - begin < 5
    for api in someone[1:]:
        refused(api.get("/auth/me", None), 403, "account_disabled")
