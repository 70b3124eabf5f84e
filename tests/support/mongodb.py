"""A MongoDB server for the tests: PARLEY_TEST_MONGODB_URL, else a `mongod` on the PATH (as a replica set of one), else FerretDB."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from support.mongodb_choice import ROOT, given_url, has_mongod
from support.processes import spawn
from support.server import free_port

FERRETDB = ROOT / "build/ferretdb/ferretdb"
STARTS_WITHIN = 30.0  # seconds
ALREADY_INITIALIZED = 23  # an error code of MongoDB: data that was kept has its replica set already


class LocalMongo:
    """A server of one's own on a port of its own, whose data is kept over restarts: for tests that harm it."""

    def __init__(self, port=None, folder=None):
        self.temporary = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="parley-mongo-"))
        self.port = port or free_port()
        self.real = has_mongod()
        self.log_path = self.folder / "log"
        self.process = None
        self.initiated = False

    @property
    def url(self):
        # Directly: a test may put a proxy between, of which the replica set knows nothing.
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    @property
    def log(self):
        return self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""

    def _command(self):
        state = self.folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        if not self.real:
            if not FERRETDB.exists():
                raise FileNotFoundError(f"{FERRETDB}: run 'tools/setup mongodb', or put a mongod on the PATH")
            return [str(FERRETDB), f"127.0.0.1:{self.port}", str(state)]
        where = ["--bind_ip", "127.0.0.1", "--port", str(self.port), "--dbpath", str(state)]
        return ["mongod", *where, "--replSet", "parley", "--wiredTigerCacheSizeGB", "0.25"]

    def start(self):
        self.process = spawn(self._command(), self.log_path)
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the MongoDB server ended with {self.process.returncode}:\n{self.log[-3000:]}")
            with contextlib.suppress(PyMongoError):
                if self._writable():
                    return self
            time.sleep(0.05)
        raise AssertionError(f"the MongoDB server was not ready within {STARTS_WITHIN} s:\n{self.log[-3000:]}")

    def _writable(self):
        with connect(self.url, timeout=1.0) as client:
            if self.real and not self.initiated:
                self._initiate(client)
                self.initiated = True
            return client.admin.command("isMaster").get("ismaster", False)  # older than `hello`, and known to all

    def _initiate(self, client):
        members = [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
        try:
            client.admin.command("replSetInitiate", {"_id": "parley", "members": members})
        except OperationFailure as refused:
            if refused.code != ALREADY_INITIALIZED:
                raise

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self, within=20.0):
        if self.alive:
            self.resume()
            self.process.terminate()
            try:
                self.process.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()

    def restart(self):
        self.stop()
        return self.start()

    def dispose(self):
        self.stop()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def connect(url, timeout=5.0):
    """pymongo's client, which gives up after `timeout` seconds."""
    patience = int(timeout * 1000)
    return pymongo.MongoClient(
        url, serverSelectionTimeoutMS=patience, connectTimeoutMS=patience, socketTimeoutMS=patience
    )


def memory():
    """A folder in memory, where there is one: what nobody keeps need not wait for a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextlib.contextmanager
def server_url():
    """The URL of a server to share: every test uses a database of its own (see fresh_database)."""
    if given_url():
        yield given_url()
        return
    with tempfile.TemporaryDirectory(prefix="parley-mongo-", dir=memory()) as folder:
        local = LocalMongo(folder=Path(folder))
        try:
            yield local.start().url
        finally:
            local.dispose()


@contextlib.contextmanager
def fresh_database(url):
    """The name of a database that is gone afterwards."""
    name = f"parley_test_{secrets.token_hex(6)}"
    try:
        yield name
    finally:
        with contextlib.suppress(PyMongoError), connect(url) as client:
            client.drop_database(name)
