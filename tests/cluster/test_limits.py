"""Limits count over all instances, and by the client's own address behind nginx."""

import time

import httpx
import pytest
from support.client import PASSWORD, Api, refused, register, unique
from support.deployment import is_ready
from support.redis_access import DATABASE

from cluster.test_redis import databases
from cluster.waiting import eventually

FAILURES = 6


@pytest.fixture(scope="module")
def limited(make_deployment):
    return make_deployment("limited", instances=2, PARLEY_LIMIT_SIGN_IN=str(FAILURES))


@pytest.fixture
def account(limited):
    """A fresh one, and both instances count together."""
    time.sleep(0.6)  # what /readyz says is up to half a second old
    for number in (1, 2):
        eventually(lambda number=number: is_ready(limited.ports.instances[number - 1]), 15)
    return register(limited.at(1), unique("limited")[:32])


def try_in(place, username, password="wrong password 1", address="127.0.0.1", **headers):
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=place.url, transport=transport, timeout=20) as client:
        body = {"username": username, "password": password}
        return client.post("/api/v1/auth/login", json=body, headers=headers)


def test_failed_sign_ins_count_over_all_instances(limited, account):
    assert Api(limited.at(2)).sign_in(account.username, PASSWORD).token
    for n in range(FAILURES):
        refused(try_in(limited.at(1 + n % 2), account.username), 401, "invalid_credentials")
    for number in (1, 2):
        refused(try_in(limited.at(number), account.username, PASSWORD), 429, "rate_limited")


def test_the_counts_are_kept_in_the_chosen_database_and_nowhere_else(limited, account):
    limited.redis_command("FLUSHALL")
    refused(try_in(limited.at(1), account.username), 401, "invalid_credentials")
    keys = ["-n", str(DATABASE), "KEYS", "chat:count:*"]
    eventually(lambda: limited.redis_command(*keys) != "", 5)
    assert databases(limited) == {DATABASE}


def test_without_redis_each_instance_still_counts(limited, account):
    limited.redis.kill()
    try:
        answers = [try_in(limited.at(1), account.username).status_code for _ in range(FAILURES + 1)]
        assert answers == [401] * FAILURES + [429]
    finally:
        limited.redis.start()


def test_behind_nginx_they_count_by_the_clients_address_which_it_cannot_forge(limited, account):
    for n in range(FAILURES):
        answer = try_in(limited.at(), account.username, address="127.9.0.1", **{"X-Forwarded-For": f"203.0.113.{n}"})
        refused(answer, 401, "invalid_credentials")
    refused(try_in(limited.at(), account.username, PASSWORD, address="127.9.0.1"), 429, "rate_limited")
    assert try_in(limited.at(), account.username, PASSWORD, address="127.9.0.2").status_code == 200
