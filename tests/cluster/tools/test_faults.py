"""Which faults there are depends on whose MongoDB server it is."""

import contextlib
import random

import pytest
from support import mongodb_choice
from support.deployment import Deployment

from cluster.faults import BACKENDS, FAULTS, possible


class Notes:
    """A chat that only notes of which parts it is told."""

    def __init__(self):
        self.parts = []

    @contextlib.contextmanager
    def fault(self, part, instance=None):
        self.parts.append(part)
        yield


@pytest.fixture
def prepare(tmp_path, monkeypatch):
    """Deployments of which nothing but the links is started; with `url`, that is where their MongoDB server is."""
    made = []

    def make(url=""):
        monkeypatch.setenv(mongodb_choice.VARIABLE, url)
        made.append(Deployment(tmp_path / str(len(made)), linked=True))
        return made[-1]

    yield make
    for deployment in made:
        deployment.stop()


URL = "mongodb://ada:secret@db1,db2,db3/?replicaSet=rs0&tls=true"


def test_a_mongodb_server_that_is_given_is_reached_as_it_is_given(prepare):
    theirs = prepare(URL)
    assert {instance.env["MONGODB_URL"] for instance in theirs.instances} == {URL}
    assert sorted(theirs.links.ports) == ["redis-1", "redis-2", "redis-3"]


def test_a_mongodb_server_that_is_given_is_not_harmed(prepare):
    assert possible(prepare()) == list(FAULTS.values())
    names = [found.name for found in possible(prepare(URL))]
    assert [name for name in names if name.startswith("mongodb_")] == []
    assert {"redis_killed", "redis_link_hang", "links_slow", "instance_killed"} <= set(names)


@pytest.mark.parametrize(("url", "parts"), [("", ["redis", "mongodb"]), (URL, ["redis"])])
def test_faults_of_links_are_told_of_where_they_happen_and_there_only(prepare, url, parts):
    deployment, chat = prepare(url), Notes()
    FAULTS["links_slow"].act(chat, deployment, random.Random(1), 0)
    assert chat.parts == parts


def test_each_fault_of_links_that_is_possible_finds_its_links(prepare):
    for deployment in (prepare(), prepare(URL)):
        for found in possible(deployment):
            if found.lane == BACKENDS and "link" in found.name:
                found.act(Notes(), deployment, random.Random(1), 0)
