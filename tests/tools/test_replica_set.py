"""Which URLs name a replica set that can elect another primary."""

import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from support import replica_set
from support.replica_set import NOBODY_TO_ELECT, UNAUTHORIZED, GivenSet, Unsuitable

SET = "mongodb://ada:secret@db1,db2,db3/?replicaSet=rs0"


class Client:
    """Answers for a server; `step_down` is what comes of asking for that, one time after the other; then it is done."""

    def __init__(self, *step_down, **hello):
        self.step_down, self.hello = list(step_down), {"setName": "rs0", **hello}
        self.asked = 0
        self.admin = self

    def command(self, name, *_, **__):
        if name != "replSetStepDown":
            return self.hello
        self.asked += 1
        outcome = self.step_down.pop(0) if self.step_down else None
        if not isinstance(outcome, OperationFailure):
            self.hello["primary"] = "db2:27017"
        if outcome:
            raise outcome
        return {"ok": 1}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def answers(monkeypatch):
    def put(client):
        monkeypatch.setattr(replica_set, "connect", lambda url, timeout=0: client)
        return client

    return put


@pytest.mark.parametrize("url", ["mongodb://db1", "mongodb://db1/?directConnection=true&replicaSet=rs0"])
def test_the_url_of_one_server_names_no_set(url):
    with pytest.raises(Unsuitable, match="one server"):
        GivenSet(url)


@pytest.mark.parametrize("members", [{}, {"arbiters": ["db2:27017"]}, {"passives": ["db2:27017"]}])
def test_two_members_must_be_electable(answers, members):
    answers(Client(hosts=["db1:27017"], **members))
    with pytest.raises(Unsuitable, match="elected: 1, not two"):
        GivenSet(SET)


def test_a_primary_that_closes_its_connections_has_stepped_down(answers):
    client = answers(Client(AutoReconnect("closed"), hosts=["db1:27017", "db2:27017"], primary="db1:27017"))
    given = GivenSet(SET)
    given.step_down()
    assert client.asked == 1 and given.primary() == "db2:27017"


def test_who_may_not_ask_for_an_election_is_told_from_one_that_fails(answers):
    client = answers(Client(OperationFailure("not authorized", UNAUTHORIZED), hosts=["db1:27017", "db2:27017"]))
    with pytest.raises(Unsuitable, match="may not"):
        GivenSet(SET).step_down()
    client.step_down = [OperationFailure("not running with --replSet", 76)]
    with pytest.raises(OperationFailure):
        GivenSet(SET).step_down()


@pytest.mark.parametrize("code", NOBODY_TO_ELECT)
def test_a_primary_whom_nobody_can_follow_yet_is_asked_again(answers, code):
    refusals = [OperationFailure("no electable secondaries", code)] * 2
    client = answers(Client(*refusals, hosts=["db1:27017", "db2:27017"], primary="db1:27017"))
    given = GivenSet(SET)
    given.step_down()
    assert client.asked == 3 and given.primary() == "db2:27017"
