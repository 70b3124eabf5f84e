"""What a MongoDB server, or the way to it, may do at the worst moment: nothing acknowledged is lost, nothing is doubled,
everybody has an answer within 10 s, and all goes on by itself."""

import time

import pytest
from support import mongodb
from support.client import Api, refused, register, unique
from support.mongodb_proxy import STAMP
from support.socket import Refused
from support.waiting import eventually

ANSWER_WITHIN = 10.0  # seconds
# What may be answered where the message is in the log, and where it can't be.
WRITTEN = ["lost_reply", "hanging_reply", "unconfirmed", "interrupted"]
NOT_WRITTEN = ["not_primary", "lost_request"]


@pytest.fixture
def ada(proxied):
    return register(proxied, "ada")


def wait_until_told(member, room):
    """Until the member has been told of being one: nothing of that change is written any more."""
    with member.socket() as socket:
        socket.ask("subscribe", stream="user", after=0)
        socket.expect("room_added", room_id=room["id"])


def settled_room(owner):
    room = owner.create_room()
    wait_until_told(owner, room)
    return room


@pytest.fixture
def room(ada):
    return settled_room(ada)


def try_to_say(api, room, key, content="hello"):
    """The response, and how long it took."""
    begin = time.monotonic()
    body = {"content": content, "key": key}
    response = api.call("POST", f"/rooms/{room['id']}/messages", json=body)
    return response, time.monotonic() - begin


def messages(api, room):
    return api.page(room, limit=100)["messages"]


@pytest.mark.parametrize("fault", WRITTEN)
def test_a_message_whose_acknowledgement_is_lost_is_settled_by_its_key(proxy, ada, room, fault):
    ada.say(room, "before")
    key = unique("k")
    proxy.inject(fault, "messages", times=1)
    response, took = try_to_say(ada, room, key)
    refused(response, 504, "outcome_unknown")
    assert took < ANSWER_WITHIN
    assert proxy.injected == 1
    again, _ = try_to_say(ada, room, key)
    assert again.status_code == 200
    assert [m["content"] for m in messages(ada, room)] == ["before", "hello"]
    ada.say(room, "after")
    assert [m["seq"] for m in messages(ada, room)] == [2, 3, 4]


@pytest.mark.parametrize("fault", NOT_WRITTEN)
def test_a_message_that_was_not_written_is_written_when_it_is_sent_again(proxy, ada, room, fault):
    key = unique("k")
    proxy.inject(fault, "messages", times=1)
    response, took = try_to_say(ada, room, key)
    assert response.status_code in (503, 504), response.text
    assert took < ANSWER_WITHIN
    again, _ = try_to_say(ada, room, key)
    assert again.status_code == 201
    assert len(messages(ada, room)) == 1


def test_not_the_primary_is_no_unknown_outcome(proxy, ada, room):
    proxy.inject("not_primary", "messages", times=1)
    response, _ = try_to_say(ada, room, unique("k"))
    refused(response, 503, "store_unavailable")


def test_a_known_key_is_no_acknowledgement_while_no_majority_has_it(proxy, ada, room):
    key = unique("k")
    proxy.inject("unconfirmed", "messages")
    for _ in range(3):
        response, _ = try_to_say(ada, room, key)
        refused(response, 504, "outcome_unknown")
    assert proxy.injected >= 3
    proxy.heal()
    response, _ = try_to_say(ada, room, key)
    assert response.status_code == 200
    assert len(messages(ada, room)) == 1


def test_a_read_sees_all_that_was_told_before(proxy, ada, room):
    """What a majority confirms may be older, after an election above all: each read names the moment to wait for."""
    concerns = []

    def stamp(message):
        if message.command == "find":
            concerns.append(message.document.get("readConcern", {}))
        return "stamped" if message.command == "insert" else None

    ada.say(room, "before")
    proxy.fault = stamp
    ada.say(room, "hello")
    asked_before = len(concerns)
    assert [m["content"] for m in messages(ada, room)] == ["before", "hello"]
    assert len(concerns) > asked_before
    for concern in concerns[asked_before:]:
        assert concern["level"] == "majority"
        assert concern["afterClusterTime"] >= STAMP


def test_who_asks_for_what_was_never_written_reads_no_whole_collection(proxy, proxied, ada, room):
    """Everybody asks so who tries again after a fault: with many entries it would take seconds each."""
    bob, key, filters = register(proxied, "bob"), unique("k"), []
    member = f"/rooms/{room['id']}/members/{bob.id}"
    assert ada.call("PUT", member, json={}).is_success
    wait_until_told(bob, room)
    proxy.inject("lost_request", "messages", times=1)
    response, _ = try_to_say(bob, room, key)
    assert response.status_code in (503, 504), response.text
    for _ in range(20):
        ada.say(room, "meanwhile")
    assert ada.call("DELETE", member).is_success

    def note(message):
        if message.command == "find" and message.collection == "messages":
            filters.append(message.document["filter"])

    proxy.fault = note
    response, _ = try_to_say(bob, room, key)
    refused(response, 403, "forbidden")
    with mongodb.connect(proxy.url) as client:
        by_one_id_only = "ferretdbVersion" in client.server_info()
    assert filters
    for asked in filters:
        if by_one_id_only:
            assert isinstance(asked.get("_id"), str), asked
        else:
            assert set(asked) in ({"_id"}, {"stream", "user_id", "key"})


