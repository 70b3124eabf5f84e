"""The primary steps down while people write: in the replica set that PARLEY_TEST_MONGODB_URL names, where majorities and
rollbacks are real, and everywhere in what looks like one to the driver."""

import time

import pytest
from conftest import on_mongodb
from insisting import Insisting, judge, whole_log
from support.client import register
from support.mongodb_proxy import speaks_tls
from support.replica_set import ApparentSet, GivenSet, Unsuitable

ELECTIONS = 3


@pytest.fixture(params=[GivenSet, ApparentSet])
def replica_set(request, mongodb_url):
    if request.param is ApparentSet and speaks_tls(mongodb_url):
        pytest.skip("the proxies of an apparent set speak no TLS, which PARLEY_TEST_MONGODB_URL asks for")
    try:
        made = request.param(mongodb_url)
    except Unsuitable as why:
        pytest.skip(str(why))
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_elections_lose_nothing_that_was_acknowledged_and_double_nothing(replica_set, mongodb_name, start_server):
    server = start_server(**on_mongodb(replica_set.url, mongodb_name))
    ada = register(server, "ada")
    room = ada.create_room()
    with ada.socket() as socket:
        socket.subscribe(room)
        with Insisting(server, ada.token, room) as writers:
            for _ in range(ELECTIONS):
                time.sleep(2)
                assert writers.acknowledged
                try:
                    replica_set.step_down()
                except Unsuitable as why:
                    pytest.skip(str(why))
            time.sleep(4)
        pushed = [socket.next_entry(room, 20) for _ in range(writers.last - 1)]
    judge(writers, whole_log(ada, room), pushed)
