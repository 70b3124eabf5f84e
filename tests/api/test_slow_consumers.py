"""A slow consumer costs a bounded number of bytes, is closed with 4008 and resumes; nobody else notices (G6)."""

import json
import struct
import time
from pathlib import Path

import pytest
from support.client import register, unique
from support.raw import CLOSE, TEXT, Frames, frame
from support.server import instrumented

pytestmark = pytest.mark.skipif(instrumented(), reason="times and sizes mean nothing under sanitizers")
BIG = "x" * 4000


def resident(server):
    """KiB of memory that the server's process holds."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def subscribe(wire, room, **fields):
    wire.send(frame(TEXT, json.dumps({"type": "subscribe", "ref": "s", "room_id": room["id"], **fields})))


def flood(api, room, count, times=None):
    """Writes so many big messages; each burst's duration goes to times."""
    with api.socket(check=False) as socket:
        for _ in range(count // 50):
            begin = time.perf_counter()
            keyed(socket, room, 50, BIG)
            if times is not None:
                times.append(time.perf_counter() - begin)


@pytest.fixture
def crowd(own_server):
    return gathered(own_server)


def gathered(server):
    ada = register(server, "ada")
    room = ada.create_room()
    slow = register(server, "slow")
    slow.join(room)
    return ada, room, slow


def drain(wire):
    """Reads to the end; (bytes read, code of the close frame or None where the socket was reset)."""
    total, code = len(wire.buffer), None
    try:
        while True:
            opcode, payload = wire.receive()
            total += len(payload)
            if opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0]
                break
    except (EOFError, ConnectionError):
        pass
    return total, code


def present(api, room):
    return {user["username"] for user in api.get(f"/rooms/{room['id']}/presence").json()["users"]}


def test_a_consumer_that_reads_too_slowly_is_told_4008_and_resumes(own_server, crowd):
    """It stops reading until the server has had enough, and takes what is left within the 2 s that it is given."""
    ada, room, slow = crowd
    with Frames(own_server, slow.token, receive_buffer=65536) as wire:
        subscribe(wire, room)
        for _ in range(200):
            flood(ada, room, 50)
            if "slow" not in present(ada, room):
                break
        else:
            raise AssertionError("40 MB behind, and still not closed")
        total, code = drain(wire)
    assert code == 4008
    assert total > 1024 * 1024, "closed before the bound"
    head = ada.get(f"/rooms/{room['id']}").json()["head"]
    with slow.socket() as socket:
        socket.subscribe(room, after=head - 900)
        assert [e["seq"] for e in socket.entries(room, 900, timeout=30)] == list(range(head - 899, head + 1))


def fill(wire, room, ada):
    """Writes to a subscriber that does not read until the server is done with it; so many bytes that took."""
    subscribe(wire, room)
    assert wire.text()
    written = 0
    with ada.socket(check=False) as socket:
        while "slow" in present(ada, room):
            assert written < 64 * 2**20, "64 MB behind, and still not closed"
            keyed(socket, room, 5, BIG)
            written += 5 * len(BIG)
    return written


def test_how_much_may_wait_is_a_setting(start_server):
    """What the system's own buffers take comes on top of both: the difference is the setting's."""
    small, large = 65536, 2 * 2**20
    taken = []
    for limit in (small, large):
        server = start_server(PARLEY_SLOW_CONSUMER_BYTES=limit)
        ada, room, slow = gathered(server)
        with Frames(server, slow.token, receive_buffer=4096) as wire:
            taken.append(fill(wire, room, ada))
            if limit == small:
                assert drain(wire)[1] == 4008
    least, most = taken
    assert most >= large, "closed before the bound"
    assert (large - small) / 2 < most - least < (large - small) * 2, taken


def test_one_that_reads_nothing_is_reset_after_a_bounded_number_of_bytes(own_server, crowd):
    ada, room, slow = crowd
    wires = [Frames(own_server, slow.token, receive_buffer=4096) for _ in range(10)]
    for wire in wires:
        subscribe(wire, room)
    before = resident(own_server)
    flood(ada, room, 6000)
    grown = resident(own_server) - before
    assert grown < 10 * 1024 + 30 * 1024, f"{grown} KiB more for ten connections of 1 MiB each"
    deadline = time.monotonic() + 15
    while present(ada, room) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert present(ada, room) == set(), "the dead weight is still there"
    for wire in wires:
        wire.close()


def test_nobody_else_notices(own_server, crowd):
    ada, room, slow = crowd
    calm = []
    with ada.socket(check=False) as reader:
        reader.subscribe(room)
        flood(ada, room, 500, calm)
        reader.entries(room, 500, timeout=30)
        wires = [Frames(own_server, slow.token, receive_buffer=4096) for _ in range(5)]
        for wire in wires:
            subscribe(wire, room)
        time.sleep(0.2)
        times = []
        head = ada.get(f"/rooms/{room['id']}").json()["head"]
        flood(ada, room, 4000, times)
        seqs = [e["seq"] for e in reader.entries(room, 4000, timeout=60)]
    assert seqs == list(range(head + 1, head + 4001))
    assert max(times) < max(1.0, 10 * max(calm)), (max(times), max(calm))
    for wire in wires:
        wire.close()


