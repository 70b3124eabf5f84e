"""HTTP, byte by byte: lengths that lie, headers that do not end, requests that trickle."""

import contextlib
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.client import Api, unique
from support.contract import check_problem
from support.raw import Raw
from support.waiting import eventually


def request(raw, head, body=b""):
    raw.send(head.replace("\n", "\r\n").format(host=raw.host).encode() + b"\r\n\r\n" + body)


def problem(raw, status, code=None):
    """The answer is this problem; returns it."""
    seen, headers, body = raw.response()
    assert seen == status, (seen, body)
    told = check_problem(seen, headers, body)
    assert code is None or told["code"] == code, told
    return told


GET = "GET /api/v1/server HTTP/1.1\nHost: {host}"
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 5\nContent-Length: 6",
        "Content-Length: 5\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: 5, 6",
        "Content-Length: -1",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: five",
        "Content-Length: 99999999999999999999999",
        "Content-Length: ",
        "Content-Length: 5\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\nContent-Length: 5",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Content-Length : 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: \x0bchunked",
    ],
)
def test_lengths_that_are_wrong_doubled_or_conflicting_are_refused_and_the_connection_closed(server, lengths):
    with Raw(server) as raw:
        request(
            raw,
            f"POST /api/v1/auth/login HTTP/1.1\nHost: {{host}}\nContent-Type: application/json\n{lengths}",
            b"0\r\n\r\n" + SMUGGLED,
        )
        status, headers, body = raw.response()
        assert status in (400, 413, 501) if "99999" in lengths or "gzip" in lengths else status == 400, (status, body)
        check_problem(status, headers, body) if status != 501 else None
        rest = raw.buffer
        assert raw.ends()
        assert b"HTTP/1.1" not in rest, "what followed was taken for a request"


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhelloXX0\r\n\r\n",
        b"ffffffffffffffffff\r\nx\r\n0\r\n\r\n",
        b"5;" + b"x" * 100000 + b"\r\nhello\r\n0\r\n\r\n",
    ],
)
def test_broken_chunks_are_refused_and_the_connection_closed(server, chunks):
    with Raw(server) as raw:
        request(
            raw,
            "POST /api/v1/auth/login HTTP/1.1\nHost: {host}\nContent-Type: application/json\nTransfer-Encoding: chunked",
            chunks + SMUGGLED,
        )
        status, headers, body = raw.response()
        assert status in (400, 413, 431), (status, body)
        check_problem(status, headers, body)
        assert raw.ends()


def test_a_well_formed_chunked_body_is_fine(server, ada):
    body = json.dumps({"name": unique("chunked"), "visibility": "private"}).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i : i + 1]) for i in range(len(body))) + b"0\r\n\r\n"
    with Raw(server) as raw:
        head = f"POST /api/v1/rooms HTTP/1.1\nHost: {{host}}\nAuthorization: Bearer {ada.token}\nContent-Type: application/json\nTransfer-Encoding: chunked"
        raw.send(head.replace("\n", "\r\n").format(host=raw.host).encode() + b"\r\n\r\n" + chunks)
        assert raw.response()[0] == 201


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "GET",
        "GET /",
        "GET / HTTP/9.9",
        "GET / HTTP/1.1 extra",
        "GET /api/v1/ser ver HTTP/1.1\nHost: {host}",
        "GET http:// HTTP/1.1\nHost: {host}",
        GET + "\nBad Header: x",
        GET + "\n: empty",
        GET + "\nNoColon",
        GET + "\nX: a\x00b",
        GET + "\n folded: x",
        GET + "\nX: y\n continued",
        "\x16\x03\x01\x02\x00\x01\x00\x01",
    ],
)
def test_what_is_no_http_is_refused_and_the_connection_closed(server, text):
    with Raw(server) as raw:
        request(raw, text)
        try:
            status, _headers, _body = raw.response()
        except (EOFError, ConnectionError):
            return  # closed without a word: fine for what is no HTTP at all
        assert status in (400, 404, 505), status
        assert raw.ends() or status == 404


@pytest.mark.parametrize("head", ["GET /api/v1/server HTTP/1.1", "GET /api/v1/server HTTP/1.1\nHost: a\nHost: b"])
def test_a_request_names_its_host_once(server, head):
    with Raw(server) as raw:
        request(raw, head)
        problem(raw, 400, "bad_request")


def test_a_header_that_is_too_large_is_refused(server):
    for extra in ("X: " + "x" * 100_000, "\n".join(f"X-{n}: {'y' * 100}" for n in range(1000))):
        with Raw(server) as raw:
            request(raw, GET + "\n" + extra)
            problem(raw, 431, "header_too_large")
            assert raw.ends()


def test_a_header_without_an_end_is_refused_as_soon_as_it_is_too_large(server):
    with Raw(server) as raw:
        raw.send(b"GET /api/v1/server HTTP/1.1\r\n")
        try:
            for _ in range(3000):
                raw.send(b"X: " + b"x" * 1000 + b"\r\n")
        except OSError:
            pass
        assert raw.ends()


def test_a_url_that_is_too_long_is_refused(server):
    for path in ("/api/v1/server?" + "x" * 100_000, "/" + "y" * 100_000):
        with Raw(server) as raw:
            request(raw, f"GET {path} HTTP/1.1\nHost: {{host}}")
            problem(raw, 414, "uri_too_long")
            assert raw.ends()


def test_urls_and_headers_of_usual_length_are_fine(server, ada):
    assert ada.get("/users", params={"ids": ",".join([ada.id] * 100)}).status_code == 200
    assert Api(server).get("/server", headers={"X-Long": "x" * 4000}).status_code == 200


