"""Presence: who is in a room, joins and leaves gathered over a tick, three tabs are one user."""

import json
import socket as sockets

from support.client import refused


def present(api, room):
    return {u["username"] for u in api.get(f"/rooms/{room['id']}/presence").json()["users"]}


def joined(frame):
    return {u["username"] for u in frame["users"]}


def test_who_subscribes_is_present_and_who_only_connects_is_not(room, ada, grace):
    assert present(ada, room) == set()
    with grace.socket() as socket:
        socket.ask("ping")
        assert present(ada, room) == set()
        socket.subscribe(room)
        assert present(ada, room) == {"grace"}
        socket.ask("unsubscribe", room_id=room["id"])
        assert present(ada, room) == set()


def test_coming_and_going_are_told_to_who_is_there(room, ada, grace):
    with ada.socket() as watcher:
        watcher.watch(ada, room)
        with grace.socket() as socket:
            socket.subscribe(room)
            came = watcher.expect("user_joined", room_id=room["id"])
            assert came["users"] == [{"user_id": grace.id, "username": "grace"}]
        left = watcher.expect("user_left", room_id=room["id"])
        assert left["users"] == [{"user_id": grace.id, "username": "grace"}]
    assert present(ada, room) == set()


def test_a_user_with_three_tabs_is_one_user_and_leaves_with_the_last(room, ada, grace):
    with ada.socket() as watcher:
        watcher.watch(ada, room)
        tabs = [grace.socket() for _ in range(3)]
        for tab in tabs:
            tab.subscribe(room)
        watcher.expect("user_joined")
        assert [f for f in watcher.settle(0.8) if f["type"] in ("user_joined", "user_left")] == []
        assert present(ada, room) == {"ada", "grace"}
        tabs[0].close()
        tabs[1].ask("unsubscribe", room_id=room["id"])
        assert [f for f in watcher.settle(0.8) if f["type"] == "user_left"] == []
        assert present(ada, room) == {"ada", "grace"}
        tabs[2].close()
        assert joined(watcher.expect("user_left")) == {"grace"}
        tabs[1].close()


def test_many_who_come_together_are_told_together(room, ada, new_user):
    users = [new_user() for _ in range(12)]
    for user in users:
        user.join(room)
    sockets_ = [user.socket() for user in users]
    with ada.socket() as watcher:
        watcher.watch(ada, room)
        refs = [s.post("subscribe", room_id=room["id"]) for s in sockets_]
        for s, ref in zip(sockets_, refs, strict=True):
            s.answer(ref)
        seen, frames = set(), 0
        while len(seen) < 12:
            seen |= joined(watcher.expect("user_joined"))
            frames += 1
        assert seen == {u.username for u in users}
        assert frames <= 4, "a thousand people joining must not be a thousand frames"
    for s in sockets_:
        s.close()


def test_a_reload_within_a_tick_is_no_news(room, ada, grace):
    with ada.socket() as watcher:
        watcher.watch(ada, room)
        tab = grace.socket()
        tab.watch(grace, room)
        watcher.expect("user_joined")
        fresh = grace.socket()
        fresh.subscribe(room)
        tab.close()
        assert [f for f in watcher.settle(0.8) if f["type"] in ("user_joined", "user_left")] == []
        fresh.close()


def test_a_cut_connection_leaves_too(room, ada, grace):
    with ada.socket() as watcher:
        watcher.watch(ada, room)
        tab = grace.socket()
        tab.subscribe(room)
        watcher.expect("user_joined")
        tab.ws.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        tab.ws.socket.shutdown(sockets.SHUT_RDWR)
        assert joined(watcher.expect("user_left")) == {"grace"}


def test_a_removed_member_is_no_longer_present_and_sees_nobody(room, ada, grace, linus):
    linus.join(room)
    with ada.socket() as watcher, grace.socket() as removed, linus.socket() as newcomer:
        watcher.watch(ada, room)
        removed.watch(grace, room)
        ada.remove(room, grace)
        assert joined(watcher.expect("user_left")) == {"grace"}
        assert present(ada, room) == {"ada"}
        refused(grace.get(f"/rooms/{room['id']}/presence", None), 403, "forbidden")
        newcomer.watch(linus, room)
        removed.skip_to("removed")
        assert [f for f in removed.settle() if f["type"] in ("user_joined", "user_left")] == []


def test_a_disabled_user_is_no_longer_present(room, ada, admin, new_user):
    user = new_user()
    user.join(room)
    with ada.socket() as watcher, user.socket() as socket:
        watcher.subscribe(room)
        socket.subscribe(room)
        assert user.username in present(ada, room)
        watcher.until(lambda f: f["type"] == "user_joined" and user.username in joined(f))
        admin.patch(f"/admin/users/{user.id}", json={"disabled": True})
        watcher.until(lambda f: f["type"] == "user_left" and user.username in joined(f))
        assert user.username not in present(ada, room)


def test_presence_is_per_room(ada, grace):
    one, other = ada.create_room(), ada.create_room()
    for room in (one, other):
        grace.join(room)
    with ada.socket() as watcher, grace.socket() as socket:
        watcher.watch(ada, other)
        socket.subscribe(one)
        assert present(ada, one) == {"grace"}
        assert present(ada, other) == {"ada"}
        assert [f for f in watcher.settle(0.6) if f.get("room_id") == one["id"]] == []


def test_a_private_rooms_presence_is_its_members_business(private_room, grace, linus):
    with grace.socket() as socket:
        socket.subscribe(private_room)
        refused(linus.get(f"/rooms/{private_room['id']}/presence", None), 404, "not_found")


def test_typing_without_subscribing_makes_nobody_present(room, ada, grace):
    with grace.socket() as socket:
        socket.raw(json.dumps({"type": "typing", "room_id": room["id"]}))
        socket.ask("ping")
        assert present(ada, room) == set()
