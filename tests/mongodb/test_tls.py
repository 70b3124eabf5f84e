"""MongoDB by TLS: `tls=true&tlsCAFile=` is enough, and what does not fit is said once, and tried again until it does."""

import time

import httpx
import pytest
from conftest import on_mongodb
from support.client import register
from support.mongodb_proxy import primary, proxied, speaks_tls
from support.server import free_port
from support.tls import Authority, Terminator
from support.waiting import eventually

NOT_YET = "the store can't be reached yet"


def ready(server):
    return httpx.get(server.url + "/readyz", timeout=10).status_code


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "trusted")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "other")


@pytest.fixture
def terminate(mongodb_url):
    """Puts TLS with that certificate before the tests' server."""
    if speaks_tls(mongodb_url):
        pytest.skip("PARLEY_TEST_MONGODB_URL asks for TLS already, which is not ended twice")
    made = []

    def make(certificate):
        made.append(Terminator(primary(mongodb_url), free_port(), certificate))
        made[-1].url = proxied(mongodb_url, made[-1].port)
        return made[-1]

    yield make
    for terminator in made:
        terminator.close()


def told_once_and_tried_again(server, terminator):
    """The reason that the log gives."""
    eventually(lambda: NOT_YET in server.log, within=20)
    assert ready(server) == 503
    before = terminator.tried
    assert before > 0
    eventually(lambda: terminator.tried > before + 1, within=20)
    assert server.alive
    (line,) = [line for line in server.log.splitlines() if NOT_YET in line]
    return line


def test_a_server_is_served_by_tls_whose_authority_is_named(terminate, trusted, mongodb_name, start_server):
    terminator = terminate(trusted.certificate())
    url = f"{terminator.url}&tls=true&tlsCAFile={trusted.file}"
    server = start_server(**on_mongodb(url, mongodb_name))
    ada = register(server, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        socket.subscribe(room)
        socket.send(room, "by tls")
        socket.expect("message", content="by tls")
    assert [m["content"] for m in ada.page(room)["messages"]] == ["by tls"]
    assert terminator.passed > 0


@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_certificate_that_does_not_fit_is_told_of_and_tried_again_until_it_does(
    terminate, trusted, other, mongodb_name, start_server, wrong
):
    bad = other.certificate() if wrong == "authority" else trusted.certificate("DNS:elsewhere.example.org")
    terminator = terminate(bad)
    url = f"{terminator.url}&tls=true&tlsCAFile={trusted.file}"
    server = start_server(start=False, **on_mongodb(url, mongodb_name)).launch()
    line = told_once_and_tried_again(server, terminator)
    assert "certificate verify failed" in line
    terminator.show(trusted.certificate())
    eventually(lambda: ready(server) == 200, within=30)
    register(server, "ada")


def test_a_plain_connection_to_a_server_with_tls_is_told_of_and_tried_again(
    terminate, trusted, mongodb_name, start_server
):
    terminator = terminate(trusted.certificate())
    server = start_server(start=False, **on_mongodb(terminator.url, mongodb_name)).launch()
    told_once_and_tried_again(server, terminator)
    assert terminator.passed == 0
    assert server.stop() == 0


def test_a_name_that_has_no_srv_record_is_told_of_and_asked_for_again(start_server):
    url = "mongodb+srv://ada:grace-password@cluster0.parley.invalid/?authSource=admin"
    server = start_server(start=False, **on_mongodb(url)).launch()
    eventually(lambda: NOT_YET in server.log, within=60)
    assert ready(server) == 503
    time.sleep(3)
    assert server.alive
    (line,) = [line for line in server.log.splitlines() if NOT_YET in line]
    assert "cluster0.parley.invalid" in line
    assert "grace-password" not in server.log
    assert server.stop(within=30) == 0
