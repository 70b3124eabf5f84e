"""What the instances want of Redis: the documented rights, names and database."""

from support.redis_access import DATABASE

from cluster.test_walk import follow
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
