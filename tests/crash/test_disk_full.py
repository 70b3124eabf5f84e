"""Disk full: senders get an error, nobody an acknowledgement, the server stays up and recovers when there is room."""

import subprocess
import time

import httpx
import pytest
from support.client import Api, refused, register, unique

BIG = "x" * 4000
CODES = {"store_unavailable", "outcome_unknown", "busy"}


def fill(disk):
    """Takes all room that is left."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return ballast


def send_until_refused(socket, room, limit=20000):
    """Acknowledged (seq, content) pairs, and the code of the first refusal."""
    acknowledged = []
    for n in range(limit):
        key, content = unique("k"), f"{n} {BIG}"[:4000]
        answer = socket.answer(socket.post("send", room_id=room["id"], key=key, content=content), timeout=30)
        if answer["type"] == "error":
            return acknowledged, answer["code"]
        acknowledged.append((answer["seq"], content))
    raise AssertionError("the disk never filled up")


def stored(api, room):
    messages, after = [], 0
    while True:
        page = api.page(room, after=after, limit=100)
        messages += [(m["seq"], m["content"]) for m in page["messages"]]
        if not page["has_more"]:
            return messages
        after = page["messages"][-1]["seq"]


@pytest.mark.timeout(240)
def test_a_full_disk_loses_nothing_and_is_survived(start_server, small_disk):
    server = start_server(data=small_disk / "data")
    ada, grace = register(server, "ada"), register(server, "grace")
    room = ada.create_room()
    grace.join(room)
    with grace.socket() as reader, ada.socket(check=False) as writer:
        reader.subscribe(room)
        acknowledged = [(writer.send(room, f"{n} {BIG[:-10]}")["seq"], f"{n} {BIG[:-10]}") for n in range(20)]
        reader.entries(room, 20)
        ballast = fill(small_disk)
        more, code = send_until_refused(writer, room)
        acknowledged += more
        assert code in CODES

        # Nothing goes in, everything comes out, and nobody is told of what is not stored.
        for _ in range(3):
            response = ada.post(f"/rooms/{room['id']}/messages", json={"content": BIG, "key": unique("k")})
            assert response.json()["code"] in CODES
        created = ada.post("/rooms", json={"name": unique("room"), "visibility": "private"})
        assert created.status_code in (503, 504)
        assert server.alive
        assert Api(server).get("//healthz").status_code == 200
        assert stored(grace, room)[: len(acknowledged)] == acknowledged
        pushed = [(f["seq"], f["content"]) for f in reader.settle(0.5) if f.get("type") == "message"]
        assert pushed == acknowledged[20:]

        ballast.unlink()
        deadline = time.monotonic() + 20
        while True:
            answer = writer.answer(
                writer.post("send", room_id=room["id"], key="recovered", content="room again"), timeout=30
            )
            if answer["type"] == "reply":
                break
            assert answer["code"] in CODES
            assert time.monotonic() < deadline, "there is room again, but it does not recover"
            time.sleep(0.2)
        acknowledged_now = [(answer["seq"], "room again")]
        assert reader.expect("message", content="room again")["seq"] == answer["seq"]
    log = stored(grace, room)
    seqs = [seq for seq, _ in log]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "a hole"
    assert set(acknowledged + acknowledged_now) <= set(log)
    server.kill()
    server.start()
    assert stored(Api(server, grace.token), room) == log


def test_a_start_on_a_full_disk_is_refused_in_one_line_or_works(start_server, small_disk):
    fill(small_disk)
    server = start_server(start=False, data=small_disk / "data")
    server.launch()
    try:
        status = server.process.wait(10)
    except subprocess.TimeoutExpired:
        assert httpx.get(server.url + "/healthz").status_code == 200
        return
    assert status > 0
    assert len(server.log.strip().splitlines()) == 1, server.log


def test_what_could_not_be_written_is_told_as_such_by_rest(start_server, small_disk):
    server = start_server(data=small_disk / "data")
    ada = register(server, "ada")
    room = ada.create_room()
    fill(small_disk)
    response = None
    for _ in range(5000):
        response = ada.call(
            "POST", f"/rooms/{room['id']}/messages", check=False, json={"content": BIG, "key": unique("k")}
        )
        if response.status_code != 201:
            break
    assert response.status_code in (503, 504)
    refused(response, response.status_code, response.json()["code"])
    assert response.json()["code"] in CODES
