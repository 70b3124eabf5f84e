"""A folder in which the next release has written: entries of kinds, and fields of entries, that this one does not know."""

import json
import sqlite3

import pytest
from support.client import register
from support.server import instrumented

pytestmark = pytest.mark.skipif(instrumented(), reason="what is shown is not a question of memory")


def write_as_the_next_release(server, room, kind, target=None, **body):
    """Appends to the room's log what its last entry's writer would, but of another kind; the entry's seq."""
    with sqlite3.connect(server.data / "parley.db") as store:
        columns = "stream, seq, kind, user_id, username, timestamp, key, target, messages, membership, body"
        last = f"SELECT {columns} FROM entries WHERE stream = ? ORDER BY seq DESC LIMIT 1"
        stream, seq, _, user_id, username, timestamp, _, _, messages, membership, _ = store.execute(
            last, (f"r/{room['id']}",)
        ).fetchone()
        values = [stream, seq + 1, kind, user_id, username, timestamp, f"later-{seq + 1}", target, messages, membership]
        marks = ", ".join("?" * 11)
        store.execute(f"INSERT INTO entries ({columns}) VALUES ({marks})", (*values, json.dumps(body)))
    store.close()
    return seq + 1


@pytest.fixture
def upgraded_and_back(own_server):
    """The server, its user, a room; a message, then what the next release wrote, and this release on it again."""
    ada = register(own_server, "ada")
    room = ada.create_room()
    message = ada.say(room, "before")
    own_server.stop()
    poll = write_as_the_next_release(own_server, room, "poll_opened", question="Where to?", options=["here", "there"])
    vote = write_as_the_next_release(own_server, room, "poll_voted", target=poll, option=1)
    own_server.start()
    return ada, room, message, (poll, vote)


def test_entries_of_unknown_kinds_are_delivered_as_stored_in_their_place(upgraded_and_back):
    ada, room, message, later = upgraded_and_back
    with ada.socket(check=False) as socket:
        socket.subscribe(room, after=message["seq"])
        got = socket.entries(room, 2)
        said = ada.say(room, "after")
        assert socket.next_entry(room)["seq"] == said["seq"]
    assert [(e["seq"], e["type"]) for e in got] == [(later[0], "poll_opened"), (later[1], "poll_voted")]
    assert got[0]["question"] == "Where to?"
    assert got[1]["target"] == later[0]
    assert said["seq"] == later[1] + 1, "the log goes on behind them, without a hole"


def test_they_change_no_state_and_are_no_messages(upgraded_and_back):
    ada, room, message, later = upgraded_and_back
    shown = ada.get(f"/rooms/{room['id']}").json()
    assert (shown["head"], shown["role"], shown["member_count"]) == (later[1], "owner", 1)
    page = ada.get(f"/rooms/{room['id']}/messages").json()
    assert [m["content"] for m in page["messages"]] == ["before"]
    after = ada.say(room, "after")
    assert after["messages"] == message["messages"] + 1, "unread counts are not disturbed"


def test_unknown_fields_of_a_known_kind_are_passed_on(own_server):
    ada = register(own_server, "ada")
    room = ada.create_room()
    first = ada.say(room, "first")
    own_server.stop()
    write_as_the_next_release(own_server, room, "room_changed", description="words", colour="green")
    own_server.start()
    with ada.socket(check=False) as socket:
        socket.subscribe(room, after=first["seq"])
        (entry,) = socket.entries(room, 1)
    assert (entry["type"], entry["description"], entry["colour"]) == ("room_changed", "words", "green")
    assert ada.patch(f"/rooms/{room['id']}", json={"name": "Renamed"}).json()["name"] == "Renamed"
