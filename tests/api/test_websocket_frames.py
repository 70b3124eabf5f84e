"""RFC 6455, frame by frame."""

import json
import struct
import time

import pytest
from support.client import unique
from support.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Frames, close_frame, frame
from support.waiting import eventually

COMMAND = '{"type":"ping","ref":"1"}'
LIMIT = 65536


@pytest.fixture
def wire(server, ada):
    with Frames(server, ada.token) as frames:
        yield frames


def answered(wire, ref="1"):
    """The connection lives: a reply to the command comes."""
    reply = json.loads(wire.text())
    assert (reply["type"], reply["ref"]) == ("reply", ref)


def still_works(wire):
    wire.send(frame(TEXT, COMMAND.replace('"1"', '"still"')))
    answered(wire, "still")


# --- fragments


def test_a_whole_message(wire):
    wire.send(frame(TEXT, COMMAND))
    answered(wire)


@pytest.mark.parametrize("size", [1, 2, 7, 24])
def test_a_message_in_fragments(wire, size):
    parts = [COMMAND[i : i + size] for i in range(0, len(COMMAND), size)]
    for n, part in enumerate(parts):
        wire.send(frame(TEXT if n == 0 else CONTINUATION, part, fin=n == len(parts) - 1))
    answered(wire)


def test_empty_fragments(wire):
    wire.send(
        frame(TEXT, "", fin=False)
        + frame(CONTINUATION, COMMAND, fin=False)
        + frame(CONTINUATION, "", fin=False)
        + frame(CONTINUATION, "")
    )
    answered(wire)


def test_control_frames_in_between_are_answered_at_once(wire):
    wire.send(frame(TEXT, COMMAND[:5], fin=False) + frame(PING, b"now"))
    assert wire.receive() == (PONG, b"now")
    wire.send(frame(PONG, b"unasked") + frame(CONTINUATION, COMMAND[5:9], fin=False) + frame(PING))
    assert wire.receive() == (PONG, b"")
    wire.send(frame(CONTINUATION, COMMAND[9:]))
    answered(wire)


def test_bytes_that_come_one_by_one(wire):
    for byte in frame(TEXT, COMMAND) + frame(PING, b"x"):
        wire.send(bytes([byte]))
    answered(wire)
    assert wire.receive() == (PONG, b"x")


def test_many_frames_in_one_packet(wire):
    wire.send(b"".join(frame(TEXT, json.dumps({"type": "ping", "ref": str(n)})) for n in range(300)))
    for n in range(300):
        answered(wire, str(n))


def test_what_comes_with_the_handshake_is_not_lost(server, ada):
    with Frames(server, ada.token, after_handshake=frame(TEXT, COMMAND)) as wire:
        answered(wire)


def test_a_code_point_split_over_fragments(wire):
    text = json.dumps({"type": "ping", "ref": "🦀ü"}, ensure_ascii=False).encode()
    for cut in range(1, len(text)):
        wire.send(frame(TEXT, text[:cut], fin=False) + frame(CONTINUATION, text[cut:]))
        answered(wire, "🦀ü")


@pytest.mark.parametrize("size", [0, 1, 124, 125])
def test_a_pong_repeats_the_ping(wire, size):
    wire.send(frame(PING, b"p" * size))
    assert wire.receive() == (PONG, b"p" * size)


def test_masks_of_all_sorts(wire):
    for mask in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\1\2\3\4"):
        body = COMMAND.encode()
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(body))
        wire.send(bytes([0x81, 0x80 | len(body)]) + mask + masked)
        answered(wire)


# --- sizes


def padded(size):
    return COMMAND + " " * (size - len(COMMAND))


@pytest.mark.parametrize("size", [125, 126, 127, 65535, LIMIT])
def test_messages_up_to_64_kib_are_taken(wire, size):
    wire.send(frame(TEXT, padded(size)))
    answered(wire)


def test_64_kib_in_fragments_are_taken(wire):
    wire.send(frame(TEXT, padded(LIMIT - 100), fin=False) + frame(CONTINUATION, " " * 100))
    answered(wire)


