"""nginx without TLS behind something that speaks it, as a cloud's balancer does, before an instance."""

import httpx
import pytest
from support import nginx
from support.client import PASSWORD, refused, unique
from support.deployment import Single
from support.socket import handshake_status

HOST = "chat.example.org"
PAGE = f"https://{HOST}"
FRONT, STRANGER = "127.50.0.1", "127.50.0.2"
FAILURES = 4


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Single(tmp_path_factory.mktemp("site"), PARLEY_LIMIT_SIGN_IN=str(FAILURES))
    nginx.believe(made.nginx.folder, FRONT)
    yield made.start().set_up()
    made.stop()


@pytest.fixture
def post(site):
    """What a page of the site sends by https, as the front passes it on: of `client`, who claims to be `claimed`."""

    def make(path, json, peer=FRONT, client="203.0.113.9", claimed="198.51.100.1"):
        told = {"X-Forwarded-For": f"{claimed}, {client}", "X-Forwarded-Proto": "https"}
        transport = httpx.HTTPTransport(local_address=peer)
        with httpx.Client(transport=transport, headers={"Host": HOST, "Origin": PAGE, **told}) as front:
            return front.post(f"{site.url}/api/v1/auth/{path}", json=json, timeout=20)

    return make


@pytest.fixture
def account(post):
    account = {"username": unique("ada"), "password": PASSWORD}
    made = post("register", account)
    assert made.status_code == 201, made.text
    return account


def test_the_sites_own_pages_sign_in_behind_it(post, account):
    login = post("login", account)
    assert login.status_code == 200, login.text
    assert "; Secure" in login.headers["Set-Cookie"]


def test_their_websockets_come_through_it(site, post, account):
    protocols = ("parley.v1", f"bearer.{post('login', account).json()['access_token']}")
    headers = {"Origin": PAGE, "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

    def status(peer):
        way = {"address": ("127.0.0.1", site.ports.nginx), "source_address": (peer, 0)}
        return handshake_status(f"ws://{HOST}/ws", protocols, headers, **way)

    assert status(FRONT) == 101
    assert status(STRANGER) == 403


def test_a_stranger_who_says_the_same_is_not_believed(post, account):
    refused(post("login", account, peer=STRANGER), 403, "origin_not_allowed")


def test_failed_sign_ins_count_by_the_address_that_it_names_whatever_its_client_claims(post, account):
    wrong = {**account, "password": "wrong password 1"}
    for n in range(FAILURES):
        refused(post("login", wrong, claimed=f"198.51.100.{n}"), 401, "invalid_credentials")
    refused(post("login", account), 429, "rate_limited")
    assert post("login", account, client="203.0.113.10").status_code == 200
