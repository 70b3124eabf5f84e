"""The configuration that is shipped, as far as it can be judged without the product: nginx takes it, and it is what it should be."""

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


@pytest.mark.parametrize("status", [None, 503])
def test_what_may_be_repeated_goes_to_another_instance(before, status):
    client, instances = before(status, 200)
    assert [client.get("/api/v1/rooms").status_code for _ in range(4)] == [200] * 4
    assert instances[0].seen, "the failing one was never asked: this proves nothing"


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


def test_when_all_say_503_that_is_told_and_seconds_later_they_are_asked_again(before):
    client, instances = before(503, 503)
    assert client.get("/readyz").status_code == 503
    assert {client.get("/readyz").status_code for _ in range(30)} <= {503, 504}
    for instance in instances:
        instance.status = 200
    deadline = time.monotonic() + 5
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline, "nginx has given them up"
        time.sleep(0.1)


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