def test_a_declared_body_that_is_too_large_is_refused_before_it_comes(server, ada):
    with Raw(server) as raw:
        request(
            raw,
            f"POST /api/v1/rooms HTTP/1.1\nHost: {{host}}\nAuthorization: Bearer {ada.token}\nContent-Type: application/json\nContent-Length: 1000000000",
        )
        problem(raw, 413, "body_too_large")
        assert raw.ends()


def test_a_chunked_body_is_refused_once_it_is_too_large(server, ada):
    with Raw(server) as raw:
        request(
            raw,
            f"POST /api/v1/rooms HTTP/1.1\nHost: {{host}}\nAuthorization: Bearer {ada.token}\nContent-Type: application/json\nTransfer-Encoding: chunked",
        )
        try:
            for _ in range(100):
                raw.send(b"10000\r\n" + b" " * 65536 + b"\r\n")
        except OSError:
            pass
        with contextlib.suppress(ConnectionError):  # it may be reset by what was still on its way
            problem(raw, 413, "body_too_large")
        assert raw.ends()


def test_expect_100_is_answered_before_the_body_or_refused(server, ada):
    body = json.dumps({"name": unique("expect"), "visibility": "private"}).encode()
    with Raw(server) as raw:
        request(
            raw,
            f"POST /api/v1/rooms HTTP/1.1\nHost: {{host}}\nAuthorization: Bearer {ada.token}\nContent-Type: application/json\nContent-Length: {len(body)}\nExpect: 100-continue",
        )
        time.sleep(0.3)
        raw.send(body)
        status = raw.response()[0]
        assert status in (100, 201, 417)
        if status == 100:
            assert raw.response()[0] == 201


@pytest.mark.slow
def test_requests_that_trickle_in_are_timed_out(server, ada):
    """A byte every second or nothing at all: within a minute each is told 408, or closed where it had not begun."""

    def trickle(lines):
        with Raw(server, timeout=2) as raw:
            begin, data = time.monotonic(), lines.replace("\n", "\r\n").format(host=raw.host).encode()
            answer = b""
            for n in range(75):
                try:
                    if n < len(data):
                        raw.send(data[n : n + 1])
                    raw.sock.settimeout(1)
                    more = raw.sock.recv(65536)
                    if not more:
                        break
                    answer += more
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            return time.monotonic() - begin, answer

    def logged():
        return [line for line in server.log.splitlines() if "code=request_timeout" in line.split()]

    before = len(logged())
    head = f"POST /api/v1/rooms HTTP/1.1\nHost: {{host}}\nAuthorization: Bearer {ada.token}\nContent-Type: application/json\nContent-Length: 500\n\n"
    with ThreadPoolExecutor(4) as pool:
        header = pool.submit(trickle, "GET /api/v1/server HTTP/1.1\nX: " + "x" * 100)
        nothing = pool.submit(trickle, "")
        stalled_body = pool.submit(stalled, server, head)
        slow_body = pool.submit(stalled, server, head, True)
    told = []
    for future in (header, stalled_body, slow_body):
        seconds, answer = future.result()
        assert seconds < 70
        assert answer.startswith(b"HTTP/1.1 408 "), answer[:200]
        assert b'"request_timeout"' in answer
        told.append(json.loads(answer.split(b"\r\n\r\n", 1)[1])["request_id"])
    seconds, answer = nothing.result()
    assert seconds < 75
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")
    lines = eventually(lambda: logged()[before:])
    assert len(lines) == len(told) + (answer != b""), lines
    for request_id in told:
        assert len([line for line in lines if f"request={request_id}" in line.split()]) == 1, (request_id, lines)


def stalled(server, head, drip=False):
    """A whole header and a body that stops, or drips."""
    with Raw(server, timeout=1) as raw:
        begin, answer = time.monotonic(), b""
        raw.send(head.replace("\n", "\r\n").format(host=raw.host))
        while time.monotonic() - begin < 75:
            try:
                if drip:
                    raw.send(b" ")
                more = raw.sock.recv(65536)
                if not more:
                    break
                answer += more
            except TimeoutError:
                continue
            except ConnectionError:
                break
        return time.monotonic() - begin, answer


def test_many_idle_connections_keep_nobody_out(server):
    idle = [Raw(server) for _ in range(300)]
    assert Api(server).get("/server").status_code == 200
    for raw in idle:
        raw.close()


def test_a_connection_is_kept_for_the_next_request(server):
    with Raw(server) as raw:
        for _ in range(3):
            request(raw, GET)
            assert raw.response()[0] == 200


def test_pipelined_requests_are_answered_in_order(server, ada):
    with Raw(server) as raw:
        one = f"GET /api/v1/auth/me HTTP/1.1\r\nHost: {raw.host}\r\nAuthorization: Bearer {ada.token}\r\n\r\n"
        two = f"GET /api/v1/server HTTP/1.1\r\nHost: {raw.host}\r\n\r\n"
        raw.send(one + two + one)
        names = [sorted(json.loads(raw.response()[2]))[0] for _ in range(3)]
    assert names == ["created_at", "limits", "created_at"]


def test_http_1_0_and_connection_close_are_closed_after_the_answer(server):
    for head in ("GET /api/v1/server HTTP/1.0\nHost: {host}", GET + "\nConnection: close"):
        with Raw(server) as raw:
            request(raw, head)
            assert raw.response()[0] == 200
            assert raw.ends(3)


def test_a_client_that_hangs_up_in_the_middle_harms_nobody(server, ada):
    for _ in range(20):
        with Raw(server) as raw:
            raw.send(f"POST /api/v1/rooms HTTP/1.1\r\nHost: {raw.host}\r\nContent-Length: 100\r\n\r\nhalf")
            raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert ada.get("/auth/me").status_code == 200
