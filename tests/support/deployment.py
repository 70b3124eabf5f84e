"""Several instances of Parley with all that they need: MongoDB, Redis, nginx. For `make cluster` and the cluster tests.

Every part can be started, killed, paused and restarted by itself; with `linked`, each instance reaches Redis and MongoDB by
links of its own that can fail (links.py).
"""

import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.request import urlopen

from support import mongodb_choice
from support.links import Links
from support.nginx import Nginx
from support.processes import Process
from support.redis_access import RedisAccess, documented_user
from support.server import NO_LIMITS, binary, environment, free_port

LOOPBACK = "127.0.0.1"
FAKETIME = "/usr/$LIB/faketime/libfaketime.so.1"  # $LIB is for the dynamic linker


@dataclass
class Ports:
    instances: list
    nginx: int
    redis: int
    mongodb: int
    entrances: list = field(default_factory=list)  # none, or one for each instance

    @staticmethod
    def free(instances):
        own, entrances = ([free_port() for _ in range(instances)] for _ in range(2))
        return Ports(own, free_port(), free_port(), free_port(), entrances)

    def all(self):
        return [*self.instances, *self.entrances, self.nginx, self.redis, self.mongodb]


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def is_ready(port):
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def kept_secret(folder):
    """One secret for all instances, the same at the next start."""
    file = folder / "secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


