"""Accounts on a deployment, with tokens that last; and calls that are repeated until they are answered."""

import asyncio
import itertools
import secrets
from dataclasses import dataclass

import httpx

PASSWORD = "correct horse battery"
API = "/api/v1"
_address = itertools.count(1)


def source_address():
    """Everybody comes from an address of their own, as nginx counts by address."""
    number = next(_address)
    return f"127.77.{number // 250 % 250}.{number % 250 + 1}"


@dataclass
class Person:
    id: str
    name: str
    token: str
    address: str

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}


def http(base_url, address, headers=None, timeout=12.0):
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=base_url + API, transport=transport, headers=headers, timeout=timeout, trust_env=False)


def register(base_url, name):
    """A new account, with a personal access token, which needs no renewal."""
    address = source_address()
    name = f"{name}-{secrets.token_hex(4)}"
    with http(base_url, address) as client:
        account = {"username": name, "password": PASSWORD}
        client.post("/auth/register", json=account).raise_for_status()
        login = client.post("/auth/login", json=account).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {login['access_token']}"
        user = client.get("/auth/me").raise_for_status().json()
        token = client.post("/auth/tokens", json={"name": "cluster"}).raise_for_status().json()["token"]
    return Person(user["id"], name, token, address)


class Caller:
    """REST for one person; asynchronous."""

    def __init__(self, person, base_url, timeout=12.0):
        transport = httpx.AsyncHTTPTransport(local_address=person.address)
        self.http = httpx.AsyncClient(
            base_url=base_url + API, transport=transport, headers=person.headers, timeout=timeout, trust_env=False
        )

    async def call(self, method, path, **options):
        """The response; None when there was none, or one that says nothing of the outcome."""
        try:
            response = await self.http.request(method, path, **options)
        except (httpx.HTTPError, OSError):
            return None
        return None if response.status_code in (429, 500, 502, 503, 504) else response

    async def insist(self, method, path, patience=60.0, **options):
        """Repeats an idempotent call until its outcome is known."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while loop.time() < deadline:
            response = await self.call(method, path, **options)
            if response is not None:
                return response
            await asyncio.sleep(0.2)
        raise TimeoutError(f"{method} {path}: no outcome within {patience} s")

    async def close(self):
        await self.http.aclose()
