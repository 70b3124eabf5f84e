"""Who goes around nginx is found, whatever they ask for and are told; and nobody else."""

import httpx
import pytest
from support.client import register, unique
from support.deployment import Single
from support.socket import handshake_status

from cluster.detours import detours


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    made = Single(tmp_path_factory.mktemp("detours") / "deployment", PARLEY_LOG_LEVEL="debug").start().set_up()
    yield made
    made.stop()


@pytest.fixture
def found(deployment):
    """The requests around nginx since the test began."""
    instance = deployment.instances[0]
    before = len(instance.log)
    return lambda: detours(instance.log[before:])


def test_nobody_is_found_who_comes_through_nginx_or_asks_for_an_instances_health(deployment, found):
    for place in (deployment.at(), deployment.at(1)):
        someone = register(place, unique("someone"))
        someone.socket().close()
        someone.get("/rooms/nowhere", 404)
    for path in ("/healthz", "/readyz"):
        assert httpx.get(deployment.instance_url(1) + path).status_code == 200
    assert found() == []


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/api/v1/auth/me", 401), ("/a page", 404)])
def test_a_request_around_nginx_is_found(deployment, found, path, status):
    assert httpx.get(deployment.instance_url(1) + path).status_code == status
    assert len(found()) == 1


@pytest.mark.parametrize("status", [101, 401])
def test_a_websocket_around_nginx_is_found(deployment, found, status):
    token = register(deployment.at(), unique("someone")).token if status == 101 else "wrong"
    url = deployment.instance_url(1).replace("http:", "ws:") + "/ws"
    assert handshake_status(url, headers={"Authorization": f"Bearer {token}"}) == status
    assert len(found()) == 1
