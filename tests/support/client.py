"""A REST client that holds every answer to openapi.yaml."""

import itertools
import json
import os
import secrets
import time

import httpx

from support import contract
from support.socket import Socket

PASSWORD = "correct horse battery"
_count = itertools.count(1)


def unique(prefix):
    """A name that no other test uses, good as a user name, a room's name or a key."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return f"{prefix}-{worker}-{next(_count)}-{secrets.token_hex(3)}"


def refused(response, status, code, field=None):
    """Asserts a problem; returns it."""
    assert response.status_code == status, f"{response.status_code} instead of {status}: {response.text[:500]}"
    problem = response.json()
    assert problem["code"] == code, problem
    if field is not None:
        assert problem.get("field") == field, problem
    return problem


class Api:
    """Speaks to one server, with one identity at most. Paths are relative to /api/v1; those with `//` in front to the root."""

    def __init__(self, server, token=None, timeout=30.0):
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=timeout, trust_env=False, verify=False)
        self.token = token
        self.user = None
        self.password = None
        self.session_id = None
        self.signed_in_at = 0.0

    def call(self, method, path, ok=None, check=True, **options):
        target = path[1:] if path.startswith("//") else contract.API + path
        headers = dict(options.pop("headers", {}) or {})
        if self.token and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = f"Bearer {self.token}"
        response = self.http.request(method, target, headers=headers, **options)
        if check:
            bare = target.split("?")[0]
            contract.check_response(method, bare, response.status_code, response.headers, response.content)
            if response.status_code < 300 and "json" in options:
                contract.check_accepted(method, bare, options["json"])
        if ok is not None:
            assert response.status_code == ok, (
                f"{method} {path}: {response.status_code} instead of {ok}: {response.text[:500]}"
            )
        return response

    def get(self, path, ok=200, **options):
        return self.call("GET", path, ok, **options)

    def post(self, path, ok=None, **options):
        return self.call("POST", path, ok, **options)

    def patch(self, path, ok=200, **options):
        return self.call("PATCH", path, ok, **options)

    def put(self, path, ok=200, **options):
        return self.call("PUT", path, ok, **options)

    def delete(self, path, ok=204, **options):
        return self.call("DELETE", path, ok, **options)

    def pages(self, path, limit=None, **params):
        """All items of a list, page by page."""
        items, cursor = [], None
        while True:
            query = {**params, **({"limit": limit} if limit else {}), **({"cursor": cursor} if cursor else {})}
            page = self.get(path, params=query).json()
            assert limit is None or len(page["items"]) <= limit
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    # --- accounts

    @property
    def id(self):
        return self.user["id"]

    @property
    def username(self):
        return self.user["username"]

    @property
    def cookie(self):
        return self.http.cookies.get("parley_refresh")

    def sign_in(self, username=None, password=None, **fields):
        body = {"username": username or self.username, "password": password or self.password, **fields}
        token = self.post("/auth/login", 200, json=body).json()
        self.token, self.session_id = token["access_token"], token["session_id"]
        self.signed_in_at = time.monotonic()
        self.user = self.get("/auth/me").json()
        self.password = body["password"]
        return self

    def again(self, **fields):
        """The same user in a session of its own."""
        return Api(self.server).sign_in(self.username, self.password, **fields)

    def personal_token(self, **fields):
        return self.post("/auth/tokens", 201, json={"name": unique("token"), **fields}).json()

    # --- rooms

    def create_room(self, visibility="public", **fields):
        return self.post("/rooms", 201, json={"name": unique("room"), "visibility": visibility, **fields}).json()

    def join(self, room):
        return self.post(f"/rooms/{room['id']}/join", 200).json()

    def add(self, room, other, **fields):
        return self.put(f"/rooms/{room['id']}/members/{other.id}", json=fields).json()

    def remove(self, room, other):
        return self.delete(f"/rooms/{room['id']}/members/{other.id}")

    def say(self, room, content="hello", key=None, ok=201):
        body = {"content": content, "key": key or unique("k")}
        return self.post(f"/rooms/{room['id']}/messages", ok, json=body).json()

    def page(self, room, **params):
        return self.get(f"/rooms/{room['id']}/messages", params=params).json()

    def socket(self, **options):
        return Socket(self.server.ws_url, self.token, **options)


def register(server, username=None, password=PASSWORD, **fields):
    """A new account, signed in."""
    api = Api(server)
    body = {"username": username or unique("u")[:32], "password": password, **fields}
    api.post("/auth/register", 201, json=body)
    return api.sign_in(body["username"], password)


def json_bytes(value):
    return json.dumps(value).encode()
