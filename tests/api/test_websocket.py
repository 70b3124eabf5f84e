"""The client protocol over /ws: the handshake, commands and their answers, typing."""

import json
import socket as sockets

import pytest
from support.client import Api, unique
from support.raw import Raw
from support.socket import Refused, Socket, handshake_status, is_entry_of

UNKNOWN = "01j9z3k6v8m2n4p6q8r0s2t4v6"


def bearer(api):
    return {"Authorization": f"Bearer {api.token}"}


# --- the handshake


def test_the_first_message_is_hello(ada):
    with ada.socket() as socket:
        assert socket.hello["user"] == ada.user
        assert socket.hello["user_head"] >= 0
        assert socket.ws.subprotocol == "parley.v1"


def test_browsers_bring_their_token_as_a_subprotocol_that_is_not_echoed(ada):
    with ada.socket(by_subprotocol=True) as socket:
        assert socket.hello["user"]["id"] == ada.id
        assert socket.ws.response.headers["Sec-WebSocket-Protocol"] == "parley.v1"
        assert ada.token not in str(socket.ws.response.headers)


def test_the_order_of_subprotocols_does_not_matter(server, ada):
    assert handshake_status(server.ws_url, [f"bearer.{ada.token}", "parley.v1"]) == 101


@pytest.mark.parametrize("token", [None, "nonsense", "a.b.c"])
def test_without_a_good_token_there_is_no_connection(server, token):
    assert handshake_status(server.ws_url, headers={"Authorization": f"Bearer {token}"} if token else None) == 401
    assert handshake_status(server.ws_url, ["parley.v1", f"bearer.{token}"] if token else ["parley.v1"]) == 401


def test_the_refresh_cookie_opens_no_connection(server, new_user):
    user = new_user()
    assert handshake_status(server.ws_url, headers={"Cookie": f"parley_refresh={user.cookie}"}) == 401


def test_a_foreign_origin_is_refused_and_the_own_is_fine(server, ada):
    assert handshake_status(server.ws_url, headers={**bearer(ada), "Origin": server.url}) == 101
    for origin in (
        "https://evil.example",
        "null",
        server.url + ".evil.example",
        server.url.replace("http:", "https:"),
        f"http://127.0.0.1:{server.port + 1}",
    ):
        assert handshake_status(server.ws_url, headers={**bearer(ada), "Origin": origin}) == 403, origin


def test_an_allowed_origin_is_fine(start_server):
    from support.client import register

    server = start_server(PARLEY_ALLOWED_ORIGINS="https://app.example.org")
    user = register(server, "ada")
    assert handshake_status(server.ws_url, headers={**bearer(user), "Origin": "https://app.example.org"}) == 101
    assert (
        handshake_status(server.ws_url, headers={**bearer(user), "Origin": "https://app.example.org.evil.example"})
        == 403
    )


def test_another_subprotocol_is_refused(server, ada):
    assert handshake_status(server.ws_url, ["parley.v2"], bearer(ada)) == 400


def plain(server, extra, method="GET", path="/ws", drop=()):
    lines = {
        "Host": f"127.0.0.1:{server.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "parley.v1",
        **extra,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if name not in drop)
    with Raw(server) as raw:
        raw.send(f"{method} {path} HTTP/1.1\r\n{head}\r\n")
        return raw.response()


