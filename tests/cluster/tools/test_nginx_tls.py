"""The example with TLS before an instance: all of it as shipped, but for the ports and a certificate made here."""

import ssl

import httpx
import pytest
from support import contract, nginx
from support.client import PASSWORD, unique
from support.deployment import Single, listens
from support.server import free_port
from websockets.sync.client import connect

from cluster.waiting import eventually

HOST = nginx.TLS_HOST


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return nginx.make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def site(tmp_path_factory, certificate):
    """A deployment whose nginx speaks TLS on `secure`, and redirects on ports.nginx."""
    folder = tmp_path_factory.mktemp("site")
    made = Single(folder / "deployment")
    made.secure = free_port()
    nginx.render_tls(made.nginx.folder, made.ports.nginx, made.secure, certificate)
    made.nginx.ready = lambda: listens(made.secure)
    yield made.start().set_up()
    made.stop()


@pytest.fixture
def trust(certificate):
    return ssl.create_default_context(cafile=certificate[0])


@pytest.fixture
def browse(site, trust):
    """Calls that believe in this certificate for this name only."""
    with httpx.Client(verify=trust, trust_env=False, headers={"Host": HOST}) as client:
        yield lambda method, path, **options: client.request(
            method, f"https://127.0.0.1:{site.secure}{path}", extensions={"sni_hostname": HOST}, **options
        )


@pytest.fixture
def account(site):
    account = {"username": unique("ada"), "password": PASSWORD}
    httpx.post(f"{site.at(1).url}/api/v1/auth/register", json=account, trust_env=False).raise_for_status()
    return account


def test_an_instance_knows_that_its_client_came_by_tls(site, browse, account):
    path = "/api/v1/auth/login"
    bare = httpx.post(site.at(1).url + path, json=account, trust_env=False)
    assert "; Secure" not in bare.headers["Set-Cookie"], "it is always said: this proves nothing"
    login = browse("POST", path, json=account)
    assert login.status_code == 200, login.text
    assert "; Secure" in login.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/", "/api/v1/auth/me", "/readyz"])
def test_browsers_are_told_once_to_come_by_tls_only(browse, path):
    assert browse("GET", path).headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]


def test_what_nginx_answers_by_itself_says_so_as_well(browse):
    refusal = browse("POST", "/api/v1/rooms", content=b"x" * (2 << 20))
    assert refusal.status_code == 413
    assert refusal.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]


def test_who_comes_to_its_port_without_tls_is_refused_in_the_contracts_words(site):
    answer = httpx.get(f"http://127.0.0.1:{site.secure}/readyz", headers={"Host": HOST}, trust_env=False)
    problem = contract.check_problem(answer.status_code, answer.headers, answer.content)
    assert (answer.status_code, problem["code"]) == (400, "bad_request")
    assert "Strict-Transport-Security" not in answer.headers, "it counts over TLS only"


def test_a_websocket_comes_through_tls_from_the_sites_own_pages(site, browse, trust, account):
    token = browse("POST", "/api/v1/auth/login", json=account).json()["access_token"]
    way = {"address": ("127.0.0.1", site.secure), "ssl": trust, "proxy": None}
    subprotocols = ["parley.v1", f"bearer.{token}"]
    with connect(f"wss://{HOST}/ws", subprotocols=subprotocols, origin=f"https://{HOST}", **way) as socket:
        assert socket.response.status_code == 101
        assert account["username"] in socket.recv(timeout=10)


def test_who_comes_without_tls_is_sent_to_it(site):
    url = f"http://127.0.0.1:{site.ports.nginx}"
    answer = httpx.get(f"{url}/rooms/r1?from=mail", headers={"Host": HOST}, trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/rooms/r1?from=mail")


def test_what_is_sent_to_tls_is_logged_without_an_invites_token(site):
    log, token = site.nginx.folder / "access.log", "Jx3vQ0bT6nRk2WmZ8yPd"
    url = f"http://127.0.0.1:{site.ports.nginx}/invite/{token}"
    assert httpx.get(url, headers={"Host": HOST}, trust_env=False).status_code == 301
    eventually(lambda: '"GET /invite/* HTTP/1.1" 301' in log.read_text(), 5)
    assert token not in log.read_text()


def test_who_asks_for_the_certificates_proof_is_not(site):
    proof = site.nginx.folder / "html/.well-known/acme-challenge/proof"
    proof.parent.mkdir(parents=True)
    proof.write_text("proven")
    url = f"http://127.0.0.1:{site.ports.nginx}/.well-known/acme-challenge/proof"
    assert httpx.get(url, headers={"Host": HOST}, trust_env=False).text == "proven"
