"""MongoDB away at the start, killed and restarted while people write; the command line beside it."""

import time

import httpx
import pytest
from conftest import on_mongodb
from insisting import Insisting, judge, whole_log
from support import mongodb
from support.client import Api, register
from support.server import free_port
from support.waiting import eventually


def ready(server):
    try:
        return httpx.get(server.url + "/readyz", timeout=10).status_code
    except httpx.HTTPError:
        return None


def test_a_server_without_its_mongodb_listens_says_so_and_goes_on_when_it_is_there(start_server):
    port = free_port()
    url = f"mongodb://ada:grace-password@127.0.0.1:{port}/?directConnection=true"
    server = start_server(start=False, **on_mongodb(url)).launch()
    eventually(lambda: ready(server) == 503, within=15)
    assert httpx.get(server.url + "/healthz").status_code == 200
    assert Api(server).get("/server", None, check=False).status_code == 503
    eventually(lambda: "the store can't be reached yet" in server.log, within=15)
    for _ in range(8):  # as a monitor does
        time.sleep(0.6)
        assert ready(server) == 503
    assert server.log.count("the store can't be reached yet") == 1
    assert server.log.count("not ready part=store") == 1
    assert "path=/readyz" not in server.log, "what it answers is no refusal"
    assert "grace-password" not in server.log
    assert server.stop() == 0, "it also stops while it waits"


def test_a_mongodb_that_comes_later_is_found(start_server):
    local = mongodb.LocalMongo()
    try:
        server = start_server(start=False, **on_mongodb(local.url)).launch()
        eventually(lambda: ready(server) == 503, within=15)
        local.start()
        eventually(lambda: ready(server) == 200, within=15)
        room = register(server, "ada").create_room()
        assert room["member_count"] == 1
        assert "the store is reached" in server.log
        assert server.log.count("ready again part=store") == 1
    finally:
        local.dispose()


def test_a_mongodb_that_is_killed_and_restarted_loses_nothing_that_was_acknowledged(own_mongodb, start_server):
    server = start_server(**on_mongodb(own_mongodb.url))
    ada = register(server, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        socket.subscribe(room)
        with Insisting(server, ada.token, room) as writers:
            for _ in range(3):
                time.sleep(2)
                own_mongodb.kill()
                time.sleep(1)
                own_mongodb.start()
            time.sleep(4)
        pushed = [socket.next_entry(room, 20) for _ in range(writers.last - 1)]
    judge(writers, whole_log(ada, room), pushed)


def test_the_command_line_works_beside_the_server_and_needs_no_folder(mongodb_url, mongodb_name, start_server):
    server = start_server(start=False, **on_mongodb(mongodb_url, mongodb_name))
    made = server.run("user", "create", "ada", "--admin", "--password-stdin", stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    assert not server.data.exists()
    server.start()
    ada = Api(server).sign_in("ada", "correct horse battery")
    room = ada.create_room()
    assert room["name"] in server.run("room", "list").stdout
    assert server.run("room", "delete", room["id"]).returncode == 0
    eventually(lambda: ada.pages("/rooms", scope="mine") == [])
    assert not server.data.exists()


def test_without_redis_too_what_a_command_does_reaches_who_is_connected_within_5_seconds(
    mongodb_url, mongodb_name, start_server
):
    server = start_server(**on_mongodb(mongodb_url, mongodb_name))
    ada, bob = register(server, "ada"), register(server, "bob")
    room = ada.create_room()
    with ada.socket() as reader, bob.socket() as leaver:
        reader.subscribe(room)
        assert server.run("room", "delete", room["id"]).returncode == 0
        assert reader.next_entry(room, 5)["type"] == "room_deleted"
        assert server.run("user", "disable", "bob").returncode == 0
        assert leaver.closed(5) == 4003


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_backup_and_restore_point_to_mongodump(start_server, tmp_path, command):
    server = start_server(start=False, **on_mongodb("mongodb://127.0.0.1:1/"))
    refused = server.run(command, str(tmp_path / "backup"))
    assert refused.returncode == 1
    assert "mongodump" in refused.stderr and refused.stderr.count("\n") == 1


def test_without_a_secret_key_it_does_not_start(start_server):
    server = start_server(start=False, SECRET_KEY=None, **on_mongodb("mongodb://127.0.0.1:1/"))
    refused = server.run("serve")
    assert refused.returncode == 2
    assert "SECRET_KEY" in refused.stderr


def test_a_url_that_the_driver_does_not_take_is_one_line_without_its_password(start_server):
    server = start_server(start=False, **on_mongodb("mongodb://ada:grace/word@127.0.0.1/"))
    refused = server.run("serve")
    assert refused.returncode == 2
    assert "MONGODB_URL" in refused.stderr and "word" not in refused.stderr.replace("password", "")
