"""Fixtures: one server for many tests, people on it, and servers of one's own."""

import time

import pytest
from support import mongodb, reporting
from support.client import register, unique
from support.server import Server


@pytest.fixture(scope="session")
def shared_server():
    server = reporting.watch(Server())
    try:
        server.start()
        yield server
        status = server.stop()
        assert status == 0, f"the shared server ended with {status}:\n{server.log[-3000:]}"
    finally:
        server.dispose()
        reporting.forget(server)


@pytest.fixture(scope="session")
def shared_people(shared_server):
    """Accounts that tests share: none of them may be harmed. The first is the server's admin."""
    return {name: register(shared_server, name) for name in ("admin", "ada", "grace", "linus")}


@pytest.fixture
def server(shared_server, shared_people):
    if not shared_server.alive:
        shared_server.start()
    yield shared_server
    assert shared_server.alive, "this test brought the shared server down"


def _fresh(api):
    """An access token lasts 15 minutes, a test run may take longer."""
    if time.monotonic() - api.signed_in_at > 600:
        api.sign_in()
    return api


@pytest.fixture
def admin(server, shared_people):
    return _fresh(shared_people["admin"])


@pytest.fixture
def ada(server, shared_people):
    return _fresh(shared_people["ada"])


@pytest.fixture
def grace(server, shared_people):
    return _fresh(shared_people["grace"])


@pytest.fixture
def linus(server, shared_people):
    return _fresh(shared_people["linus"])


@pytest.fixture
def new_user(server):
    """Makes users that a test may harm."""
    return lambda prefix="u", **fields: register(server, unique(prefix)[:32], **fields)


@pytest.fixture
def room(ada, grace):
    """A public room: ada owns it, grace is a member, linus is not."""
    made = ada.create_room()
    grace.join(made)
    return made


@pytest.fixture
def private_room(ada, grace):
    """A private room: ada owns it, grace is a member, linus is not."""
    made = ada.create_room("private")
    ada.add(made, grace)
    return made


@pytest.fixture
def start_server():
    """Starts servers for this test alone; keyword arguments are settings. `start=False` only prepares one."""
    servers = []

    def make(start=True, **settings):
        server = reporting.watch(Server(**settings))
        servers.append(server)
        return server.start() if start else server

    yield make
    for server in servers:
        server.dispose()
        reporting.forget(server)


@pytest.fixture
def own_server(start_server):
    return start_server()


@pytest.fixture(scope="session")
def mongodb_url():
    """A MongoDB server for many tests."""
    with mongodb.server_url() as url:
        yield url


@pytest.fixture
def mongodb_name(mongodb_url):
    """A database of this test's own on it."""
    with mongodb.fresh_database(mongodb_url) as name:
        yield name


@pytest.fixture
def own_mongodb():
    """A MongoDB server that this test may harm."""
    server = mongodb.LocalMongo()
    try:
        yield server.start()
    finally:
        server.dispose()
