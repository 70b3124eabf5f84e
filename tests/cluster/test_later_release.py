"""Instances of this release beside one of the next, as in an upgrade without downtime: what it writes, they read past."""

import json

import pymongo
import pytest
from support import mongodb_choice
from support.client import Api, unique
from support.socket import is_entry_of

from cluster.waiting import eventually


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


LATER = {"of_the_next_release": {"shade": "green"}}


class LaterFields:
    """Documents that the next release has given a field, by collection and id."""

    def __init__(self, store, named):
        self.store, self.named = store, named
        for collection, name in named.items():
            assert store[collection].update_one({"_id": name}, {"$set": LATER}).matched_count == 1, collection
        self.before = self.read()

    def read(self):
        return {collection: self.store[collection].find_one({"_id": name}) for collection, name in self.named.items()}

    def put_to_the_test(self):
        """Whether each document was changed."""
        now = self.read()
        unchanged = [collection for collection in self.named if now[collection] == self.before[collection]]
        assert not unchanged, f"nothing was changed in {unchanged}"
        return True

    def lost(self):
        return [name for name, document in self.read().items() if not LATER.items() <= document.items()]


def just_renewed(store):
    """The id of a running instance, which now lets its document be for most of a second: FerretDB may lose one of two
    updates at once."""
    newest = max(instance["_id"] for instance in store.instances.find())
    counter = store.instances.find_one({"_id": newest})["counter"]
    eventually(lambda: store.instances.find_one({"_id": newest})["counter"] != counter, 5, every=0.02)
    return newest


def test_its_fields_of_documents_disturb_nobody_and_are_kept_when_the_documents_change(pair, store):
    alice, bob, room = pair
    signed_in, token = alice[1].again(), alice[1].personal_token()
    invite = alice[1].post(f"/rooms/{room['id']}/invites", 201).json()
    fields = LaterFields(
        store,
        {
            "instances": just_renewed(store),
            "rooms": room["id"],
            "members": f"{room['id']}/{bob[1].id}",
            "users": alice[1].id,
            "sessions": signed_in.session_id,
            "access_tokens": token["id"],
            "invites": invite["id"],
        },
    )
    alice[1].patch(f"/rooms/{room['id']}", json={"description": "changed"})
    alice[2].patch(f"/rooms/{room['id']}/members/{bob[1].id}", json={"role": "admin"})
    alice[2].patch("/auth/me", json={"display_name": "Alice L."})
    signed_in.post("/auth/refresh", 200)
    with_token = Api(alice[3].server, token["token"])
    assert with_token.get("/auth/me").json()["display_name"] == "Alice L."
    bob[3].delete(f"/rooms/{room['id']}/invites/{invite['id']}")  # as an admin, which bob has just become
    bob[3].say(room, "still here")
    assert alice[3].get(f"/rooms/{room['id']}").json()["description"] == "changed"
    eventually(fields.put_to_the_test, 10)
    assert fields.lost() == []
