"""Alice on one instance and Bob on another chat; kill either, and the other goes on."""

import time

import pytest
from support.client import unique
from support.socket import handshake_status, is_entry_of


def follow(socket, room, after=None):
    return socket.subscribe(room, **({} if after is None else {"after": after}))


def says(socket, room, text):
    return socket.ask("send", room_id=room["id"], content=text, key=unique("k"))["seq"]


def hears(socket, room, text, within=2.0):
    frame = socket.until(lambda f: is_entry_of(room, f) and f.get("content") == text, within)
    return frame["seq"]


@pytest.fixture
def pair(person):
    alice, bob = person("alice"), person("bob")
    room = alice[1].create_room()
    bob[2].join(room)
    return alice, bob, room


def test_alice_and_bob_chat_across_two_instances(pair):
    alice, bob, room = pair
    with alice[1].socket() as a, bob[2].socket() as b:
        follow(a, room), follow(b, room)
        for n in range(20):
            begin = time.monotonic()
            seq = says(a, room, f"from alice {n}")
            assert hears(b, room, f"from alice {n}") == seq
            assert time.monotonic() - begin < 0.5
            seq = says(b, room, f"from bob {n}")
            assert hears(a, room, f"from bob {n}") == seq


@pytest.mark.parametrize("victim", [1, 2])
def test_kill_either_and_the_other_goes_on(deployment, pair, victim):
    alice, bob, room = pair
    survivor = 3 - victim
    dead, alive = (alice, bob) if victim == 1 else (bob, alice)
    with alive[survivor].socket() as goes_on, dead[victim].socket() as cut:
        follow(goes_on, room), follow(cut, room)
        before = says(cut, room, "before")
        hears(goes_on, room, "before")
        deployment.instances[victim - 1].kill()
        try:
            seqs = [says(goes_on, room, f"on my own {n}") for n in range(5)]
            assert cut.closed() == 1006
            # Elsewhere, and nothing is missing.
            with dead[survivor].socket() as again:
                follow(again, room, after=before)
                assert [hears(again, room, f"on my own {n}") for n in range(5)] == seqs
                says(again, room, "back")
                hears(goes_on, room, "back")
        finally:
            deployment.instances[victim - 1].start()
    with dead[victim].socket() as home:
        follow(home, room, after=before)
        hears(home, room, "back")


def test_both_ways_behind_nginx(pair):
    alice, bob, room = pair
    sockets = [alice[0].socket(), *(bob[0].socket() for _ in range(5))]  # least_conn spreads them
    try:
        for socket in sockets:
            follow(socket, room)
        says(sockets[0], room, "to all")
        for socket in sockets:
            hears(socket, room, "to all")
    finally:
        for socket in sockets:
            socket.close()


def test_a_browser_behind_nginx_is_at_home_and_one_from_elsewhere_is_not(deployment, pair):
    alice, _, _ = pair
    place = deployment.at()
    protocols = ("parley.v1", f"bearer.{alice[0].token}")
    assert handshake_status(place.ws_url, protocols, {"Origin": place.url}) == 101
    assert handshake_status(place.ws_url, protocols, {"Origin": "https://elsewhere.example"}) == 403
    page = alice[0].http.get("/", headers={"Accept-Encoding": "br"})
    assert page.status_code == 200
    assert page.headers["content-encoding"] == "br"
