"""Random requests for every operation, made from openapi.yaml: none brings the server down, all answers fit."""

import collections
import os
import time
import zlib

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from support import contract, reporting
from support.client import PASSWORD, register, unique
from support.server import Server

EXAMPLES = int(os.environ.get("PARLEY_SCHEMATHESIS_EXAMPLES", "25"))
schema = schemathesis.openapi.from_dict(contract.openapi())
# Who makes these calls may be signed out by them.
ENDING = {"refresh", "logout", "logoutAll", "endSession"}
# The caller owns the rooms that stand in for random ones; in these somebody else does, who lets the caller in.
ELSEWHERE = {"joinRoom", "leaveRoom", "acceptInvite", "getInvite"}
# After these a room or a user is not what it was; all other examples of a call share one, for nobody may own a great
# many rooms, and signing up takes its time.
USING_UP = {"deleteRoom", "joinRoom", "leaveRoom", "changeRole", "removeMember", "adminUpdateUser"}
answers = collections.defaultdict(collections.Counter)  # operation -> status -> how often


class World:
    """A server with people and things on it. What an example may use up is made for it alone."""

    def __init__(self, server):
        self.server = server
        self.admin = register(server, "the-admin")
        self.grace = register(server, "grace")
        self.passing = register(server, "passing")  # has sessions to lose
        self.forgetful = register(server, "forgetful")  # and a password
        self.operation, self.made = None, {}

    def begin(self, operation):
        """Forgets what the example before had; who calls."""
        kept = {"room_id", "user_id"} if operation not in USING_UP and operation == self.operation else set()
        self.operation, self.made = operation, {name: id for name, id in self.made.items() if name in kept}
        for user in (self.admin, self.grace):
            if time.monotonic() - user.signed_in_at > 600:  # an access token lasts 15 minutes
                user.sign_in()
        if operation in ENDING:
            self.caller = self.passing.again()
        elif operation == "changePassword":
            self.caller = register(self.server)
        else:
            self.caller = self.admin
        return self.caller

    def give(self, name):
        """An id that exists, and fits the others of this example."""
        if name not in self.made:
            self.made[name] = getattr(self, f"_{name}")()
        return self.made[name]

    @property
    def _owner(self):
        return self.grace if self.operation in ELSEWHERE else self.caller

    def _room_id(self):
        room = self._owner.create_room()
        if self.operation == "leaveRoom":
            self.caller.join(room)
        elif self._owner is not self.grace:
            self.grace.join(room)
        return room["id"]

    def _user_id(self):
        if not self.operation.startswith("admin"):
            return self.grace.id
        body = {"username": unique("u")[:32], "password": PASSWORD}
        return self.caller.post("/auth/register", 201, json=body).json()["id"]

    def _session_id(self):
        return self.caller.session_id

    def _token_id(self):
        return self.caller.personal_token()["id"]

    def _invite(self):
        if self.operation == "adminDeleteInvite":
            return self.caller.post("/admin/invites", 201, json={}).json()
        return self._owner.post(f"/rooms/{self.give('room_id')}/invites", 201, json={}).json()

    def _invite_id(self):
        return self._invite()["id"]

    def _token(self):
        return self._invite()["token"]

    def reset_token(self):
        return self.admin.post(f"/admin/users/{self.forgetful.id}/password-reset", 201).json()["token"]


@pytest.fixture(scope="module")
def world():
    """On a server of its own: here people are disabled and signed out that other tests need."""
    server = reporting.watch(Server())
    try:
        yield World(server.start())
        assert server.stop() == 0, server.log[-3000:]
    finally:
        server.dispose()
        reporting.forget(server)


def put_in_what_exists(case, world):
    """In three of four examples; which these are depends on the example alone, so that a failure comes again."""
    parts = [part for part in (case.path_parameters, case.query, case.body) if part is not NOT_SET]
    chance = zlib.crc32(repr(parts).encode("utf-8", "replace"))
    if chance % 4 == 0:
        return
    if case.path_parameters:
        case.path_parameters = {name: world.give(name) for name in case.path_parameters}
    if not isinstance(case.body, dict):
        return
    if "current_password" in case.body:
        case.body["current_password"] = world.caller.password
    if world.operation == "login":
        case.body.update(username=world.grace.username, password=PASSWORD)
    if world.operation == "resetPassword":
        case.body["token"] = world.reset_token()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_random_requests(case, world):
    operation = case.operation.definition.raw["operationId"]
    caller = world.begin(operation)
    if isinstance(case.body, dict):  # a copy: examples share their parts
        case.body = dict(case.body)
    put_in_what_exists(case, world)
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {caller.token}"}
    if operation in ENDING:
        case.cookies = {"parley_refresh": caller.cookie}
    base = world.server.url + ("" if case.path.endswith("z") else contract.API)
    response = case.call(base_url=base, timeout=30)
    if case.method == case.operation.method.upper():  # and not one that the path does not have
        answers[operation][response.status_code] += 1
    case.validate_response(response, checks=[not_a_server_error], headers=case.headers)
    path = response.request.url.split(world.server.url, 1)[1].split("?")[0]
    headers = {name.lower(): values[0] for name, values in response.headers.items()}
    contract.check_response(case.method, path, response.status_code, headers, response.content)


def test_every_call_was_let_through_at_least_once(world):
    """Else what stands behind the checks of access and of ids was not reached."""
    refused = {name: dict(seen) for name, seen in answers.items() if not any(status < 300 for status in seen)}
    assert refused == {}


def test_the_server_is_as_well_as_before(world):
    assert world.server.alive
    assert world.admin.say(world.admin.create_room(), "still here")["content"] == "still here"
