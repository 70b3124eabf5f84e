"""Limits of rate: past them 429 with Retry-After, on the WebSocket an error, and 4029 for who goes on regardless."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.client import Api, refused, register, unique
from websockets.exceptions import ConnectionClosed


@pytest.fixture
def limited(start_server):
    """Five messages a second, bursts of twenty."""
    return start_server(PARLEY_LIMIT_MESSAGES="5")


def burst(socket, room, count):
    refs = [socket.post("send", room_id=room["id"], key=unique("k"), content=str(n)) for n in range(count)]
    return [socket.answer(ref) for ref in refs]


def test_past_the_limit_a_send_is_refused_with_the_time_to_wait(limited):
    ada = register(limited, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        answers = burst(socket, room, 40)
        errors = [a for a in answers if a["type"] == "error"]
        assert 15 <= 40 - len(errors) <= 25
        assert {e["code"] for e in errors} == {"rate_limited"}
        assert all(0 < e["retry_after"] <= 60 for e in errors)
        time.sleep(errors[-1]["retry_after"] + 0.1)
        assert socket.send(room)["ok"]


def test_after_the_first_refusal_all_sends_received_in_that_room_are_refused_so_that_order_stays(limited):
    ada = register(limited, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        answers = burst(socket, room, 60)
    kinds = [a["type"] for a in answers]
    first = kinds.index("error")
    assert set(kinds[first:]) == {"error"}, "a later send overtook an earlier one"
    stored = [m["content"] for m in ada.page(room, limit=100)["messages"]]
    assert stored == [str(n) for n in range(first)]


def test_the_limit_counts_both_transports_and_all_sessions_of_a_user(limited):
    ada = register(limited, "ada")
    room = ada.create_room()
    other = ada.again()
    with other.socket() as socket:
        kinds = [a["type"] for a in burst(socket, room, 40)]
        assert "error" in kinds
        # Fewer than a bucket of their own would let through.
        posts = (ada.post(f"/rooms/{room['id']}/messages", json={"content": str(n)}) for n in range(15))
        assert any(response.status_code == 429 for response in posts)


def test_rest_says_when_to_come_again(limited):
    ada = register(limited, "ada")
    room = ada.create_room()
    responses = [ada.post(f"/rooms/{room['id']}/messages", json={"content": "x"}) for _ in range(40)]
    late = [r for r in responses if r.status_code == 429]
    assert late
    refused(late[0], 429, "rate_limited")
    assert 1 <= int(late[0].headers["retry-after"]) <= 60


def test_one_users_limit_is_not_anothers(limited):
    ada, grace = register(limited, "ada"), register(limited, "grace")
    room = ada.create_room()
    grace.join(room)
    with ada.socket() as mine, grace.socket() as hers:
        assert "error" in [a["type"] for a in burst(mine, room, 40)]
        assert hers.send(room)["ok"]


def test_who_goes_on_regardless_is_closed_with_4029(limited):
    ada = register(limited, "ada")
    room = ada.create_room()
    with ada.socket(check=False) as socket:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(20000):
                socket.post("send", room_id=room["id"], key=unique("k"), content="x")
        assert socket.closed(10) == 4029


def test_other_commands_are_limited_too(start_server):
    server = start_server(PARLEY_LIMIT_REQUESTS="20")
    ada = register(server, "ada")
    with ada.socket(check=False) as socket:
        refs = [socket.post("ping") for _ in range(400)]
        kinds = {socket.answer(ref)["type"] for ref in refs[:300]}
        assert kinds == {"reply", "error"}


def test_requests_are_limited_by_user(start_server):
    server = start_server(PARLEY_LIMIT_REQUESTS="10")
    ada = register(server, "ada")
    time.sleep(1)
    statuses = [ada.get("/auth/me", None).status_code for _ in range(60)]
    assert statuses[0] == 200
    assert 429 in statuses
    assert Api(server).get("//healthz").status_code == 200, "probes have no limit"
    time.sleep(2)
    assert ada.get("/auth/me").status_code == 200


def test_requests_without_a_sign_in_are_limited_by_address(start_server):
    server = start_server(PARLEY_LIMIT_REQUESTS="1", PARLEY_TRUSTED_PROXIES="127.0.0.1")
    api = Api(server)
    statuses = [api.get("/server", None, headers={"X-Forwarded-For": "192.0.2.1"}).status_code for _ in range(60)]
    assert 429 in statuses
    assert api.get("/server", None, headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200


def test_whose_address_makes_tokens_up_has_no_more_of_them_looked_up(start_server):
    server = start_server(PARLEY_LIMIT_REQUESTS="5")
    ada = register(server, "ada")
    bot = Api(server, ada.personal_token()["token"])
    for n in range(30):
        Api(server, f"ply_{n:026d}{'A' * 43}").get("/auth/me", None)
    refused(bot.get("/auth/me", None), 429, "rate_limited")
    assert ada.get("/auth/me").status_code == 200, "a session's token shows by itself that it is ours"
    time.sleep(2)
    assert bot.get("/auth/me").status_code == 200
    statuses = [Api(server, "ply_" + "0" * 69).get("/auth/me", None).status_code for _ in range(30)]
    assert statuses[0] == 401 and statuses[-1] == 429
    assert bot.get("/auth/me").status_code == 200, "it is remembered"


def test_the_last_untrusted_hop_counts_not_what_a_client_claims(start_server):
    server = start_server(PARLEY_LIMIT_REQUESTS="1", PARLEY_TRUSTED_PROXIES="127.0.0.1")
    api = Api(server)
    statuses = [
        api.get("/server", None, headers={"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.1"}).status_code
        for n in range(60)
    ]
    assert 429 in statuses


def test_zero_is_no_limit(server, ada):
    assert {ada.get("/auth/me", None).status_code for _ in range(200)} == {200}


def test_a_connection_follows_two_thousand_rooms_and_says_so_beyond(start_server):
    """Each user owns 500 at most: the rest are others'."""
    server = start_server(PARLEY_LIMIT_REQUESTS="0")
    ada, *others = [register(server, name) for name in ("ada", "bob", "cleo", "dan", "eve")]

    def five_hundred(owner):
        rooms = []
        for _ in range(500):
            room = owner.call("POST", "/rooms", 201, check=False, json={"name": unique("r"), "visibility": "private"})
            rooms.append(room.json()["id"])
            if owner is not ada:
                owner.call("PUT", f"/rooms/{rooms[-1]}/members/{ada.id}", check=False, json={})
        return rooms

    with ThreadPoolExecutor(5) as pool:
        rooms = [room for some in pool.map(five_hundred, [ada, *others]) for room in some]
    with ada.socket(check=False) as socket:
        for first in range(0, 2000, 100):
            for ref in [socket.post("subscribe", room_id=room) for room in rooms[first : first + 100]]:
                assert socket.answer(ref)["type"] == "reply"
        assert socket.refuse("subscribe", room_id=rooms[2000])["code"] == "too_many_subscriptions"
        assert socket.ask("subscribe", room_id=rooms[0])["ok"], "it is followed already"
        socket.ask("unsubscribe", room_id=rooms[0])
        assert socket.ask("subscribe", room_id=rooms[2000])["ok"]
