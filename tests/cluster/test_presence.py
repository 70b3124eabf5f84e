"""Presence over all instances, also when one is killed or Redis forgets."""

import threading
import time

import pytest

from cluster.waiting import eventually


def present(api, room):
    return {user["user_id"] for user in api.get(f"/rooms/{room['id']}/presence").json()["users"]}


@pytest.fixture
def pair(person):
    alice, bob = person("alice"), person("bob")
    room = alice[1].create_room()
    bob[2].join(room)
    return alice, bob, room


def test_who_is_here_is_known_on_every_instance(pair):
    alice, bob, room = pair
    with alice[1].socket() as a, bob[2].socket() as b:
        a.subscribe(room)
        eventually(lambda: present(bob[3], room) == {alice[1].id}, 2)
        b.subscribe(room)
        came = a.until(lambda f: f["type"] == "user_joined" and bob[1].id in {u["user_id"] for u in f["users"]}, 2)
        assert came["room_id"] == room["id"]
        for api in alice[1:]:
            eventually(lambda api=api: present(api, room) == {alice[1].id, bob[1].id}, 2)
        b.close()
        a.until(lambda f: f["type"] == "user_left" and bob[1].id in {u["user_id"] for u in f["users"]}, 5)
        assert present(alice[2], room) == {alice[1].id}


def test_on_two_instances_one_is_one_user_and_leaves_with_the_last(pair):
    alice, bob, room = pair
    with alice[1].socket() as watcher, bob[2].socket() as first, bob[3].socket() as second:
        watcher.subscribe(room), first.subscribe(room), second.subscribe(room)
        eventually(lambda: bob[1].id in present(alice[1], room), 2)
        watcher.settle(1)
        first.close()
        assert [f for f in watcher.settle(1.5) if f["type"] in ("user_joined", "user_left")] == []
        assert bob[1].id in present(alice[1], room)
        second.close()
        watcher.expect("user_left", 3)


def test_a_killed_instances_users_are_gone_everywhere_within_15_seconds(deployment, pair):
    alice, bob, room = pair
    with alice[1].socket() as cut, bob[2].socket() as watcher:
        watcher.subscribe(room), cut.subscribe(room)
        eventually(lambda: alice[1].id in present(bob[3], room), 2)
        deployment.instances[0].kill()
        try:
            begin = time.monotonic()
            left = watcher.until(lambda f: f["type"] == "user_left", 15)
            assert [user["user_id"] for user in left["users"]] == [alice[1].id]
            for api in bob[2:]:
                eventually(lambda api=api: alice[1].id not in present(api, room), 15 - (time.monotonic() - begin))
            print(f"gone after {time.monotonic() - begin:.1f} s")
        finally:
            deployment.instances[0].start()


def test_a_restart_of_redis_makes_nobody_leave(deployment, pair):
    alice, bob, room = pair
    both = {alice[1].id, bob[1].id}
    with alice[1].socket() as a, bob[2].socket() as b:
        a.subscribe(room), b.subscribe(room)
        eventually(lambda: present(alice[3], room) == both, 2)
        a.settle(0.5), b.settle(0.5)
        deployment.redis.kill()
        time.sleep(2)
        assert present(alice[1], room) == both, "what was last known stands"
        deployment.redis.start()
        time.sleep(6)
        for api in alice[1:]:
            assert present(api, room) == both
        frames = [*a.settle(), *b.settle()]
        assert [f for f in frames if f["type"] in ("user_joined", "user_left")] == []


def test_200_connections_opened_and_closed_in_ten_seconds_leave_nobody_online(person):
    owner = person("owner")
    room = owner[1].create_room()
    people = [person("p") for _ in range(8)]
    for one in people:
        one[1].join(room)
    end, opened, seen = time.monotonic() + 10, [], set()

    def come_and_go(one, number):
        for turn in range(25):
            with one[(number + turn) % 4].socket(check=False) as socket:
                socket.subscribe(room)
                opened.append(number)
                time.sleep(0.25)  # presence is gathered over a fifth of a second
                if turn % 5 == 4:
                    socket.ws.socket.close()  # without a word
            time.sleep(max(0.0, (end - time.monotonic()) / (26 - turn) - 0.3))

    threads = [threading.Thread(target=come_and_go, args=(one, n)) for n, one in enumerate(people)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen |= present(owner[3], room)
        time.sleep(0.1)
    assert len(opened) == 200
    assert seen, "nobody was ever seen: this proves nothing"
    for api in owner[1:]:
        eventually(lambda api=api: present(api, room) == set(), 5)
