"""What the tests of the MongoDB store share: a server under test whose MongoDB is behind a proxy."""

import secrets

import pytest
from support import mongodb
from support.mongodb_proxy import Proxy, speaks_tls
from support.server import free_port


def on_mongodb(url, name=None):
    """Settings of a server that keeps everything there."""
    return {"MONGODB_URL": url, "MONGODB_DB_NAME": name or f"parley_test_{secrets.token_hex(6)}"}


@pytest.fixture
def proxy(mongodb_url):
    if speaks_tls(mongodb_url):
        pytest.skip("the proxy that makes faults reads what it passes on, and PARLEY_TEST_MONGODB_URL asks for TLS")
    made = Proxy(mongodb_url, free_port())
    yield made
    made.close()


@pytest.fixture
def proxied(proxy, mongodb_name, start_server):
    """A server whose MongoDB is behind `proxy`."""
    return start_server(**on_mongodb(proxy.url, mongodb_name))


__all__ = ["mongodb", "on_mongodb"]