@pytest.mark.parametrize("fault", WRITTEN)
def test_a_subscriber_gets_once_what_nobody_acknowledged(proxy, ada, room, fault):
    with ada.socket() as socket:
        socket.subscribe(room)
        proxy.inject(fault, "messages", times=1)
        with pytest.raises(Refused, match="outcome_unknown"):
            socket.send(room, "doubtful", key="the-key")
        socket.expect("message", content="doubtful", timeout=5)
        reply = socket.send(room, "doubtful", key="the-key")
        assert reply["seq"] == 2
        socket.send(room, "next")
        socket.expect("message", content="next")
        assert [f for f in socket.settle() if f.get("content") == "doubtful"] == []


def test_what_is_written_after_its_sender_gave_up_is_pushed_all_the_same(proxy, ada, room):
    with ada.socket() as socket:
        socket.subscribe(room)
        proxy.inject("late", "messages", times=1)
        response, _ = try_to_say(ada, room, unique("k"), "late")
        refused(response, 504, "outcome_unknown")
        eventually(lambda: [m["content"] for m in messages(ada, room)] == ["late"], within=5)
        socket.expect("message", content="late", timeout=3)


@pytest.mark.parametrize("fault", WRITTEN + NOT_WRITTEN)
@pytest.mark.parametrize("collection", ["messages", "unsettled", "rooms", "members"])
def test_a_change_of_a_room_is_whole_after_any_fault(proxy, proxied, ada, fault, collection):
    grace = register(proxied, unique("grace"))
    room = settled_room(ada)
    proxy.inject(fault, collection, times=1)
    response = grace.call("POST", f"/rooms/{room['id']}/join")
    assert response.status_code in (200, 503, 504), response.text
    proxy.heal()
    assert grace.join(room)["role"] == "member"
    assert [m["user_id"] for m in ada.get(f"/rooms/{room['id']}/members").json()["items"]].count(grace.id) == 1
    eventually(lambda: ada.get(f"/rooms/{room['id']}").json()["member_count"] == 2)
    eventually(lambda: [r["id"] for r in grace.pages("/rooms", scope="mine")] == [room["id"]])
    wait_until_told(grace, room)


@pytest.mark.parametrize("fault", WRITTEN + NOT_WRITTEN)
def test_a_registration_is_made_once_whatever_becomes_of_the_reply(proxy, proxied, ada, fault):
    name = unique("u")
    body = {"username": name, "password": "correct horse battery"}
    proxy.inject(fault, "users", times=1)
    first = Api(proxied).call("POST", "/auth/register", json=body)
    assert first.status_code in (201, 503, 504), first.text
    proxy.heal()
    again = Api(proxied).call("POST", "/auth/register", json=body)
    assert again.status_code == (201 if first.status_code != 201 and fault in NOT_WRITTEN else 409), again.text
    Api(proxied).sign_in(name, body["password"])


def test_a_refresh_token_whose_renewal_was_lost_gives_the_same_successor(proxy, proxied, ada):
    proxy.inject("lost_reply", "session_generations", times=1)
    first = ada.call("POST", "/auth/refresh", headers={"Authorization": ""})
    proxy.heal()
    if first.status_code != 200:
        assert ada.call("POST", "/auth/refresh").status_code == 200
    assert ada.call("POST", "/auth/refresh").status_code == 200


def test_a_broken_link_is_made_anew_without_anybody_noticing_on_reads(proxy, ada, room):
    ada.say(room)
    for _ in range(5):
        proxy.cut()
        assert len(messages(ada, room)) == 1


def test_while_the_server_hangs_all_get_answers_in_time_and_afterwards_it_goes_on(proxy, proxied, ada, room):
    with ada.socket() as socket:
        socket.subscribe(room)
        proxy.hang()
        begin = time.monotonic()
        refs = [socket.post("send", room_id=room["id"], key=unique("k"), content=f"n{i}") for i in range(20)]
        for ref in refs:
            answer = socket.answer(ref, ANSWER_WITHIN)
            assert answer["type"] == "error" and answer["code"] in ("store_unavailable", "outcome_unknown")
        assert time.monotonic() - begin < ANSWER_WITHIN
        begin = time.monotonic()
        responses = [try_to_say(ada, room, unique("k")), try_to_say(ada, room, unique("k"))]
        assert all(r.status_code in (503, 504) and took < ANSWER_WITHIN for r, took in responses)
        assert Api(proxied).get("//readyz", None).status_code == 503
        proxy.flow()
        eventually(lambda: try_to_say(ada, room, "the-key")[0].status_code in (200, 201), within=15)
        eventually(lambda: Api(proxied).get("//readyz", None).status_code == 200)
        socket.expect("message", key="the-key", timeout=10)
    seqs = [m["seq"] for m in messages(ada, room)]
    assert seqs == list(range(2, 2 + len(seqs)))


def test_the_number_of_connections_is_bounded(proxy, proxied, ada, room):
    with ada.socket() as socket:
        for _ in range(3):
            refs = [socket.post("send", room_id=room["id"], key=unique("k"), content="x") for _ in range(200)]
            for ref in refs:
                socket.answer(ref)
        proxy.hang()
        for _ in range(100):
            socket.post("send", room_id=room["id"], key=unique("k"), content="x")
        time.sleep(6)
        proxy.flow()
    assert proxy.most_open <= 12 + 2, "8 readers, 4 writers, and the driver's own to watch the server"
