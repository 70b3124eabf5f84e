"""A deployment for the cluster tests. Its histories and logs stay in build/cluster-tests/."""

import shutil

import pytest
from support import reporting
from support.contract import ROOT
from support.deployment import Single

from cluster.workload import Cast, Chat

FOLDER = ROOT / "build/cluster-tests"


@pytest.fixture(scope="session")
def deployment():
    folder = FOLDER / "deployment"
    shutil.rmtree(folder, ignore_errors=True)
    made = Single(folder)
    for part in made.parts:
        reporting.watch(part)
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="session")
def cast(deployment):
    return Cast(deployment)


@pytest.fixture
def chat(deployment, cast, request):
    with Chat(deployment, cast, FOLDER / request.node.name) as made:
        yield made
