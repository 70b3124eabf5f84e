"""The configuration that is shipped, as far as it can be judged without the product: nginx takes it, and it is what it should be."""

import http.client
import socket
import time

import pytest
from support import contract, nginx
from support.server import free_port


def test_nginx_takes_what_is_shipped(folder):
    nginx.render(folder, free_port(), [8001, 8002, 8003])
    run = nginx.tried(folder)
    assert run.returncode == 0, run.stderr
    assert "warn" not in run.stderr, run.stderr


def test_a_fault_in_the_configuration_would_be_seen(folder):
    nginx.render(folder, free_port(), [8001])
    with (folder / "parley/server.conf").open("a") as file:
        file.write("proxy_pas http://parley;\n")
    assert nginx.tried(folder).returncode != 0


def test_the_client_is_told_by_the_forwarded_headers(before):
    client, (instance,) = before(200)
    client.get(
        "/healthz", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Request-Id": "mine"}
    )
    headers = instance.seen[0][2]
    assert headers["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http", "a client's word is not nginx's"
    assert headers["X-Request-Id"] != "mine"
    assert headers["Host"] == client.base_url.netloc.decode()
    assert "Upgrade" not in headers


FRONT, CLIENT = "127.0.0.1", "203.0.113.9"


def forwarded(headers):
    return headers["X-Forwarded-For"].split(", ")[-1], headers["X-Forwarded-Proto"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("addresses", [CLIENT, "2001:db8::9", f"198.51.100.1, {CLIENT}", FRONT])
def test_what_speaks_tls_in_front_tells_who_came_and_how(before, scheme, addresses):
    client, (instance,) = before(200, front=FRONT)
    client.get("/healthz", headers={"X-Forwarded-For": addresses, "X-Forwarded-Proto": scheme})
    assert forwarded(instance.seen[0][2]) == (addresses.split(", ")[-1], scheme), (
        "of several, the last is the front's word"
    )


def test_of_two_in_front_of_one_another_the_outer_ones_client_counts(before):
    client, (instance,) = before(200, front="127.0.0.1; set_real_ip_from 192.0.2.0/24")
    client.get("/healthz", headers={"X-Forwarded-For": f"{CLIENT}, 192.0.2.7", "X-Forwarded-Proto": "https"})
    assert forwarded(instance.seen[0][2]) == (CLIENT, "https")


@pytest.mark.parametrize("claimed", ["https", "x>https", "http, https"])
def test_who_comes_past_the_front_is_believed_nothing(before, claimed):
    client, (instance,) = before(200, front="127.0.0.2")
    client.get("/healthz", headers={"X-Forwarded-For": CLIENT, "X-Forwarded-Proto": claimed})
    assert forwarded(instance.seen[0][2]) == ("127.0.0.1", "http")


def test_a_front_that_names_no_client_is_one(before):
    client, (instance,) = before(200, front=FRONT)
    client.get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert forwarded(instance.seen[0][2]) == (FRONT, "http")


def test_a_flood_behind_a_front_is_its_clients_alone(before):
    client, _ = before(200, front=FRONT)

    def post(address):
        return client.post("/api/v1/auth/login", content=b"{}", headers={"X-Forwarded-For": address})

    answers = {post(CLIENT).status_code for _ in range(400)}
    assert 429 in answers, "nothing was limited"
    assert post("203.0.113.10").status_code == 200


def test_what_nginx_answers_to_who_came_by_a_fronts_tls_says_so(before):
    client, _ = before(200, front=FRONT)
    for scheme, told in (("https", "max-age=31536000"), ("http", None)):
        headers = {"X-Forwarded-For": CLIENT, "X-Forwarded-Proto": scheme}
        refusal = client.post("/api/v1/rooms", content=b"x" * (2 << 20), headers=headers)
        assert (refusal.status_code, refusal.headers.get("Strict-Transport-Security")) == (413, told)


def test_only_an_upgrade_to_websocket_is_passed_on(before):
    client, (instance,) = before(200)
    client.get("/ws", headers={"Connection": "Upgrade", "Upgrade": "h2c"})
    client.get("/ws", headers={"Connection": "Upgrade", "Upgrade": "WebSocket"})
    first, second = (headers for _, _, headers in instance.seen)
    assert "Upgrade" not in first
    assert (second["Upgrade"], second["Connection"]) == ("websocket", "upgrade")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("status", [None, 503])
def test_what_may_have_been_done_is_never_repeated(before, method, status):
    client, instances = before(status, status)
    answer = client.request(method, "/api/v1/rooms", json={})
    assert sum(len(i.seen) for i in instances) == 1
    assert answer.status_code == (status or 504)


def test_what_may_be_repeated_goes_to_another_instance(before):
    client, instances = before(None, 200)
    assert [client.get("/api/v1/rooms").status_code for _ in range(4)] == [200] * 4
    assert instances[0].seen, "the failing one was never asked: this proves nothing"


def seconds(ask):
    since = time.monotonic()
    assert ask().status_code == 200
    return time.monotonic() - since


def test_one_that_hangs_holds_three_requests_up_and_gets_no_more(before):
    client, (hung, _) = before(200, 200, edit=nginx.hurried)
    hung.delay = 10
    took = [seconds(lambda: client.get("/healthz")) for _ in range(20)]
    held_up = [one for one in took if one > 0.9]
    assert len(held_up) == 3, took
    assert max(held_up) < 2.2, "it is not the other one that answers"


def test_what_hangs_and_may_have_been_done_is_told_so_in_the_time_of_one_answer(before):
    client, (hung, other) = before(200, 200, edit=nginx.hurried)
    hung.delay = other.delay = 10
    since = time.monotonic()
    answer = client.post("/api/v1/rooms", json={})
    assert (answer.status_code, answer.json()["code"]) == (504, "outcome_unknown")
    assert time.monotonic() - since < 2
    assert len(hung.seen) + len(other.seen) == 1


@pytest.mark.parametrize("path", ["auth/login", "auth/register", "auth/password", "auth/password-reset"])
def test_a_password_is_waited_for_longer_than_another_answer(before, path):
    client, (instance,) = before(200, edit=nginx.hurried)
    instance.delay = 1.6
    assert client.post("/api/v1/rooms", json={}).status_code == 504
    assert client.post(f"/api/v1/{path}", json={}).status_code == 200


def test_an_instance_that_is_down_costs_nobody_anything(before):
    client, instances = before(200, 200)
    instances[0].shutdown()
    instances[0].server_close()
    assert {client.post("/api/v1/rooms", json={}).status_code for _ in range(20)} == {200}
    assert len(instances[1].seen) == 20


def test_when_all_are_down_the_answer_is_one_of_the_contract(before):
    client, (instance,) = before(None)
    answer = client.post("/api/v1/rooms", json={})
    problem = contract.check_problem(answer.status_code, answer.headers, answer.content)
    assert (answer.status_code, problem["code"]) == (504, "outcome_unknown")
    assert len(instance.seen) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PATCH"])
def test_what_says_503_has_answered_and_is_asked_on(before, method):
    client, instances = before(503, 503, 503)
    assert [client.request(method, "/api/v1/rooms").status_code for _ in range(50)] == [503] * 50
    assert sum(len(instance.seen) for instance in instances) == 50, "nothing is asked twice"
    for instance in instances:
        instance.status = 200
    assert client.get("/healthz").status_code == 200


def test_a_flood_is_told_so_in_the_contracts_words(before):
    client, _ = before(200)
    answers = [client.post("/api/v1/auth/login", content=b"{}") for _ in range(400)]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert len(limited) > 50, "nothing was limited"
    problem = contract.check_problem(429, limited[0].headers, limited[0].content)
    assert problem["code"] == "rate_limited"


def test_a_body_past_what_nginx_takes_is_refused_in_the_contracts_words(before):
    client, (instance,) = before(200)
    answer = client.post("/api/v1/rooms", content=b"x" * (2 << 20))
    problem = contract.check_problem(answer.status_code, answer.headers, answer.content)
    assert (answer.status_code, problem["code"]) == (413, "body_too_large")
    assert not instance.seen


def answer_to(client, request):
    """What nginx says to these bytes: (status, headers, the problem that the contract knows)."""
    with socket.create_connection((client.base_url.host, client.base_url.port), 10) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, contract.check_problem(answer.status, headers, answer.read())


@pytest.mark.parametrize(
    ("request_line", "header", "status", "code"),
    [
        pytest.param("nonsense", "", 400, "bad_request", id="no request"),
        pytest.param("GET /%zz HTTP/1.1", "Host: parley", 400, "bad_request", id="no path"),
        pytest.param("GET / HTTP/1.1", "", 400, "bad_request", id="no host"),
        pytest.param("POST / HTTP/1.1", "Host: parley\r\nContent-Length: x", 400, "bad_request", id="no length"),
        pytest.param("POST / HTTP/1.1", "Host: parley\r\nTransfer-Encoding: br", 400, "bad_request", id="coding"),
        pytest.param("GET / HTTP/3.0", "Host: parley", 400, "bad_request", id="version"),
        pytest.param("TRACE / HTTP/1.1", "Host: parley", 405, "method_not_allowed", id="method"),
        pytest.param(f"GET /{'a' * 40000} HTTP/1.1", "Host: parley", 414, "uri_too_long", id="long URL"),
        pytest.param("GET / HTTP/1.1", f"A: {'a' * 40000}", 431, "header_too_large", id="long field"),
        pytest.param("GET / HTTP/1.1", "A: b\r\n" * 5000 + "C: d", 431, "header_too_large", id="long header"),
    ],
)
def test_what_nginx_passes_to_nobody_is_refused_in_the_contracts_words(before, request_line, header, status, code):
    client, (instance,) = before(200)
    seen = answer_to(client, f"{request_line}\r\n{header}\r\n\r\n".encode())
    assert (seen[0], seen[2]["code"]) == (status, code)
    assert ("allow" in seen[1]) == (status == 405)
    assert not instance.seen


def test_a_fault_of_nginx_itself_is_told_in_the_contracts_words(before):
    client, _ = before(200, edit=lambda text: text + "location = /fault { return 500; }\n")
    answer = client.get("/fault")
    problem = contract.check_problem(answer.status_code, answer.headers, answer.content)
    assert (answer.status_code, problem["code"]) == (500, "internal_error")