class Deployment:
    """`settings` are environment variables of all instances; `clocks` maps an instance's number to faketime's offset, as "-1h".
    Without `redis_access` everybody may do everything at its Redis.

    Clients come through nginx alone, with the files that are shipped: to all instances by one, and to an instance that a test
    chooses by its entrance, an nginx of its own, so that the files need not know of such a choice."""

    def __init__(self, folder, ports=None, instances=3, linked=False, clocks=None, redis_access=None, **settings):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.ports = ports or Ports.free(instances)
        self.settings = settings
        self.clocks = clocks or {}
        self.redis_access = redis_access or RedisAccess()
        self.links = Links() if linked else None
        self.redis = self._redis()
        self.mongodb = self._mongodb()
        self.instances = [self._instance(number) for number in range(1, len(self.ports.instances) + 1)]
        self.entrances = [self._entrance(number) for number in range(1, len(self.ports.entrances) + 1)]
        # Ready when nginx finds an instance that is.
        self.nginx = Nginx(folder / "nginx", self.ports.nginx, self.ports.instances, lambda: is_ready(self.ports.nginx))

    def _entrance(self, number):
        port, instance = self.ports.entrances[number - 1], self.ports.instances[number - 1]
        return Nginx(self.folder / f"nginx-{number}", port, [instance], lambda: listens(port))

    def _redis(self):
        folder = self.folder / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        access = folder / "access.conf"
        access.write_text("".join(f"{line}\n" for line in self.redis_access.lines))
        where = ["--bind", LOOPBACK, "--port", str(self.ports.redis), "--dir", str(folder)]
        command = ["redis-server", str(access), *where, "--save", "", "--appendonly", "no"]
        return Process("redis", folder, self.ports.redis, command, ready=lambda: listens(self.ports.redis))

    def _mongodb(self):
        if mongodb_choice.given_url():
            return None  # somebody else's: it is neither started nor harmed
        from support.mongodb import LocalMongo  # needs pymongo, which only who runs one has

        return LocalMongo(self.ports.mongodb, self.folder / "mongodb")

    def _mongodb_url(self, name):
        if self.mongodb is None:
            return mongodb_choice.given_url()
        return f"mongodb://{LOOPBACK}:{self._port_to('mongodb', name, self.ports.mongodb)}/?directConnection=true"

    def _port_to(self, part, name, target):
        """The port at which an instance finds a part: the part's own, or a link's."""
        if self.links is None:
            return target
        listen = free_port()
        self.links.add(f"{part}-{name}", listen, target)
        return listen

    def _instance(self, number):
        port, name = self.ports.instances[number - 1], str(number)
        settings = {
            "HOST": LOOPBACK,
            "PORT": port,
            "SECRET_KEY": kept_secret(self.folder),
            "PARLEY_DATA_DIR": self.folder / f"instance-{name}/data",
            "PARLEY_TRUSTED_PROXIES": LOOPBACK,
            **self._backends(name),
            **self.settings,
        }
        if number in self.clocks:
            # Not by the program `faketime`: a signal would end that, and leave the instance behind.
            settings |= {"LD_PRELOAD": FAKETIME, "FAKETIME": self.clocks[number], "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        folder = self.folder / f"instance-{name}"
        return Process(
            f"instance {name}", folder, port, [binary(), "serve"], environment(**settings), lambda: is_ready(port)
        )

    def _backends(self, name):
        redis = self._port_to("redis", name, self.ports.redis)
        place = {"MONGODB_URL": self._mongodb_url(name), "REDIS_HOST": LOOPBACK, "REDIS_PORT": redis}
        return {**place, **self.redis_access.settings}

    @property
    def parts(self):
        """In the order of starting."""
        every = (self.redis, self.mongodb, *self.instances, *self.entrances, self.nginx)
        return [part for part in every if part is not None]

    def start(self):
        for part in self.parts:
            part.start()
        return self

    def set_up(self):
        """The first account, made by the command line as the store runs: from a browser, nginx would be asked for a code."""
        command = [binary(), "user", "create", "first", "--admin", "--generate"]
        subprocess.run(command, env=self.instances[0].env, capture_output=True, timeout=60, check=True)
        return self

    @property
    def setup_code(self):
        """What the first account needs that is made through nginx; None where there is an account."""
        with urlopen(f"{self.instance_url(1)}/api/v1/server", timeout=5) as answer:
            if not json.load(answer)["setup_required"]:
                return None
        found = re.findall(r"setup_code=(\S+)", self.instances[0].log)
        return found[-1] if found else None

    def stop(self):
        """All parts, the last first; the exit statuses of the instances."""
        for part in reversed(self.parts):
            with contextlib.suppress(ProcessLookupError):
                part.stop()
        if self.links is not None:
            self.links.close()
        return [instance.process.returncode if instance.process else None for instance in self.instances]

    def redis_command(self, *words):
        """Past every link, as who may do everything; the answer's text."""
        command = ["redis-cli", "-e", "-h", LOOPBACK, "-p", str(self.ports.redis), *words]
        password = self.redis_access.admin_password
        env = {**os.environ, "REDISCLI_AUTH": password} if password else None
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=10, check=True).stdout.strip()

    @property
    def url(self):
        return f"http://{LOOPBACK}:{self.ports.nginx}"

    def instance_url(self, number):
        """Not through nginx: for questions about its health, which nginx would put to another."""
        return f"http://{LOOPBACK}:{self.ports.instances[number - 1]}"

    def at(self, number=None):
        """One instance, or all, as clients want to know it: through nginx."""
        port = self.ports.nginx if number is None else self.ports.entrances[number - 1]
        return SimpleNamespace(url=f"http://{LOOPBACK}:{port}", ws_url=f"ws://{LOOPBACK}:{port}/ws", number=number)


def for_tests(folder, **options):
    """Without limits, as the tests' load comes from few; with a database of its own; and at Redis with the rights that the
    documentation gives."""
    name = f"parley_cluster_{secrets.token_hex(4)}"
    return Deployment(folder, **{"MONGODB_DB_NAME": name, "redis_access": documented_user(), **NO_LIMITS, **options})


class Single(Deployment):
    """One instance on SQLite behind nginx: what there is without MongoDB and Redis."""

    def __init__(self, folder, **options):
        super().__init__(folder, Ports.free(1), **{**NO_LIMITS, **options})

    def _redis(self):
        return None

    def _mongodb(self):
        return None

    def _backends(self, name):
        return {}