def test_the_accept_key_is_the_one_of_the_rfc(server, ada):
    status, headers, _ = plain(server, bearer(ada))
    assert (status, headers["sec-websocket-accept"]) == (101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    assert (headers["upgrade"].lower(), headers["connection"].lower()) == ("websocket", "upgrade")


def test_without_the_upgrade_the_path_says_what_it_wants(server, ada):
    status, _, body = plain(server, bearer(ada), drop=("Upgrade", "Connection"))
    assert status == 426
    assert json.loads(body)["code"] == "upgrade_required"


def test_another_version_is_refused_with_the_right_one(server, ada):
    status, headers, _ = plain(server, {**bearer(ada), "Sec-WebSocket-Version": "8"})
    assert (status, headers["sec-websocket-version"]) == (426, "13")


@pytest.mark.parametrize("key", [None, "", "short", "x" * 24, "dGhlIHNhbXBsZSBub25jZQ"])
def test_a_bad_key_is_refused(server, ada, key):
    extra = bearer(ada) if key is None else {**bearer(ada), "Sec-WebSocket-Key": key}
    assert plain(server, extra, drop=("Sec-WebSocket-Key",) if key is None else ())[0] == 400


def test_another_method_is_refused(server, ada):
    assert plain(server, {**bearer(ada), "Content-Length": "0"}, method="POST")[0] in (400, 405)


# --- commands and answers


def test_every_answer_carries_its_ref(room, ada):
    with ada.socket() as socket:
        for ref in ("1", "x" * 64, "ünïcode 🦀", " "):
            assert socket.ask("ping", ref=ref)["ref"] == ref


BAD_COMMANDS = [
    ("not json", "malformed_json", None),
    ("", "malformed_json", None),
    ("{", "malformed_json", None),
    ('{"type":"ping","ref":"1"} x', "malformed_json", None),
    ("[]", "validation_failed", None),
    ("7", "validation_failed", None),
    ("null", "validation_failed", None),
    ('"ping"', "validation_failed", None),
    ('{"ref":"1"}', "validation_failed", "1"),
    ('{"type":7,"ref":"1"}', "validation_failed", "1"),
    ('{"type":"fly","ref":"1"}', "unknown_type", "1"),
    ('{"type":"hello","ref":"1"}', "unknown_type", "1"),
    ('{"type":"ping"}', "validation_failed", None),
    ('{"type":"ping","ref":7}', "validation_failed", None),
    ('{"type":"ping","ref":""}', "validation_failed", None),
    ('{"type":"ping","ref":"%s"}' % ("x" * 65), "validation_failed", None),
    ('{"type":"ping","ref":"1","extra":1}', "unknown_field", "1"),
    ('{"type":"ping","ref":"\\ud800"}', "malformed_json", None),
    ("[" * 1000, "malformed_json", None),
    ('{"type":"ping","ref":"1","a":' + "[" * 500 + "]" * 500 + "}", None, None),
    ("NaN", "malformed_json", None),
]


@pytest.mark.parametrize(("text", "code", "ref"), BAD_COMMANDS, ids=[repr(t[:40]) for t, _, _ in BAD_COMMANDS])
def test_a_bad_command_gets_a_precise_error_and_the_connection_stays(ada, text, code, ref):
    with ada.socket() as socket:
        socket.raw(text)
        error = socket.next()
        assert error["type"] == "error"
        assert code is None or error["code"] == code, error
        assert error.get("ref") == ref or code is None, error
        assert socket.ask("ping")["ok"]


@pytest.mark.parametrize(
    ("command", "field", "code"),
    [
        ({"type": "subscribe", "ref": "1"}, "room_id", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "room_id": 7}, "room_id", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "room_id": "{room}", "after": -1}, "after", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "room_id": "{room}", "after": "1"}, "after", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "room_id": "{room}", "after": 1.5}, "after", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "room_id": "{room}", "after": 1e300}, "after", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "stream": "other"}, "stream", "validation_failed"),
        ({"type": "subscribe", "ref": "1", "stream": "user", "room_id": "{room}"}, None, "validation_failed"),
        ({"type": "subscribe", "ref": "1", "room_id": "{room}", "befor": 1}, "befor", "unknown_field"),
        ({"type": "unsubscribe", "ref": "1"}, "room_id", "validation_failed"),
        ({"type": "auth", "ref": "1"}, "token", "validation_failed"),
        ({"type": "typing", "ref": "1", "room_id": "{room}"}, "ref", "unknown_field"),
        (
            {"type": "send", "ref": "1", "room_id": "{room}", "key": "k", "content": "x", "user_id": "y"},
            "user_id",
            "unknown_field",
        ),
    ],
)
def test_bad_fields_of_commands_are_named(room, ada, command, field, code):
    command = {k: room["id"] if v == "{room}" else v for k, v in command.items()}
    with ada.socket() as socket:
        socket.raw(json.dumps(command))
        error = socket.expect("error")
        assert error["code"] == code, error
        assert field is None or error["field"] == field, error
    assert ada.page(room)["messages"] == []


@pytest.mark.parametrize("room_id", [UNKNOWN, "nonsense", "", "x" * 1000])
def test_rooms_that_do_not_exist_are_not_found(ada, room_id):
    with ada.socket() as socket:
        for command in ({"type": "subscribe"}, {"type": "send", "key": "k", "content": "x"}):
            code = socket.refuse(room_id=room_id, **command)["code"]
            assert code == "not_found" or (code == "validation_failed" and room_id != UNKNOWN)


def test_a_private_room_looks_absent_over_the_socket_too(private_room, linus):
    with linus.socket() as socket:
        for command in (
            {"type": "subscribe"},
            {"type": "subscribe", "after": 0},
            {"type": "send", "key": unique("k"), "content": "x"},
        ):
            there = socket.refuse(room_id=private_room["id"], **command)
            nowhere = socket.refuse(room_id=UNKNOWN, **command)
            assert there["code"] == nowhere["code"] == "not_found"
            assert there["message"].replace(private_room["id"], "") == nowhere["message"].replace(UNKNOWN, "")


def test_a_public_room_is_followed_only_by_members(room, linus):
    with linus.socket() as socket:
        assert socket.refuse("subscribe", room_id=room["id"])["code"] == "forbidden"
        assert socket.refuse("subscribe", room_id=room["id"], after=0)["code"] == "forbidden"
        assert socket.refuse("send", room_id=room["id"], key=unique("k"), content="x")["code"] == "forbidden"


