"""Instances of this release beside one of the next, as in an upgrade without downtime: what it writes, they read past."""

import json

import pymongo
import pytest
from support import mongodb_choice
from support.client import unique
from support.socket import is_entry_of


@pytest.fixture
def store(deployment):
    url = deployment.mongodb.url if deployment.mongodb else mongodb_choice.given_url()
    with pymongo.MongoClient(url) as client:
        yield client[deployment.settings["MONGODB_DB_NAME"]]


def write_as_the_next_release(store, room, kind, **body):
    """Appends to the room's log an entry of a kind, and with a field, that this release does not know; its seq."""
    stream = f"r/{room['id']}"
    last = max(store.messages.find({"stream": stream}), key=lambda entry: entry["seq"])
    seq = last["seq"] + 1
    entry = {name: value for name, value in last.items() if name != "target"} | {
        "_id": f"{stream}/{seq:012}",
        "seq": type(last["seq"])(seq),
        "kind": kind,
        "key": unique("later"),
        "body": json.dumps(body),
        "of_the_next_release": {"shade": "green"},
    }
    store.messages.insert_one(entry)
    return seq


@pytest.fixture
def pair(person):
    alice, bob = person("alice"), person("bob")
    room = alice[1].create_room()
    bob[2].join(room)
    return alice, bob, room


def test_its_entries_keep_their_place_for_those_who_are_there_and_those_who_resume(pair, store):
    alice, bob, room = pair
    with alice[1].socket(check=False) as a, bob[2].socket(check=False) as b:
        a.subscribe(room), b.subscribe(room)
        first = alice[1].say(room, "before")["seq"]
        later = write_as_the_next_release(store, room, "poll_opened", question="Where to?")
        # Both instances meet it at the latest when they write: its seq is taken.
        second = bob[2].say(room, "after")["seq"]
        assert (later, second) == (first + 1, first + 2)
        for socket in (a, b):
            got = [socket.until(lambda f: is_entry_of(room, f), 5) for _ in range(3)]
            assert [(e["seq"], e["type"]) for e in got] == [
                (first, "message"),
                (later, "poll_opened"),
                (second, "message"),
            ]
            assert got[1]["question"] == "Where to?"
    with alice[3].socket(check=False) as socket:
        socket.subscribe(room, after=first)
        assert [e["type"] for e in socket.entries(room, 2)] == ["poll_opened", "message"]
    page = bob[3].get(f"/rooms/{room['id']}/messages").json()
    assert [m["content"] for m in page["messages"]] == ["before", "after"]


def test_its_fields_of_rooms_members_users_and_sessions_disturb_nobody_and_are_kept(pair, store):
    alice, bob, room = pair
    named = {"rooms": room["id"], "users": alice[1].id, "sessions": alice[1].session_id}
    for collection, name in named.items():
        store[collection].update_one({"_id": name}, {"$set": {"of_the_next_release": {"shade": "green"}}})
    store.members.update_many({"room_id": room["id"]}, {"$set": {"of_the_next_release": 1}})
    alice[1].patch(f"/rooms/{room['id']}", json={"description": "changed"})
    alice[2].patch("/auth/me", json={"display_name": "Alice L."})
    bob[3].say(room, "still here")
    assert alice[3].get("/auth/me").json()["display_name"] == "Alice L."
    assert alice[3].get(f"/rooms/{room['id']}").json()["description"] == "changed"
    for collection, name in named.items():
        assert store[collection].find_one({"_id": name})["of_the_next_release"] == {"shade": "green"}, collection
