"""Replica sets whose primary steps down: the one that PARLEY_TEST_MONGODB_URL names, or what looks like one."""

import contextlib
import threading
import time

import bson
from pymongo.errors import AutoReconnect, OperationFailure
from pymongo.uri_parser import parse_uri

from support.mongodb import connect
from support.mongodb_proxy import Message, Proxy
from support.server import free_port
from support.waiting import eventually

ELECTS_WITHIN = 40.0  # seconds
STEPPED_DOWN_FOR = 10  # seconds
CATCHES_UP_WITHIN = 5  # seconds; a secondary, before the primary steps down
UNAUTHORIZED = 13
NOBODY_TO_ELECT = (262, 50)  # the second one's name is another since MongoDB 4.2


class Unsuitable(Exception):
    """Why there can be no election."""


class GivenSet:
    """A real one, which is somebody else's: its primary is asked to step down, and nothing else."""

    def __init__(self, url):
        self.url = url
        found = parse_uri(url)
        if found["options"].get("directConnection") or (
            len(found["nodelist"]) < 2 and "replicaSet" not in found["options"]
        ):
            raise Unsuitable("PARLEY_TEST_MONGODB_URL names one server, no replica set")
        with connect(url) as client:
            hello = client.admin.command("isMaster")
        electable = hello.get("hosts", [])  # without arbiters, and without those of priority 0
        if "setName" not in hello or len(electable) < 2:
            raise Unsuitable(f"PARLEY_TEST_MONGODB_URL: members that can be elected: {len(electable)}, not two")

    def primary(self):
        with contextlib.suppress(AutoReconnect), connect(self.url, ELECTS_WITHIN) as client:
            return client.admin.command("isMaster").get("primary")

    def step_down(self):
        """Returns when another one is the primary."""
        before = self.primary()
        eventually(self._has_stepped_down, within=ELECTS_WITHIN)
        eventually(lambda: self.primary() not in (None, before), within=ELECTS_WITHIN)

    def _has_stepped_down(self):
        with connect(self.url, 2.0 * CATCHES_UP_WITHIN) as client:
            try:
                client.admin.command("replSetStepDown", STEPPED_DOWN_FOR, secondaryCatchUpPeriodSecs=CATCHES_UP_WITHIN)
            except AutoReconnect:
                return True  # before MongoDB 4.2 it closes its connections
            except OperationFailure as refused:
                if refused.code == UNAUTHORIZED:
                    raise Unsuitable("its user may not make the primary step down") from refused
                if refused.code in NOBODY_TO_ELECT:
                    return False  # all others may have stepped down too recently
                raise
        return True

    def close(self):
        pass


ANYWHERE = ("isMaster", "ismaster", "hello", "ping", "buildInfo", "buildinfo", "endSessions", "")


class Member(Proxy):
    """One server of an apparent set: it says so, and does nothing for anybody while it is not the primary."""

    def __init__(self, whole, url):
        self.whole = whole
        super().__init__(url, free_port())
        self.fault = self._refusal

    @property
    def name(self):
        return f"127.0.0.1:{self.port}"

    def _refusal(self, message):
        if self.whole.primary is not self and message.command not in ANYWHERE:
            return "not_primary"
        return None

    def _ask(self, request, server):
        reply = super()._ask(request, server)
        if reply.document and "maxWireVersion" in reply.document:
            return Message.reply(request, self._introduced(reply.document))
        if request.command == "insert" and self.whole.abdicates(self):
            refusal = {"ok": 0.0, "code": 11602, "codeName": "InterruptedDueToReplStateChange", "errmsg": "interrupted"}
            return Message.reply(request, refusal)
        return reply

    def _introduced(self, hello):
        """What a server says of itself, as a member says it."""
        primary, leads = self.whole.primary, self.whole.primary is self
        role = {"ismaster": leads, "isWritablePrimary": leads, "secondary": not leads}
        place = {"setName": self.whole.name, "setVersion": 1, "me": self.name}
        place["hosts"] = [member.name for member in self.whole.members]
        if primary is not None:
            place["primary"] = primary.name
        if leads:
            place["electionId"] = bson.ObjectId(f"{self.whole.term:024x}")
        return {**hello, **role, **place}


class ApparentSet:
    """One server behind proxies that take turns as the primary. Drivers see elections; what a majority is, it cannot show."""

    name = "apparent"

    def __init__(self, url, members=3, without_primary=1.5):
        self.without_primary = without_primary  # seconds that an election takes
        self.term, self.primary = 1, None
        self.lock = threading.Lock()
        self.last_insert = None  # an event while the primary is to step down: in the middle of its next insert
        self.members = []
        for _ in range(members):
            self.members.append(Member(self, url))
        self.primary = self.members[0]
        options = self.members[0].url.partition("?")[2].replace("directConnection=true", f"replicaSet={self.name}")
        head = self.members[0].url.partition("?")[0]
        self.url = head.replace(self.members[0].name, ",".join(m.name for m in self.members)) + "?" + options

    def step_down(self):
        """As since MongoDB 4.2: who is in the middle of a write is told so, connections stay."""
        before = self.members.index(self.primary)
        self.last_insert = written = threading.Event()
        assert written.wait(10), "nobody writes"
        time.sleep(self.without_primary)
        self.primary = self.members[(before + 1) % len(self.members)]

    def abdicates(self, member):
        """After each insert: whether the member that did it ceases to be the primary before it has said so."""
        with self.lock:
            if self.last_insert is None or member is not self.primary:
                return False
            self.primary, self.term = None, self.term + 1
            self.last_insert.set()
            self.last_insert = None
            return True

    def close(self):
        for member in self.members:
            member.close()
