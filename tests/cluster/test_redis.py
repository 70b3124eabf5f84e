"""What the instances want of Redis: the documented rights, names and database, or a password alone; and not that it is there first."""

import subprocess
import time

import httpx
import pytest
from support.client import register, unique
from support.deployment import listens
from support.redis_access import DATABASE, password_alone

from cluster.test_walk import follow, hears, says
from cluster.waiting import eventually


def channels(deployment):
    return set(deployment.redis_command("PUBSUB", "CHANNELS").splitlines())


def databases(deployment):
    """The numbers of those with a key in them."""
    lines = deployment.redis_command("INFO", "keyspace").splitlines()
    return {int(line.partition(":")[0][2:]) for line in lines if line.startswith("db")}


def test_a_room_and_a_user_have_the_channels_of_the_documentation(deployment, person):
    alice = person("alice")
    room = alice[1].create_room()
    expected = {f"chat:room:{room['id']}", f"chat:user:{alice[1].id}"}
    assert not expected & channels(deployment)
    with alice[1].socket() as socket:
        follow(socket, room)
        assert expected <= channels(deployment)
    eventually(lambda: not expected & channels(deployment), 10)


def test_presence_is_kept_in_the_chosen_database_and_nowhere_else(deployment, person):
    alice = person("alice")
    room = alice[1].create_room()
    with alice[1].socket() as socket:
        follow(socket, room)
        key = f"chat:presence:{room['id']}"
        eventually(lambda: deployment.redis_command("-n", str(DATABASE), "EXISTS", key) == "1", 5)
        assert databases(deployment) == {DATABASE}


@pytest.fixture
def ahead_of_redis(make_deployment):
    """Two instances that run and have never seen their Redis."""
    made = make_deployment("ahead-of-redis", start=False, instances=2)
    if made.mongodb is not None:
        made.mongodb.start()
    made.set_up()
    for instance in made.instances:
        instance.launch()
    for entrance in made.entrances:
        entrance.start()
    for number in (1, 2):
        eventually(lambda number=number: is_told(made, number, 503, store="ok", bus="unavailable"), 30)
    yield made
    made.stop()


def is_told(deployment, number, status, **checks):
    """By /readyz. An instance that does not listen yet tells nothing."""
    try:
        answer = httpx.get(deployment.instance_url(number) + "/readyz", timeout=5)
    except httpx.TransportError:
        return False
    return (answer.status_code, answer.json()["checks"]) == (status, checks)


def lines_with(instance, text):
    return sum(text in line for line in instance.log.splitlines())


def test_instances_that_start_before_redis_chat_through_the_store_until_it_is_there(ahead_of_redis):
    deployment = ahead_of_redis
    alice, bob = register(deployment.at(1), unique("alice")), register(deployment.at(2), unique("bob"))
    room = alice.create_room()
    bob.join(room)
    with alice.socket() as a, bob.socket() as b:
        follow(a, room), follow(b, room)
        for n in range(3):
            says(a, room, f"alice without redis {n}")
            hears(b, room, f"alice without redis {n}", within=2)
            says(b, room, f"bob without redis {n}")
            hears(a, room, f"bob without redis {n}", within=2)
        time.sleep(3)  # some more attempts
        for number, instance in enumerate(deployment.instances, 1):
            assert is_told(deployment, number, 503, store="ok", bus="unavailable")
            assert httpx.get(deployment.instance_url(number) + "/healthz", timeout=5).status_code == 200
            assert lines_with(instance, "the bus can't be reached yet") == 1
        assert not listens(deployment.ports.redis)

        pids = [instance.pid for instance in deployment.instances]
        deployment.redis.start()
        for number in (1, 2):
            eventually(lambda number=number: is_told(deployment, number, 200, store="ok", bus="ok"), 10)
        for n in range(20):
            says(a, room, f"alice with redis {n}")
            hears(b, room, f"alice with redis {n}", within=0.5)
            says(b, room, f"bob with redis {n}")
            hears(a, room, f"bob with redis {n}", within=0.5)
        for instance, pid in zip(deployment.instances, pids, strict=True):
            assert (instance.alive, instance.pid) == (True, pid)
            assert lines_with(instance, "joined the bus") == 1


def test_a_password_alone_signs_an_instance_in(make_deployment):
    deployment = make_deployment("password-alone", instances=1, redis_access=password_alone())
    bare = ["redis-cli", "-p", str(deployment.ports.redis), "PING"]
    refused = subprocess.run(bare, capture_output=True, text=True, timeout=10, check=False)
    assert refused.stdout.startswith("NOAUTH"), refused.stdout
    assert is_told(deployment, 1, 200, store="ok", bus="ok")
    deployment.stop()
