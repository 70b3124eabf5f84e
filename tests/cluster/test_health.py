"""/readyz tells when Redis or MongoDB is away, and all recovers without a restart."""

import time

import httpx
import pytest
from support.client import PASSWORD, Api

from cluster.waiting import eventually


def ready(deployment, number):
    return httpx.get(deployment.instance_url(number) + "/readyz", timeout=5).status_code


def all_are(deployment, status):
    return all(ready(deployment, n) == status for n in range(1, len(deployment.instances) + 1))


@pytest.mark.parametrize("part", ["redis", "mongodb"])
@pytest.mark.parametrize("how", ["killed", "paused"])
def test_readyz_tells_and_recovers(deployment, part, how):
    server = getattr(deployment, part)
    if server is None:
        pytest.skip("the MongoDB server is not ours to harm")
    eventually(lambda: all_are(deployment, 200), 10)
    (server.kill if how == "killed" else server.pause)()
    try:
        told = eventually(lambda: all_are(deployment, 503), 10)
        for number in (1, 2, 3):
            assert httpx.get(deployment.instance_url(number) + "/healthz", timeout=5).status_code == 200
    finally:
        (server.start if how == "killed" else server.resume)()
    back = eventually(lambda: all_are(deployment, 200), 10)
    print(f"{part} {how}: told after {told:.1f} s, back after {back:.1f} s")


def test_without_redis_who_asks_for_readiness_again_and_again_keeps_nobody_out(deployment, person):
    alice = person("alice")[0]
    url = deployment.at().url
    deployment.redis.kill()
    try:
        eventually(lambda: all_are(deployment, 503), 10)
        assert [httpx.get(f"{url}/readyz", timeout=5).status_code for _ in range(50)] == [503] * 50
        assert httpx.get(f"{url}/healthz", timeout=5).status_code == 200
        assert Api(deployment.at()).sign_in(alice.username, PASSWORD).token
    finally:
        deployment.redis.start()
    eventually(lambda: all_are(deployment, 200), 10)


def test_a_link_cut_is_told_by_that_instance_only(deployment):
    with deployment.links.failing("redis-2", mode="cut"):
        eventually(lambda: ready(deployment, 2) == 503, 10)
        assert [ready(deployment, n) for n in (1, 3)] == [200, 200]
    eventually(lambda: all_are(deployment, 200), 10)


def test_the_log_says_once_that_redis_is_away_and_once_that_it_is_back(deployment):
    eventually(lambda: all_are(deployment, 200), 10)
    before = [len(instance.log) for instance in deployment.instances]
    deployment.redis.kill()
    time.sleep(6)
    deployment.redis.start()
    eventually(lambda: all_are(deployment, 200), 10)
    for instance, length in zip(deployment.instances, before, strict=True):
        told = [line for line in instance.log[length:].splitlines() if " debug " not in line]  # as it is by default
        lines = [line for line in told if "redis" in line.lower() or "the bus" in line]
        said = f"{instance.name} said of six seconds without Redis:\n" + "\n".join(lines)
        assert sum("the bus is lost" in line for line in lines) == 1, said
        assert sum("the bus is back" in line for line in lines) == 1, said
        assert len(lines) <= 8, said
