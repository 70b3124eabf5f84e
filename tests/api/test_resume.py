"""Resuming with `after`: what was missed follows, in order, each once; too much, and the client starts over (G2)."""

import json
import threading

import pytest
from support.client import Api, register, unique
from support.socket import is_entry_of


def bulk(api, room, count, content="x"):
    """So many messages, quickly; their seqs."""
    with api.socket(check=False) as socket:
        seqs = []
        for start in range(0, count, 500):
            refs = [
                socket.post("send", room_id=room["id"], key=unique("k"), content=content)
                for _ in range(min(500, count - start))
            ]
            seqs += [socket.answer(ref)["seq"] for ref in refs]
        return seqs


def test_what_was_missed_follows_the_reply_in_order(room, ada, grace):
    head = grace.get(f"/rooms/{room['id']}").json()["head"]
    missed = [ada.say(room, f"missed {n}") for n in range(5)]
    with grace.socket() as socket:
        ref = socket.post("subscribe", room_id=room["id"], after=head)
        reply = socket.next()
        assert (reply["type"], reply["ref"], reply["head"]) == ("reply", ref, head + 5)
        assert "reset" not in reply
        assert [socket.next() for _ in range(5)] == missed
        live = ada.say(room, "live")
        assert socket.next_entry(room) == live


def test_every_kind_of_entry_is_resumed(room, ada, grace, linus):
    with grace.socket() as socket:
        head = socket.subscribe(room)["head"]
        linus.join(room)
        ada.say(room, "hello")
        ada.patch(f"/rooms/{room['id']}", json={"description": "words"})
        ada.patch(f"/rooms/{room['id']}/members/{linus.id}", json={"role": "admin"})
        ada.remove(room, linus)
        live = socket.entries(room, 5)
    with grace.socket() as socket:
        socket.subscribe(room, after=head)
        assert socket.entries(room, 5) == live
    assert [e["type"] for e in live] == ["member_added", "message", "room_changed", "member_role", "member_removed"]


def test_from_zero_the_whole_log_comes(ada):
    room = ada.create_room()
    said = [ada.say(room, str(n)) for n in range(3)]
    with ada.socket() as socket:
        head = socket.subscribe(room, after=0)["head"]
        entries = socket.entries(room, head)
    assert [e["seq"] for e in entries] == list(range(1, head + 1))
    assert (entries[0]["type"], entries[0]["user_id"], entries[0]["name"]) == ("room_created", ada.id, room["name"])
    assert entries[-3:] == said


def test_resuming_at_the_head_brings_nothing(room, ada, grace):
    with grace.socket() as socket:
        head = socket.subscribe(room)["head"]
    with grace.socket() as socket:
        assert socket.subscribe(room, after=head)["head"] == head
        assert [f for f in socket.settle() if is_entry_of(room, f)] == []
        ada.say(room, "live")
        assert socket.next_entry(room)["seq"] == head + 1


def test_a_position_beyond_the_head_starts_over(room, grace):
    """A client of a restored backup may know of entries that are no more."""
    with grace.socket() as socket:
        reply = socket.subscribe(room, after=10**9)
        assert reply["reset"] is True
        assert reply["head"] < 10**9


@pytest.mark.parametrize("missed", [300, 1000])
def test_from_the_ring_and_from_the_store_alike(ada, missed):
    """A hub keeps the last 256 entries; older ones come from the store, and the two must meet without a seam."""
    room = ada.create_room()
    with ada.socket() as follower:
        head = follower.subscribe(room)["head"]
        seqs = bulk(ada, room, missed)
        follower.entries(room, missed, timeout=60)
        with ada.socket() as socket:
            assert "reset" not in socket.subscribe(room, after=head)
            assert [e["seq"] for e in socket.entries(room, missed, timeout=60)] == seqs
        with ada.socket() as socket:
            socket.subscribe(room, after=seqs[-10])
            assert [e["seq"] for e in socket.entries(room, 9)] == seqs[-9:]


