"""Two instances write into one room as fast as they can: its log is dense, and both make progress."""

import threading
import time
from collections import Counter

import pytest

SECONDS = 6.0
WINDOW = 32


def write(socket, room, until, seqs):
    under_way, n = [], 0
    while time.monotonic() < until:
        under_way.append(socket.post("send", room_id=room["id"], key=f"k{n}", content=f"{n}"))
        n += 1
        if len(under_way) >= WINDOW:
            seqs.append(acknowledged(socket, under_way.pop(0)))
    seqs += [acknowledged(socket, ref) for ref in under_way]


def acknowledged(socket, ref):
    answer = socket.answer(ref)
    assert answer["type"] == "reply", answer
    return answer["seq"]


@pytest.mark.parametrize("redis", ["up", "down"])
def test_neither_of_two_instances_starves(deployment, person, redis):
    alice, bob = person("alice"), person("bob")
    room = alice[1].create_room()
    bob[2].join(room)
    first = alice[1].get(f"/rooms/{room['id']}").json()["head"] + 1
    if redis == "down":
        deployment.redis.kill()
    seqs = {"alice": [], "bob": []}
    until = time.monotonic() + SECONDS
    with alice[1].socket(check=False) as a, bob[2].socket(check=False) as b:
        threads = [
            threading.Thread(target=write, args=(socket, room, until, seqs[name]))
            for name, socket in (("alice", a), ("bob", b))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if redis == "down":
        deployment.redis.start()
    everything = sorted(seqs["alice"] + seqs["bob"])
    assert everything == list(range(first, first + len(everything))), "not dense"
    for own in seqs.values():
        assert own == sorted(own), "a sender's messages changed their order"
    counts = Counter({name: len(own) for name, own in seqs.items()})
    print(f"redis {redis}: {dict(counts)} in {SECONDS} s")
    assert min(counts.values()) >= sum(counts.values()) / 4