def test_one_byte_more_is_too_much(wire):
    wire.send(frame(TEXT, padded(LIMIT + 1)))
    assert wire.close_code() == 1009


def test_one_byte_more_in_fragments_is_too_much(wire):
    wire.send(frame(TEXT, padded(LIMIT), fin=False) + frame(CONTINUATION, " "))
    assert wire.close_code() == 1009


@pytest.mark.parametrize("length", [LIMIT + 1, 2**31, 2**32 + 1, 2**62])
def test_a_length_is_refused_before_the_payload_comes(wire, length):
    wire.send(frame(TEXT, b"", length=length, wide=64))
    assert wire.close_code() == 1009


def test_a_length_with_the_highest_bit_is_refused(wire):
    wire.send(bytes([0x81, 0xFF]) + struct.pack("!Q", 2**63 + 5) + b"abcd")
    assert wire.close_code() in (1002, 1009)


# --- broken frames


def broken(name, code, data):
    return pytest.param(code, data, id=name)


BROKEN = [
    broken("no mask", 1002, frame(TEXT, COMMAND, masked=False)),
    broken("no mask on a ping", 1002, frame(PING, b"x", masked=False)),
    broken("no mask on a close", 1002, frame(CLOSE, b"\x03\xe8", masked=False)),
    *[broken(f"reserved bits {rsv}", 1002, frame(TEXT, COMMAND, rsv=rsv)) for rsv in (1, 2, 4, 7)],
    broken("reserved bit on a ping", 1002, frame(PING, b"x", rsv=4)),
    broken("reserved bit on a continuation", 1002, frame(TEXT, "{", fin=False) + frame(CONTINUATION, "}", rsv=4)),
    *[broken(f"reserved opcode {op}", 1002, frame(op, b"x")) for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)],
    broken("a ping in fragments", 1002, frame(PING, b"x", fin=False)),
    broken("a close in fragments", 1002, frame(CLOSE, b"\x03\xe8", fin=False)),
    broken("a ping of 126 bytes", 1002, frame(PING, b"x" * 126)),
    broken("a close of 126 bytes", 1002, frame(CLOSE, b"\x03\xe8" + b"x" * 124)),
    broken("a continuation of nothing", 1002, frame(CONTINUATION, COMMAND)),
    broken(
        "a continuation after the end",
        1002,
        frame(TEXT, "{", fin=False) + frame(CONTINUATION, "}") + frame(CONTINUATION, "x"),
    ),
    broken("a message within a message", 1002, frame(TEXT, "{", fin=False) + frame(TEXT, COMMAND)),
    broken("a binary message within a text", 1002, frame(TEXT, "{", fin=False) + frame(BINARY, b"x")),
    broken("binary", 1003, frame(BINARY, b"\x00\x01")),
    broken("binary, first fragment", 1003, frame(BINARY, b"\x00", fin=False)),
    broken("binary, empty", 1003, frame(BINARY, b"")),
    broken("not UTF-8", 1007, frame(TEXT, b'{"type":"\xff"}')),
    broken("overlong UTF-8", 1007, frame(TEXT, b"\xc0\xaf")),
    broken("a surrogate in UTF-8", 1007, frame(TEXT, b"\xed\xa0\x80")),
    broken("beyond Unicode", 1007, frame(TEXT, b"\xf4\x90\x80\x80")),
    broken("a code point cut off at the end", 1007, frame(TEXT, b'{"a":"\xf0\x9f\xa6')),
    broken(
        "not UTF-8 in the second fragment", 1007, frame(TEXT, "{", fin=False) + frame(CONTINUATION, b"\xff", fin=False)
    ),
    broken("a close of one byte", 1002, frame(CLOSE, b"\x03")),
    *[
        broken(f"a close with {code}", 1002, close_frame(code))
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    ],
    broken("a close whose reason is not UTF-8", 1007, close_frame(1000, b"\xff\xfe")),
]


