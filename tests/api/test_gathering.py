"""What arrives together leaves together: the frames of a turn go out in one write."""

import json
import socket
import struct

from support.client import unique
from support.raw import TEXT, Frames, frame
from support.socket import is_entry_of


def segments_received(sock):
    """TCP's own count of the segments with data that came in (tcpi_data_segs_in). On loopback each write is one."""
    return struct.unpack_from("=I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), 152)[0]


def command(kind, **fields):
    return frame(TEXT, json.dumps({"type": kind, **fields}))


def seqs_of(wire, room, count):
    seqs = []
    while len(seqs) < count:
        event = json.loads(wire.text())
        if is_entry_of(room, event):
            seqs.append(event["seq"])
    return seqs


def test_entries_of_one_burst_leave_in_a_few_writes(server, new_user, room):
    user = new_user()
    user.join(room)
    with Frames(server, user.token) as reader, Frames(server, user.token) as writer:
        reader.send(command("subscribe", ref="s", room_id=room["id"]))
        while json.loads(reader.text()).get("ref") != "s":
            pass
        before = segments_received(reader.sock)
        sends = [command("send", ref=str(n), room_id=room["id"], key=unique("k"), content="x") for n in range(100)]
        writer.send(b"".join(sends))
        seqs = seqs_of(reader, room, 100)
        together = segments_received(reader.sock) - before
        assert seqs == list(range(seqs[0], seqs[0] + 100))

        # One by one they are as many writes as entries: the count above could have been as high.
        before = segments_received(reader.sock)
        for n in range(20):
            writer.send(command("send", ref=str(n), room_id=room["id"], key=unique("k"), content="x"))
            seqs_of(reader, room, 1)
        assert segments_received(reader.sock) - before >= 20
    assert together <= 20, f"100 entries left in {together} writes"
