"""Every refusal of a request stands in the log, at the level that is usual: once, with its code and its request's id."""

import pytest
from support import reporting
from support.client import register
from support.contract import check_problem
from support.raw import Raw
from support.server import Server
from support.waiting import eventually

POST = "POST /api/v1/rooms HTTP/1.1\nHost: {host}\nAuthorization: Bearer {token}\nContent-Type: application/json"
LOGIN = "POST /api/v1/auth/login HTTP/1.1\nHost: {host}\nContent-Type: application/json"
WRONG = '{{"username":"ada","password":"wrong wrong"}}'
BODY = '{{"name":"","visibility":"public"}}'
WEBSOCKET = "GET /ws HTTP/1.1\nHost: {host}\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Protocol: parley.v1"
REFUSALS = [
    (400, "bad_request", "nonsense\n\n"),
    (400, "bad_request", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n"),  # TLS
    (400, "bad_request", "GET /api/v1/server HTTP/9.9\nHost: {host}\n\n"),
    (400, "bad_request", "GET /api/v1/server HTTP/1.1\n\n"),
    (400, "bad_request", "GET /api/v1/server?%zz HTTP/1.1\nHost: {host}\n\n"),
    (400, "bad_request", "GET /api/v1/server?a=1&a=2 HTTP/1.1\nHost: {host}\n\n"),
    (400, "bad_request", POST + "\nContent-Length: 5\nContent-Length: 6\n\n"),
    (400, "bad_request", POST + "\nContent-Length: 5\nTransfer-Encoding: chunked\n\n"),
    (400, "bad_request", POST + "\nTransfer-Encoding: chunked\n\nzz\n"),
    (400, "malformed_json", POST + "\nContent-Length: 1\n\n["),
    (401, "unauthorized", "GET /api/v1/rooms HTTP/1.1\nHost: {host}\n\n"),
    (401, "unauthorized", "GET /api/v1/rooms HTTP/1.1\nHost: {host}\nAuthorization: Bearer x\n\n"),
    (403, "origin_not_allowed", POST + "\nOrigin: https://evil.example\nContent-Length: 2\n\n{{}}"),
    (403, "forbidden", "GET /api/v1/admin/users HTTP/1.1\nHost: {host}\nAuthorization: Bearer {token}\n\n"),
    (404, "not_found", "GET /api/v1/nothing HTTP/1.1\nHost: {host}\n\n"),
    (404, "not_found", "GET /api/v1/rooms/x HTTP/1.1\nHost: {host}\nAuthorization: Bearer {token}\n\n"),
    (405, "method_not_allowed", "PUT /api/v1/rooms HTTP/1.1\nHost: {host}\nContent-Length: 0\n\n"),
    (405, "method_not_allowed", "BREW /api/v1/rooms HTTP/1.1\nHost: {host}\n\n"),
    (413, "body_too_large", POST + "\nContent-Length: 1000000000\n\n"),
    (413, "body_too_large", POST + "\nTransfer-Encoding: chunked\n\n1000000\n"),
    (414, "uri_too_long", "GET /" + "y" * 100_000 + " HTTP/1.1\nHost: {host}\n\n"),
    (415, "unsupported_media_type", POST.replace("application/json", "text/plain") + "\nContent-Length: 2\n\n{{}}"),
    (422, "validation_failed", POST + f"\nContent-Length: {len(BODY) - 2}\n\n{BODY}"),
    (422, "unknown_field", "GET /api/v1/server?surprise=1 HTTP/1.1\nHost: {host}\n\n"),
    (400, "bad_request", WEBSOCKET + "\nSec-WebSocket-Key: x\n\n"),
    (401, "unauthorized", WEBSOCKET + "\n" + KEY + "\n\n"),
    (422, "unknown_field", WEBSOCKET.replace("/ws", "/ws?token=x") + "\n" + KEY + "\n\n"),
    (426, "upgrade_required", "GET /ws HTTP/1.1\nHost: {host}\n\n"),
    (431, "header_too_large", "GET /api/v1/server HTTP/1.1\nHost: {host}\nX: " + "x" * 100_000 + "\n\n"),
]


@pytest.fixture(scope="module")
def quiet():
    """(a server on which nothing else happens, the token of somebody who is no admin)"""
    server = reporting.watch(Server())
    try:
        server.start()
        register(server, "the-admin")
        yield server, register(server, "ada").token
    finally:
        server.dispose()
        reporting.forget(server)


def ask(server, text, token):
    """The refusal of a request."""
    with Raw(server) as raw:
        raw.send(text.format(host=raw.host, token=token).replace("\n", "\r\n"))
        status, headers, body = raw.response()
    return check_problem(status, headers, body)


def lines_since(server, mark):
    """What the log got since it was so long; a later request's line tells that nothing is still to come."""
    later = ask(server, "GET /api/v1/later HTTP/1.1\nHost: {host}\n\n", "")["request_id"]
    *lines, _ = eventually(lambda: (lines := server.log[mark:].splitlines()) and later in lines[-1] and lines)
    return lines


@pytest.mark.parametrize(
    ("status", "code", "text"), [pytest.param(*case, id=f"{case[1]}-{n}") for n, case in enumerate(REFUSALS)]
)
def test_a_refusal_gives_one_line_that_names_its_code(quiet, status, code, text):
    server, token = quiet
    mark = len(server.log)
    problem = ask(server, text, token)
    assert (problem["status"], problem["code"]) == (status, code), problem
    lines = lines_since(server, mark)
    assert len(lines) == 1, lines
    assert f"code={code}" in lines[0].split()
    assert f"request={problem['request_id']}" in lines[0].split()


def test_a_wrong_password_gives_one_line_too(quiet):
    server, token = quiet
    mark = len(server.log)
    assert ask(server, LOGIN + f"\nContent-Length: {len(WRONG) - 2}\n\n{WRONG}", token)["code"] == "invalid_credentials"
    assert len(lines_since(server, mark)) == 1


def test_what_is_let_through_gives_none(quiet):
    server, _ = quiet
    mark = len(server.log)
    with Raw(server) as raw:
        raw.send(f"GET /api/v1/server HTTP/1.1\r\nHost: {raw.host}\r\n\r\n")
        assert raw.response()[0] == 200
    assert lines_since(server, mark) == []