@pytest.mark.parametrize(("code", "data"), BROKEN)
def test_what_breaks_the_protocol_closes_the_connection_with_its_code_and_one_line_in_the_log(
    server, ada, wire, code, data
):
    def lines():
        closed = (line for line in server.log.splitlines() if "connection closing" in line)
        return sum(f"user={ada.id}" in line and line.endswith(f"code={code}") for line in closed)

    still_works(wire)
    before = lines()
    wire.send(data)
    seen = wire.close_code()
    assert seen == code
    eventually(lambda: lines() == before + 1)


def test_bad_utf_8_is_noticed_at_once_not_at_the_end_of_the_message(wire):
    wire.send(frame(TEXT, b'{"a":"\xf0\x28', fin=False))
    assert wire.close_code(timeout=3) == 1007


def test_after_its_own_fault_nothing_of_a_client_is_heard(server, room, ada):
    with Frames(server, ada.token) as wire:
        send = json.dumps(
            {"type": "send", "ref": "1", "room_id": room["id"], "key": unique("k"), "content": "too late"}
        )
        wire.send(frame(TEXT, COMMAND, rsv=4) + frame(TEXT, send))
        assert wire.close_code() == 1002
    time.sleep(0.2)
    assert ada.page(room)["messages"] == []


# --- the close handshake


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4000, 4999])
def test_a_close_is_answered_with_its_code(wire, code):
    wire.send(close_frame(code, "bye, ü".encode()))
    assert wire.close_code() == code


def test_an_empty_close_is_answered(wire):
    wire.send(frame(CLOSE))
    assert wire.close_code() in (None, 1000)


def test_a_close_in_the_middle_of_a_message_is_answered(wire):
    wire.send(frame(TEXT, "{", fin=False) + close_frame(1000))
    assert wire.close_code() == 1000


def test_nothing_after_a_close_is_heard(server, room, ada):
    with Frames(server, ada.token) as wire:
        send = json.dumps(
            {"type": "send", "ref": "1", "room_id": room["id"], "key": unique("k"), "content": "too late"}
        )
        wire.send(close_frame(1000) + frame(TEXT, send) + frame(PING, b"x"))
        assert wire.close_code() == 1000
    time.sleep(0.2)
    assert ada.page(room)["messages"] == []


def test_what_was_sent_before_a_close_is_done(server, room, ada):
    with Frames(server, ada.token) as wire:
        sends = [
            json.dumps({"type": "send", "ref": str(n), "room_id": room["id"], "key": unique("k"), "content": str(n)})
            for n in range(50)
        ]
        wire.send(b"".join(frame(TEXT, send) for send in sends) + close_frame(1000))
        assert wire.close_code() == 1000
    deadline = time.monotonic() + 5
    while len(ada.page(room)["messages"]) < 50 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [m["content"] for m in ada.page(room)["messages"]] == [str(n) for n in range(50)]


def test_a_half_closed_socket_is_closed(wire):
    import socket

    wire.sock.shutdown(socket.SHUT_WR)
    assert wire.ends(10)


@pytest.mark.slow
def test_a_server_ping_comes_and_a_dead_connection_is_dropped_within_30_seconds(server, room, ada, grace):
    """A client that answers no ping is gone for everyone after at most 30 s; one that does stays."""
    with grace.socket() as watcher, Frames(server, ada.token, timeout=45) as dead:
        watcher.subscribe(room)
        subscribe = json.dumps({"type": "subscribe", "ref": "s", "room_id": room["id"]})
        dead.send(frame(TEXT, subscribe))
        begin = time.monotonic()
        ada_came = {"user_id": ada.id, "username": ada.username}
        watcher.until(lambda f: f["type"] == "user_joined" and ada_came in f["users"], timeout=5)
        opcode = None
        while opcode != PING:
            opcode, _ = dead.receive()
        watcher.expect("user_left", timeout=35)
        assert time.monotonic() - begin < 33
        assert watcher.ask("ping")["ok"]
