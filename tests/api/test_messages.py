"""Messages: both ways to send take the same path; keys, order, history."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.client import Api, json_bytes, refused, unique
from support.socket import is_entry_of

CONTENTS = {
    "one letter": "x",
    "the longest": "a" * 4000,
    "the longest, four bytes each": "🦀" * 4000,
    "white space only": " \t\n ",
    "not normalised": "e\u0301 \u212b \ufb01",
    "what HTML would eat": "<script>alert(1)</script> &amp; \"'`",
    "bidi and invisible": "\u202eabc\u202c \u200b\u200d \ufeff",
    "controls": "\u0001\u0008\u001b[31m\u007f\u0085",
    "noncharacters": "\ufffe\uffff\U0010ffff\ufdd0",
    "line ends of all sorts": "a\r\nb\rc\nd\u2028e",
    "SQL": "'); DROP TABLE entries; --",
    "escapes": "\\u0041 \\n %00 \\",
}


@pytest.fixture(params=["REST", "WebSocket"])
def say(request):
    """Sends a message one way or the other; (seq, timestamp)."""

    def by_rest(api, room, content, key=None):
        message = api.say(room, content, key, ok=None)
        return message["seq"], message["timestamp"]

    def by_socket(api, room, content, key=None):
        with api.socket() as socket:
            reply = socket.send(room, content, key)
            return reply["seq"], reply["timestamp"]

    return by_rest if request.param == "REST" else by_socket


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_content_is_kept_byte_for_byte(say, room, ada, grace, content):
    with grace.socket() as socket:
        socket.subscribe(room)
        seq, timestamp = say(ada, room, content)
        pushed = socket.next_entry(room)
    assert pushed["content"].encode() == content.encode()
    assert (pushed["seq"], pushed["timestamp"]) == (seq, timestamp)
    assert grace.page(room)["messages"][-1] == pushed


def test_a_message_is_the_same_object_sent_pushed_and_read(room, ada, grace):
    with grace.socket() as reader, ada.socket() as writer:
        reader.subscribe(room)
        writer.subscribe(room)
        sent = ada.say(room, "the same everywhere")
        assert reader.next_entry(room) == sent
        assert writer.next_entry(room) == sent, "the sender gets it too"
    assert grace.page(room)["messages"] == [sent]
    assert (sent["user_id"], sent["username"], sent["room_id"]) == (ada.id, ada.username, room["id"])


BAD_CONTENTS = [
    ("", "validation_failed"),
    ("x" * 4001, "validation_failed"),
    ("🦀" * 4001, "validation_failed"),
    ("a\u0000b", "validation_failed"),
    (None, "validation_failed"),
    (7, "validation_failed"),
    (["x"], "validation_failed"),
    ({"text": "x"}, "validation_failed"),
    (True, "validation_failed"),
]


@pytest.mark.parametrize(("content", "code"), BAD_CONTENTS)
def test_bad_content_is_refused_on_both_ways_and_nothing_changes(room, ada, content, code):
    head = ada.get(f"/rooms/{room['id']}").json()["head"]
    refused(ada.post(f"/rooms/{room['id']}/messages", json={"content": content}), 422, code, "content")
    with ada.socket() as socket:
        error = socket.refuse("send", room_id=room["id"], key=unique("k"), content=content)
        assert (error["code"], error["field"]) == (code, "content")
    assert ada.get(f"/rooms/{room['id']}").json()["head"] == head


@pytest.mark.parametrize("key", ["", "x" * 65, "~server", "with space", "ü", "a/b", "a.b", 7, None, "a\u0000"])
def test_bad_keys_are_refused_on_both_ways(room, ada, key):
    refused(
        ada.post(f"/rooms/{room['id']}/messages", json={"content": "x", "key": key}), 422, "validation_failed", "key"
    )
    with ada.socket() as socket:
        error = socket.refuse("send", room_id=room["id"], key=key, content="x")
        assert (error["code"], error["field"]) == ("validation_failed", "key")
    assert ada.page(room)["messages"] == []


@pytest.mark.parametrize("field", ["content", "key", "room_id"])
def test_a_missing_field_of_a_send_is_named(room, ada, field):
    command = {"room_id": room["id"], "key": unique("k"), "content": "x"}
    del command[field]
    with ada.socket() as socket:
        error = socket.refuse("send", **command)
        assert (error["code"], error["field"]) == ("validation_failed", field)


def test_without_a_key_the_server_makes_one(room, ada):
    first, second = (ada.post(f"/rooms/{room['id']}/messages", 201, json={"content": "twice"}).json() for _ in range(2))
    assert first["key"].startswith("~")
    assert first["key"] != second["key"]
    assert second["seq"] == first["seq"] + 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"content":"\xff"}',
        b'{"content":"\xc0\xaf"}',
        b'{"content":"\xed\xa0\x80"}',
        b'{"content":"\\ud800"}',
        b'{"content":"\\udc00x"}',
        b'{"content":"cut \xf0\x9f\xa6"}',
    ],
)
def test_text_that_is_no_unicode_is_refused(room, ada, body):
    response = ada.post(f"/rooms/{room['id']}/messages", content=body, headers={"Content-Type": "application/json"})
    refused(response, 400, "malformed_json")
    assert ada.page(room)["messages"] == []


def test_an_escaped_surrogate_pair_is_one_character(room, ada):
    body = b'{"content":"\\ud83e\\udd80"}'
    sent = ada.post(
        f"/rooms/{room['id']}/messages", 201, content=body, headers={"Content-Type": "application/json"}
    ).json()
    assert sent["content"] == "🦀"


# --- once (G3)


def test_the_same_key_again_is_the_same_message(say, room, ada):
    key = unique("k")
    first = say(ada, room, "once", key)
    assert say(ada, room, "once", key) == first
    assert say(ada, room, "with other words", key) == first
    (message,) = ada.page(room)["messages"]
    assert message["content"] == "once"


def test_a_known_key_answers_200_with_the_message_as_first_written(room, ada):
    key = unique("k")
    first = ada.say(room, "once", key)
    assert ada.say(room, "with other words", key, ok=200) == first


def test_a_key_holds_across_both_transports(room, ada):
    key = unique("k")
    first = ada.say(room, "by REST", key)
    with ada.socket() as socket:
        assert socket.send(room, "by WebSocket", key)["seq"] == first["seq"]
    other = unique("k")
    with ada.socket() as socket:
        seq = socket.send(room, "by WebSocket", other)["seq"]
    assert ada.say(room, "by REST", other, ok=200)["seq"] == seq


def test_a_key_belongs_to_its_user_and_its_room(room, ada, grace):
    key = unique("k")
    other_room = ada.create_room()
    seqs = [ada.say(room, "mine", key)["seq"], grace.say(room, "hers", key)["seq"]]
    assert seqs[0] != seqs[1]
    assert ada.say(other_room, "elsewhere", key)["content"] == "elsewhere"


def test_equal_keys_sent_at_once_become_one_message_pushed_once(room, ada, grace):
    key = unique("k")
    with grace.socket() as reader:
        reader.subscribe(room)
        with ThreadPoolExecutor(8) as pool:
            seqs = set(
                pool.map(lambda n: Api(ada.server, ada.token).say(room, f"copy {n}", key, ok=None)["seq"], range(8))
            )
        assert len(seqs) == 1
        pushed = [f for f in reader.settle() if f.get("key") == key]
    assert [f["seq"] for f in pushed] == list(seqs)
    assert len(ada.page(room)["messages"]) == 1


def test_equal_keys_in_one_burst_get_equal_replies(room, ada):
    key = unique("k")
    with ada.socket() as socket:
        refs = [socket.post("send", room_id=room["id"], key=key, content=f"copy {n}") for n in range(10)]
        answers = [socket.answer(ref) for ref in refs]
    assert len({(a["seq"], a["timestamp"]) for a in answers}) == 1
    (message,) = ada.page(room)["messages"]
    assert message["content"] == "copy 0"


def test_a_key_is_known_after_a_restart(own_server):
    from support.client import register

    ada = register(own_server, "ada")
    room = ada.create_room()
    first = ada.say(room, "once", "the-key")
    own_server.restart()
    assert ada.say(room, "once", "the-key", ok=200) == first


# --- order (G2)


def test_pipelined_sends_keep_their_order(room, ada, grace):
    with ada.socket() as writer, grace.socket() as reader:
        reader.subscribe(room)
        refs = [writer.post("send", room_id=room["id"], key=unique("k"), content=str(n)) for n in range(200)]
        seqs = [writer.answer(ref)["seq"] for ref in refs]
        assert seqs == list(range(seqs[0], seqs[0] + 200))
        pushed = reader.entries(room, 200)
    assert [f["content"] for f in pushed] == [str(n) for n in range(200)]
    assert [f["seq"] for f in pushed] == seqs


def test_the_reply_comes_before_the_push_of_the_same_entry(room, ada):
    with ada.socket() as socket:
        socket.subscribe(room)
        refs = [socket.post("send", room_id=room["id"], key=unique("k"), content="x") for _ in range(50)]
        seen, replied = [], {}
        while len(seen) < 50:
            frame = socket.next()
            if frame["type"] == "reply":
                replied[frame["ref"]] = frame["seq"]
            elif is_entry_of(room, frame):
                assert frame["seq"] in replied.values(), "pushed before its reply"
                seen.append(frame["seq"])
        assert seen == [replied[ref] for ref in refs]


def test_many_writers_at_once_make_one_log_that_all_see_alike(room, ada, grace, linus):
    linus.join(room)
    readers = [api.socket() for api in (ada, grace, linus)]
    heads = [reader.subscribe(room)["head"] for reader in readers]

    def write(api, by_rest):
        api = Api(api.server, api.token)
        if by_rest:
            return [api.say(room, f"{n}")["seq"] for n in range(30)]
        with api.socket() as socket:
            return [socket.send(room, f"{n}")["seq"] for n in range(30)]

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(write, [ada, grace, linus] * 2, [True] * 3 + [False] * 3))
    logs = [reader.entries(room, 180) for reader in readers]
    for reader in readers:
        reader.close()
    assert logs[0] == logs[1] == logs[2]
    assert [e["seq"] for e in logs[0]] == list(range(heads[0] + 1, heads[0] + 181))
    assert sorted(seq for result in results for seq in result) == [e["seq"] for e in logs[0]]
    for result in results:
        assert result == sorted(result), "one sender's messages keep their order"
    assert [e["messages"] for e in logs[0]] == list(range(1, 181))
    stamps = [e["timestamp"] for e in logs[0]]
    assert stamps == sorted(stamps)


def test_a_refused_send_fails_alone(room, ada):
    with ada.socket() as socket:
        refs = [socket.post("send", room_id=room["id"], key=unique("k"), content=c) for c in ("one", "", "two")]
        answers = [socket.answer(ref) for ref in refs]
    assert [a["type"] for a in answers] == ["reply", "error", "reply"]
    assert [m["content"] for m in ada.page(room)["messages"]] == ["one", "two"]


# --- history


@pytest.fixture
def long_room(room, ada, grace, linus):
    """25 messages with membership entries among them, so that seqs and messages differ."""
    for n in range(25):
        if n % 10 == 5:
            linus.join(room)
            ada.remove(room, linus)
        ada.say(room, f"message {n}")
    return room


def contents(page):
    return [int(m["content"].split()[1]) for m in page["messages"]]


def test_a_page_holds_the_newest_messages_oldest_first(long_room, grace):
    page = grace.page(long_room, limit=10)
    assert contents(page) == list(range(15, 25))
    assert page["has_more"] is True
    assert [m["messages"] for m in page["messages"]] == list(range(16, 26))


def test_pages_are_counted_in_messages_not_in_entries(long_room, grace):
    page = grace.page(long_room, limit=25)
    assert contents(page) == list(range(25))
    assert page["has_more"] is False
    assert page["messages"][-1]["seq"] - page["messages"][0]["seq"] > 24


@pytest.mark.parametrize("limit", [1, 7, 24, 100])
def test_going_back_by_before_meets_every_message_once(long_room, grace, limit):
    seen, before = [], {}
    while True:
        page = grace.page(long_room, limit=limit, **before)
        seen = contents(page) + seen
        if not page["has_more"]:
            break
        before = {"before": page["messages"][0]["seq"]}
    assert seen == list(range(25))


@pytest.mark.parametrize("limit", [1, 7, 24, 100])
def test_going_forward_by_after_meets_every_message_once(long_room, grace, limit):
    seen, after = [], 0
    while True:
        page = grace.page(long_room, limit=limit, after=after)
        seen += contents(page)
        if not page["has_more"]:
            break
        after = page["messages"][-1]["seq"]
    assert seen == list(range(25))


def test_the_ends_of_history_are_empty_pages(long_room, grace):
    head = grace.get(f"/rooms/{long_room['id']}").json()["head"]
    assert grace.page(long_room, after=head) == {"messages": [], "has_more": False}
    assert grace.page(long_room, after=head + 1000) == {"messages": [], "has_more": False}
    assert grace.page(long_room, before=1) == {"messages": [], "has_more": False}
    assert contents(grace.page(long_room, before=2**53))[-1] == 24


def test_an_empty_room_has_an_empty_page(ada):
    assert ada.page(ada.create_room()) == {"messages": [], "has_more": False}


def test_fifty_is_the_default(ada):
    room = ada.create_room()
    with ada.socket() as socket:
        for ref in [socket.post("send", room_id=room["id"], key=unique("k"), content=f"m {n}") for n in range(60)]:
            socket.answer(ref)
    assert contents(ada.page(room)) == list(range(10, 60))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"before": 0}, "before"),
        ({"before": -1}, "before"),
        ({"before": "x"}, "before"),
        ({"after": -1}, "after"),
        ({"after": "1.5"}, "after"),
        ({"after": ""}, "after"),
        ({"before": "9" * 30}, "before"),
        ({"before": 5, "after": 2}, None),
    ],
)
def test_bad_ranges_are_refused(room, ada, query, field):
    refused(ada.get(f"/rooms/{room['id']}/messages", None, params=query), 422, "validation_failed", field)


def test_a_parameter_given_twice_or_unknown_is_refused(room, ada):
    refused(ada.get(f"/rooms/{room['id']}/messages?limit=1&limit=2", None), 400, "bad_request", "limit")
    refused(ada.get(f"/rooms/{room['id']}/messages?befor=3", None), 422, "unknown_field", "befor")


def test_history_survives_kill_9(own_server):
    from support.client import register

    ada = register(own_server, "ada")
    room = ada.create_room()
    said = [ada.say(room, f"message {n}") for n in range(20)]
    own_server.kill()
    own_server.start()
    assert ada.page(room)["messages"] == said
    assert ada.say(room, "and on")["seq"] == said[-1]["seq"] + 1


def test_a_body_in_another_writing_is_the_same_body(room, ada):
    for body in (b' \n{ "content" : "\\u0068i" }\t', json_bytes({"content": "hi"})):
        sent = ada.post(
            f"/rooms/{room['id']}/messages",
            201,
            content=body,
            headers={"Content-Type": "application/json; charset=utf-8"},
        ).json()
        assert sent["content"] == "hi"


def test_reading_while_others_write_never_shows_a_hole(room, ada, grace):
    stop = threading.Event()
    pages = []

    def read():
        api = Api(grace.server, grace.token)
        while not stop.is_set():
            pages.append([m["seq"] for m in api.page(room, limit=100)["messages"]])

    reading = threading.Thread(target=read)
    reading.start()
    with ada.socket() as socket:
        for written in itertools.count():
            for ref in [socket.post("send", room_id=room["id"], key=unique("k"), content="x") for _ in range(40)]:
                socket.answer(ref)
            if written >= 4 and len(pages) > 3:
                break
    stop.set()
    reading.join()
    for seqs in pages:
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))) if seqs else True
