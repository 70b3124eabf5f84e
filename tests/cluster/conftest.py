"""A deployment for the cluster tests. Its histories and logs stay in build/cluster-tests/."""

import shutil

import pytest
from support import reporting
from support.client import Api, register, unique
from support.contract import ROOT
from support.deployment import for_tests, is_ready

from cluster.detours import detours
from cluster.waiting import eventually
from cluster.workload import Cast, Chat

FOLDER = ROOT / "build/cluster-tests"


@pytest.fixture(scope="session")
def make_deployment():
    """Makes deployments that last to the end of the tests, and starts them unless told otherwise."""
    made = []

    def make(name, start=True, **options):
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        deployment = for_tests(folder, PARLEY_LOG_LEVEL="debug", **options)  # each request is logged
        made.append(deployment)
        for part in deployment.parts:
            reporting.watch(part)
        return deployment.start().set_up() if start else deployment

    yield make
    for deployment in made:
        deployment.stop()
    for instance in (instance for deployment in made for instance in deployment.instances):
        whose, log = f"{instance.name} of {instance.folder.parent}", instance.log
        refused = [line for line in log.splitlines() if "NOPERM" in line]
        assert not refused, f"{whose} lacks a right at Redis: {refused[:3]}"
        around = detours(log)
        assert not around, f"{whose} has had requests that did not come through nginx: {around[:3]}"


@pytest.fixture(scope="session")
def shared_deployment(make_deployment):
    return make_deployment("deployment", linked=True)


@pytest.fixture
def deployment(shared_deployment):
    """All parts run, whatever the test before has left."""
    for part in shared_deployment.parts:
        if part.alive:
            part.resume()
        else:
            part.start()
    for name in shared_deployment.links.ports:
        shared_deployment.links.set(name)
    for port in shared_deployment.ports.instances:
        eventually(lambda port=port: is_ready(port), 60)
    return shared_deployment


@pytest.fixture(scope="session")
def cast(shared_deployment):
    return Cast(shared_deployment)


@pytest.fixture
def person(deployment):
    """Registers somebody, and gives them as a client of each place: person(name)[1] speaks to instance 1, [0] to whichever
    nginx chooses."""

    def make(name):
        first = register(deployment.at(1), unique(name)[:32])
        places = [None, *range(1, len(deployment.instances) + 1)]
        clients = []
        for place in places:
            client = Api(deployment.at(place), first.token)
            client.user, client.password, client.session_id = first.user, first.password, first.session_id
            clients.append(client)
        return clients

    return make


@pytest.fixture
def make_chat(deployment, cast):
    """Begins a chat, which ends with the test."""
    made = []

    def make(name, **options):
        made.append(Chat(deployment, cast, FOLDER / name, **options))
        return made[-1].__enter__()

    yield make
    for chat in made:
        chat.__exit__()


@pytest.fixture
def chat(make_chat, request):
    return make_chat(request.node.name)
