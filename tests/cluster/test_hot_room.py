"""Two instances write into one room as fast as they can: its log is dense, and both make progress."""

import json
import threading
import time
from collections import Counter

SECONDS = 6.0
WINDOW = 32


def write(socket, room, until, seqs):
    """Follows the room, as who writes in one does, and keeps WINDOW messages under way."""
    socket.subscribe(room)
    count = 0
    while len(seqs) < count or time.monotonic() < until:
        while count - len(seqs) < WINDOW and time.monotonic() < until:
            socket.post("send", room_id=room["id"], key=f"k{count}", content=f"{count}")
            count += 1
        frame = json.loads(socket.ws.recv(timeout=15))
        assert frame["type"] != "error", frame
        if frame["type"] == "reply":
            seqs.append(frame["seq"])


def test_neither_of_two_instances_starves(person):
    alice, bob = person("alice"), person("bob")
    room = alice[1].create_room()
    bob[2].join(room)
    first = alice[1].get(f"/rooms/{room['id']}").json()["head"] + 1
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
    everything = sorted(seqs["alice"] + seqs["bob"])
    assert everything == list(range(first, first + len(everything))), "not dense"
    for own in seqs.values():
        assert own == sorted(own), "a sender's messages changed their order"
    counts = Counter({name: len(own) for name, own in seqs.items()})
    print(f"{dict(counts)} in {SECONDS} s")
    assert min(counts.values()) >= sum(counts.values()) / 4
