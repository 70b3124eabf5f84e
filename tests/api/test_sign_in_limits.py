"""Sign-in attempts are limited per account and address; the server stays responsive while a hundred people sign in."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.client import PASSWORD, Api, refused, register
from support.server import instrumented

times_matter = pytest.mark.skipif(instrumented(), reason="times and sizes mean nothing under sanitizers")


def try_in(server, username, password="wrong password 1", address=None):
    headers = {"X-Forwarded-For": address} if address else {}
    return Api(server).post("/auth/login", json={"username": username, "password": password}, headers=headers)


@pytest.fixture
def limited(start_server):
    server = start_server(PARLEY_LIMIT_SIGN_IN="5", PARLEY_TRUSTED_PROXIES="127.0.0.1")
    register(server, "ada")
    register(server, "grace")
    return server


def test_after_too_many_failures_that_account_is_refused_from_that_address(limited):
    for _ in range(5):
        refused(try_in(limited, "ada", address="192.0.2.1"), 401, "invalid_credentials")
    response = try_in(limited, "ada", PASSWORD, address="192.0.2.1")
    refused(response, 429, "rate_limited")
    assert 1 <= int(response.headers["retry-after"]) <= 300


def test_a_strangers_failures_do_not_lock_the_user_out(limited):
    for _ in range(7):
        try_in(limited, "ada", address="192.0.2.1")
    refused(try_in(limited, "ada", address="192.0.2.1"), 429, "rate_limited")
    assert try_in(limited, "ada", PASSWORD, address="192.0.2.2").status_code == 200


def test_another_account_is_not_touched_by_it(limited):
    for _ in range(7):
        try_in(limited, "ada", address="192.0.2.1")
    refused(try_in(limited, "ada", address="192.0.2.1"), 429, "rate_limited")
    assert try_in(limited, "grace", PASSWORD, address="192.0.2.1").status_code == 200


def test_unknown_accounts_are_limited_alike_so_that_limits_tell_nothing(limited):
    known = [try_in(limited, "ada", address="192.0.2.1").status_code for _ in range(7)]
    unknown = [try_in(limited, "nobody", address="192.0.2.1").status_code for _ in range(7)]
    assert known == unknown == [401] * 5 + [429] * 2


def test_case_does_not_get_around_the_limit(limited):
    for name in ("ada", "ADA", "Ada", "aDa", "adA"):
        refused(try_in(limited, name, address="192.0.2.1"), 401, "invalid_credentials")
    refused(try_in(limited, "AdA", address="192.0.2.1"), 429, "rate_limited")


def test_an_address_that_tries_many_accounts_is_refused(start_server):
    server = start_server(PARLEY_LIMIT_SIGN_IN="2", PARLEY_TRUSTED_PROXIES="127.0.0.1")
    register(server, "ada")
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda n: try_in(server, f"user-{n}", address="192.0.2.1").status_code, range(40)))
    assert statuses.count(401) == 20, "ten times as many for an address as for one account"
    assert set(statuses) == {401, 429}
    refused(try_in(server, "ada", PASSWORD, address="192.0.2.1"), 429, "rate_limited")
    assert try_in(server, "ada", PASSWORD, address="192.0.2.3").status_code == 200


def test_parallel_guesses_do_not_slip_past_the_limit(limited):
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: try_in(limited, "ada", address="192.0.2.9").status_code, range(16)))
    assert statuses.count(401) <= 5, statuses


def test_an_untrusted_proxy_header_does_not_change_the_address(start_server):
    server = start_server(PARLEY_LIMIT_SIGN_IN="3")
    register(server, "ada")
    statuses = [try_in(server, "ada", address=f"192.0.2.{n}").status_code for n in range(5)]
    assert statuses == [401] * 3 + [429] * 2


def test_changing_the_password_is_no_way_around_the_limit(limited):
    user = Api(limited).sign_in("ada", PASSWORD)
    body = {"current_password": "wrong password 1", "new_password": "another fine one"}
    statuses = [user.post("/auth/password", json=body).status_code for _ in range(7)]
    assert statuses == [403] * 5 + [429] * 2


def test_registrations_are_limited_per_address(start_server):
    server = start_server(PARLEY_LIMIT_REGISTRATIONS="3")
    for n in range(3):
        register(server, f"user-{n}")
    response = Api(server).post("/auth/register", json={"username": "one-more", "password": PASSWORD})
    refused(response, 429, "rate_limited")


@pytest.mark.slow
@times_matter
def test_a_message_takes_less_than_a_second_while_a_hundred_people_sign_in(own_server):
    ada = register(own_server, "ada")
    room = ada.create_room()
    names = [f"user-{n}" for n in range(10)]
    for name in names:
        register(own_server, name)
    done = threading.Event()

    def sign_in(n):
        return Api(own_server, timeout=120).post(
            "/auth/login", json={"username": names[n % 10], "password": PASSWORD}, check=False
        )

    def watch():
        times = []
        with ada.socket(check=False) as socket:
            socket.subscribe(room)
            while not done.is_set():
                begin = time.perf_counter()
                socket.send(room, "are you there?")
                times.append(time.perf_counter() - begin)
                time.sleep(0.02)
        return times

    with ThreadPoolExecutor(101) as pool:
        watching = pool.submit(watch)
        time.sleep(0.2)
        responses = list(pool.map(sign_in, range(100)))
        done.set()
        times = watching.result()
    assert {r.status_code for r in responses} <= {200, 503}, [
        r.text for r in responses if r.status_code not in (200, 503)
    ][:3]
    assert sum(r.status_code == 200 for r in responses) == 100, "a queue of a hundred is nothing to refuse"
    assert len(times) > 10
    assert max(times) < 1.0, sorted(times)[-5:]