def test_a_member_need_not_follow_a_room_to_write_there(room, grace):
    with grace.socket() as socket:
        seq = socket.send(room, "from afar")["seq"]
        assert [f for f in socket.settle() if is_entry_of(room, f)] == []
    assert grace.page(room)["messages"][-1]["seq"] == seq


def test_after_unsubscribing_nothing_comes(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        ada.say(room, "heard")
        assert socket.next_entry(room)["content"] == "heard"
        socket.ask("unsubscribe", room_id=room["id"])
        ada.say(room, "unheard")
        assert [f for f in socket.settle() if is_entry_of(room, f)] == []
        socket.ask("unsubscribe", room_id=room["id"])


def test_subscribing_twice_delivers_once(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        socket.subscribe(room)
        sent = ada.say(room, "once")
        assert [f for f in socket.settle() if "content" in f] == [sent]


def test_the_head_in_the_reply_is_where_the_live_entries_begin(room, ada, grace):
    said = ada.say(room, "before")
    with grace.socket() as socket:
        assert socket.subscribe(room)["head"] == said["seq"]
        assert ada.say(room, "after")["seq"] == said["seq"] + 1
        assert socket.next_entry(room)["seq"] == said["seq"] + 1


def test_one_connection_serves_many_rooms(ada, grace):
    rooms = [ada.create_room() for _ in range(30)]
    for room in rooms:
        grace.join(room)
    with grace.socket() as socket:
        for room in rooms:
            socket.subscribe(room)
        said = [ada.say(room, f"in {room['name']}") for room in rooms]
        assert [socket.next_entry(room) for room in rooms] == said


def test_commands_before_an_answer_are_answered_all(room, ada):
    with ada.socket() as socket:
        refs = [socket.post("ping") for _ in range(500)]
        assert [socket.next()["ref"] for _ in refs] == refs


# --- typing


def test_typing_is_shown_to_the_others_and_not_to_oneself(room, ada, grace):
    with ada.socket() as writer, grace.socket() as reader:
        writer.subscribe(room)
        reader.subscribe(room)
        writer.raw(json.dumps({"type": "typing", "room_id": room["id"]}))
        frame = reader.expect("typing", room_id=room["id"])
        assert (frame["user_id"], frame["username"]) == (ada.id, ada.username)
        assert [f for f in writer.settle() if f["type"] == "typing"] == []


def test_typing_where_one_is_no_member_is_refused(room, private_room, grace, linus):
    with linus.socket() as stranger, grace.socket() as reader:
        reader.subscribe(room)
        stranger.raw(json.dumps({"type": "typing", "room_id": room["id"]}))
        assert stranger.expect("error")["code"] == "forbidden"
        stranger.raw(json.dumps({"type": "typing", "room_id": private_room["id"]}))
        assert stranger.expect("error")["code"] == "not_found"
        assert [f for f in reader.settle() if f["type"] == "typing"] == []


def test_typing_leaves_no_entry(room, ada, grace):
    head = ada.get(f"/rooms/{room['id']}").json()["head"]
    with ada.socket() as socket:
        for _ in range(5):
            socket.raw(json.dumps({"type": "typing", "room_id": room["id"]}))
        socket.ask("ping")
    assert ada.get(f"/rooms/{room['id']}").json()["head"] == head


# --- connections


def test_a_connection_that_is_cut_harms_nobody(room, ada, grace):
    with grace.socket() as reader:
        reader.subscribe(room)
        for _ in range(20):
            cut = Socket(ada.server.ws_url, ada.token)
            cut.subscribe(room)
            cut.ws.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            cut.ws.socket.shutdown(sockets.SHUT_RDWR)
        ada.say(room, "still here")
        assert reader.expect("message")["content"] == "still here"


def test_what_was_sent_before_the_connection_was_cut_is_stored_once_or_not_at_all(room, ada):
    keys = [unique("k") for _ in range(20)]
    socket = ada.socket()
    for key in keys:
        socket.post("send", room_id=room["id"], key=key, content=key)
    socket.ws.socket.shutdown(sockets.SHUT_RDWR)
    for key in keys:
        ada.say(room, key, key, ok=None)
    stored = [m["content"] for m in ada.page(room)["messages"]]
    assert stored == keys


def test_a_bot_writes_in_a_loop(server, room, ada):
    """The simplest client: one command, wait for the answer, again."""
    with Socket(server.ws_url, ada.personal_token()["token"]) as socket:
        seqs = [socket.send(room, str(n))["seq"] for n in range(100)]
    assert seqs == list(range(seqs[0], seqs[0] + 100))


def test_a_stale_token_is_refused_at_the_next_handshake(server, new_user):
    user = new_user()
    user.post("/auth/logout", 204)
    assert handshake_status(server.ws_url, headers=bearer(user)) == 401


def test_an_error_is_not_a_reply(room, linus):
    with linus.socket() as socket, pytest.raises(Refused):
        socket.send(room, "x")


def test_http_on_the_same_port_is_unharmed(server):
    assert Api(server).get("//healthz").status_code == 200
