"""The tests' own mongod, which is a replica set of one: here a program that does nothing, and a client that answers for it."""

import contextlib

import pytest
from pymongo.errors import OperationFailure
from support import mongodb


class Admin:
    """A server's database of that name; `kept` outlives the server."""

    def __init__(self, kept, refusal=None):
        self.kept, self.refusal = kept, refusal

    def command(self, name, config=None):
        if name == "replSetInitiate":
            if self.refusal or self.kept:
                raise self.refusal or OperationFailure("already initialized", mongodb.ALREADY_INITIALIZED)
            self.kept.append(config)
        return {"ismaster": bool(self.kept)}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    program = tmp_path / "bin/mongod"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return []


@pytest.fixture
def start(kept, tmp_path, monkeypatch):
    """Starts a server on the folder of the one before."""
    started = []

    @contextlib.contextmanager
    def connect(url, timeout):
        client = type("Client", (), {})()
        client.admin = start.admin
        yield client

    def start():
        started.append(mongodb.LocalMongo(folder=tmp_path).start())
        return started[-1]

    start.admin = Admin(kept)
    monkeypatch.setattr(mongodb, "connect", connect)
    yield start
    for server in started:
        server.stop()


def test_a_second_server_on_data_that_was_kept_starts_like_the_first(start, kept):
    first = start()
    (config,) = kept
    assert config["members"] == [{"_id": 0, "host": f"127.0.0.1:{first.port}"}]
    first.stop()
    assert start().alive
    assert kept == [config]


def test_a_replica_set_that_is_refused_for_another_reason_is_no_start(start, monkeypatch):
    monkeypatch.setattr(mongodb, "STARTS_WITHIN", 0.5)
    start.admin.refusal = OperationFailure("invalid config", 93)
    with pytest.raises(AssertionError, match="not ready"):
        start()