def test_a_client_that_sends_and_never_reads_is_bounded_too(own_server, crowd):
    """Replies are deliveries as well: who sends without reading fills its own queue only."""
    ada, _room, _ = crowd
    before = resident(own_server)
    with Frames(own_server, ada.token, receive_buffer=4096, timeout=20) as wire:
        pings = b"".join(frame(TEXT, json.dumps({"type": "ping", "ref": "x" * 64})) for _ in range(500))
        try:
            for _ in range(400):
                wire.send(pings)
        except OSError:
            pass  # stopped or reset: either is fine, growing is not
        assert resident(own_server) - before < 20 * 1024
    with ada.socket() as socket:
        assert socket.ask("ping")["ok"]


def test_catching_up_slowly_is_bounded_too(own_server, crowd):
    """A thousand big messages are more than the bound: they are pulled as the client reads, not pushed at once."""
    ada, room, slow = crowd
    flood(ada, room, 1000)
    head = ada.get(f"/rooms/{room['id']}").json()["head"]
    before = resident(own_server)
    wires = [Frames(own_server, slow.token, receive_buffer=4096) for _ in range(20)]
    for wire in wires:
        subscribe(wire, room, after=head - 1000)
    time.sleep(1.5)
    assert resident(own_server) - before < 20 * 1024 + 30 * 1024
    for wire in wires:
        wire.close()
    with slow.socket() as socket:
        socket.subscribe(room, after=head - 1000)
        assert [e["seq"] for e in socket.entries(room, 1000, timeout=60)] == list(range(head - 999, head + 1))


def sharing(start_server, count):
    """A server without limits, and two of its people with so many rooms in common."""
    server = start_server(PARLEY_LIMIT_MESSAGES="0", PARLEY_LIMIT_REQUESTS="0")
    ada, grace = register(server, "ada"), register(server, "grace")
    rooms = [ada.create_room() for _ in range(count)]
    for room in rooms:
        grace.join(room)
    return server, ada, grace, rooms


def keyed(socket, room, count, content):
    """Sends so many at once; waits for all the answers."""
    for ref in [socket.post("send", room_id=room["id"], key=unique("k"), content=content) for _ in range(count)]:
        assert socket.answer(ref, timeout=30)["type"] == "reply"


def test_a_burst_is_no_slowness_of_who_reads_all_the_time(own_server, crowd):
    """More than may wait comes at once, and has not been offered to the socket yet."""
    ada, room, grace = crowd
    with grace.socket(check=False) as reader, ada.socket(check=False) as writer:
        reader.subscribe(room)
        keyed(writer, room, 190, "\u754c" * 4000)
        assert len(reader.entries(room, 190)) == 190


def test_who_resumes_many_rooms_at_once_gets_all_of_them(start_server):
    server, ada, grace, rooms = sharing(start_server, 24)
    with ada.socket(check=False) as writer:
        for room in rooms:
            writer.subscribe(room)  # so that what is missed is in memory, and given fast
            keyed(writer, room, 250, "x" * 1000)
    with Frames(server, grace.token, receive_buffer=65536) as wire:
        for room in rooms:
            subscribe(wire, room, after=2)
        got = 0
        while got < 24 * 250:
            opcode, payload = wire.receive()
            assert opcode == TEXT, payload
            got += json.loads(payload)["type"] == "message"
            if got % 25 == 0:
                time.sleep(0.01)


def test_one_may_resume_however_little_may_wait(start_server):
    server = start_server(PARLEY_SLOW_CONSUMER_BYTES="65536", PARLEY_LIMIT_MESSAGES="0")
    ada, room, grace = gathered(server)
    with ada.socket(check=False) as writer:
        writer.subscribe(room)
        keyed(writer, room, 250, "x" * 1000)
    with grace.socket(check=False) as reader:
        reader.subscribe(room, after=2)
        assert len(reader.entries(room, 250)) == 250


def test_who_reads_nothing_has_no_past_read_for_it_from_many_rooms(start_server):
    server, ada, grace, rooms = sharing(start_server, 40)
    with ada.socket(check=False) as writer:
        for room in rooms:
            for _ in range(2):
                keyed(writer, room, 60, "\u0001" * 4000)  # six bytes each in JSON
    before = resident(server)
    with Frames(server, grace.token, receive_buffer=4096) as wire:
        for room in rooms:
            subscribe(wire, room, after=2)
        time.sleep(2)
        grown = resident(server) - before
    assert grown < 50 * 1024, f"{grown} KiB more for one connection of 1 MiB"


def test_deleted_rooms_leave_nothing_with_who_followed_them(start_server):
    server = start_server(PARLEY_LIMIT_MESSAGES="0", PARLEY_LIMIT_REQUESTS="0")
    ada = register(server, "ada")
    with ada.socket(check=False) as socket:

        def come_and_go(count):
            for _ in range(count):
                room = ada.create_room()
                socket.subscribe(room)
                keyed(socket, room, 256, BIG)
                ada.delete(f"/rooms/{room['id']}")
                socket.expect("removed", room_id=room["id"])
                socket.backlog.clear()
            return resident(server)

        come_and_go(5)
        before = come_and_go(10)
        grown = come_and_go(30) - before
    assert grown < 15 * 1024, f"{grown} KiB more for thirty rooms"
