"""Hosts and links as they are: clocks an hour apart, a reader on a line as thin as a thread."""

import time
from datetime import datetime

import pytest
from support.client import Api, register, unique
from support.server import free_port
from support.sessions import refresh

from cluster.conftest import FOLDER
from cluster.test_faults import judge
from cluster.test_walk import follow, hears, says
from cluster.workload import Cast, Chat

HOUR = 3600.0  # seconds
EVERYWHERE = (1, 2, 3)


@pytest.fixture(scope="module")
def hours_apart(make_deployment):
    made = make_deployment("clocks", clocks={1: "-1h", 3: "+1h"})
    yield made
    made.stop()


def clock_of(deployment, number):
    """Seconds by which an instance's clock is ahead of ours."""
    someone = register(deployment.at(number), unique("clock"))
    message = someone.say(someone.create_room())
    return datetime.fromisoformat(message["timestamp"]).timestamp() - time.time()


def test_the_clocks_are_an_hour_behind_and_an_hour_ahead(hours_apart):
    clocks = [clock_of(hours_apart, number) for number in EVERYWHERE]
    assert clocks == pytest.approx([-HOUR, 0, HOUR], abs=10)


@pytest.mark.timeout(180)
def test_a_chat_over_them_is_as_any(hours_apart):
    cast = Cast(hours_apart, writers=3, guests=2, readers=3, url=hours_apart.at(2).url)
    with Chat(hours_apart, cast, FOLDER / "clocks") as chat:
        time.sleep(10)
        report = chat.finish()
    print(report)
    assert report.counts == {}, report
    assert report.figures["acknowledged"] > chat.rate * 10 * 0.6


def test_who_signed_in_on_one_of_them_chats_there_and_renews_on_any(hours_apart):
    """An access token is good where it was made; elsewhere only while the clocks are 5 s apart at most."""
    alice, bob = register(hours_apart.at(1), unique("alice")), register(hours_apart.at(3), unique("bob"))
    room = alice.create_room()
    bob.join(room)
    with alice.socket() as a, bob.socket() as b:
        follow(a, room), follow(b, room)
        for speaker, listener, text in ((a, b, "from the past"), (b, a, "from the future"), (a, b, "once more")):
            says(speaker, room, text)
            hears(listener, room, text, within=0.5)
        for someone, socket in ((alice, a), (bob, b)):
            cookie, home = someone.cookie, someone.server.number
            for number in (*EVERYWHERE, *reversed(EVERYWHERE)):
                answer = refresh(hours_apart.at(number), cookie)
                assert answer.status_code == 200, f"instance {number}: {answer.text}"
                token, cookie = answer.json()["access_token"], answer.cookies["parley_refresh"]
                assert Api(hours_apart.at(number), token).get("/auth/me").json()["id"] == someone.id
                if number == home:
                    socket.ask("auth", token=token)
        says(a, room, "with new tokens")
        hears(b, room, "with new tokens", within=0.5)


def test_clocks_four_seconds_apart_harm_no_session(make_deployment):
    deployment = make_deployment("clocks-four-seconds", clocks={1: "-2", 3: "+2"})
    assert [clock_of(deployment, number) for number in (1, 3)] == pytest.approx([-2, 2], abs=1.5)
    for issuer in EVERYWHERE:
        someone = register(deployment.at(issuer), unique("someone"))
        for number in EVERYWHERE:
            there = Api(deployment.at(number), someone.token)
            assert there.get("/auth/me").json()["id"] == someone.id
            there.socket().close()
            again = refresh(deployment.at(number), someone.cookie)  # the same cookie each time, as several tabs have it
            assert again.status_code == 200, again.text
    assert deployment.stop() == [0, 0, 0]


@pytest.mark.timeout(180)
def test_a_reader_on_a_slow_link_costs_the_others_nothing_and_misses_nothing(make_chat, deployment, cast):
    chat = make_chat("slow-link", rate=30)
    port = free_port()
    deployment.links.add("slow-reader", port, deployment.ports.entrances[1])
    reader = chat.do(chat.join_late(cast.readers[0], "slow", [("2", f"ws://127.0.0.1:{port}/ws")]))
    time.sleep(2)
    with chat.fault("link", reader=reader.name), deployment.links.failing("slow-reader", delay=0.3, rate=3000):
        time.sleep(10)
    time.sleep(4)
    judge(chat, 14)