def test_more_than_a_thousand_missed_is_a_reset(ada):
    room = ada.create_room()
    head = ada.get(f"/rooms/{room['id']}").json()["head"]
    seqs = bulk(ada, room, 1001)
    with ada.socket() as socket:
        reply = socket.subscribe(room, after=head)
        assert (reply.get("reset"), reply["head"]) == (True, seqs[-1])
        live = ada.say(room, "live")
        assert [f for f in socket.settle() if is_entry_of(room, f)] == [live]
        socket.ask("unsubscribe", room_id=room["id"])
        assert "reset" not in socket.subscribe(room, after=head + 2)


def test_after_a_restart_resuming_misses_nothing(own_server):
    ada = register(own_server, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        head = socket.subscribe(room)["head"]
        before = [ada.say(room, f"before {n}") for n in range(3)]
        assert socket.entries(room, 3) == before
        own_server.stop()
        assert socket.closed() == 1001
    own_server.start()
    again = Api(own_server, ada.token)
    after = [again.say(room, f"after {n}") for n in range(3)]
    with again.socket() as socket:
        socket.subscribe(room, after=head)
        assert socket.entries(room, 6) == before + after


def test_coming_and_going_while_others_write_misses_and_doubles_nothing(room, ada, grace):
    """Reconnects at arbitrary moments; what all connections got together must be the log."""
    total, stop = 600, threading.Event()

    def write():
        with ada.socket(check=False) as writer:
            for _ in range(total // 10):
                for ref in [writer.post("send", room_id=room["id"], key=unique("k"), content="x") for _ in range(10)]:
                    writer.answer(ref)
        stop.set()

    head = position = grace.get(f"/rooms/{room['id']}").json()["head"]
    writing = threading.Thread(target=write)
    writing.start()
    connections = 0
    while position < head + total:
        with grace.socket(check=False) as socket:
            connections += 1
            assert "reset" not in socket.subscribe(room, after=position)
            for _ in range(min(7 + connections, head + total - position)):
                entry = socket.next_entry(room)
                assert entry["seq"] == position + 1
                position = entry["seq"]
    writing.join()
    assert connections > 5


# --- the user's own stream


def test_ones_own_stream_comes_live_on_every_connection(ada, new_user):
    user = new_user()
    with user.socket() as one, user.socket() as two:
        room = ada.create_room("private")
        ada.add(room, user)
        ada.remove(room, user)
        for socket in (one, two):
            added, removed = socket.expect("room_added"), socket.expect("room_removed")
            assert added["seq"] == socket.hello["user_head"] + 1
            assert removed["seq"] == added["seq"] + 1
            assert added["room"]["id"] == removed["room_id"] == room["id"]
            assert added["room"]["role"] == "member"


def test_ones_own_stream_is_resumed(ada, new_user):
    user = new_user()
    room = ada.create_room("private")
    with user.socket() as socket:
        head = socket.hello["user_head"]
        ada.add(room, user)
        ada.remove(room, user)
        live = [socket.expect("room_added"), socket.expect("room_removed")]
    with user.socket() as socket:
        assert socket.hello["user_head"] == head + 2
        reply = socket.ask("subscribe", stream="user", after=head)
        assert reply["head"] == head + 2
        assert [socket.next(), socket.next()] == live


def test_creating_joining_and_leaving_are_told_to_ones_other_devices(room, new_user):
    user = new_user()
    with user.socket() as socket:
        made = user.create_room()
        assert socket.expect("room_added", room_id=made["id"])["room"]["role"] == "owner"
        user.join(room)
        socket.expect("room_added", room_id=room["id"])
        user.post(f"/rooms/{room['id']}/leave", 204)
        socket.expect("room_removed", room_id=room["id"])


def test_nobody_sees_anothers_stream(room, ada, linus, new_user):
    user = new_user()
    with linus.socket() as stranger, user.socket() as own:
        user.join(room)
        own.expect("room_added")
        assert [f for f in stranger.settle() if f.get("stream") == "user"] == []


def test_the_own_stream_needs_no_subscription_and_cannot_be_left(new_user, ada):
    user = new_user()
    with user.socket() as socket:
        socket.raw(json.dumps({"type": "unsubscribe", "ref": "u", "stream": "user"}))
        assert socket.expect("error")["code"] in ("unknown_field", "validation_failed")
        ada.add(ada.create_room("private"), user)
        socket.expect("room_added")
