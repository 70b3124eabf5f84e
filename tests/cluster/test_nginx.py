"""All clients behind one nginx, as they are where it is deployed; and nginx reloaded under 3,000 connections."""

import asyncio
import json
import time

import pytest
from websockets.asyncio.client import connect

from cluster.faults import COMES_BACK_WITHIN
from cluster.people import source_address
from cluster.test_faults import judge
from cluster.workload import as_nginx_chooses

CONNECTIONS = 3000


def connections(chat):
    """Those that its clients have made up to now."""
    return sum(client.reconnects for client in chat.clients)


@pytest.fixture
def chat_behind(make_chat, deployment, request):
    chat = make_chat(request.node.name, places=as_nginx_chooses)
    assert {url for client in chat.clients for _, url in client.places} == {deployment.at().ws_url}
    time.sleep(2)
    return chat


def test_instances_are_killed_under_clients_who_know_of_nginx_only(chat_behind, deployment):
    """Each of them once: whoever was on it finds another, by the same address."""
    for number, instance in enumerate(deployment.instances, 1):
        before = connections(chat_behind)
        with chat_behind.fault("instance", str(number)):
            instance.kill()
            time.sleep(1)
            instance.start(COMES_BACK_WITHIN)
        time.sleep(5)
        assert connections(chat_behind) > before, "nobody was on it: this proves nothing"
    judge(chat_behind, 15)


def test_nginx_is_reloaded_under_clients_who_know_of_it_only(chat_behind, deployment):
    """Its workers serve on whom they have: nobody is cut off, so nothing is excused."""
    before, workers = connections(chat_behind), set(deployment.nginx.workers())
    for _ in range(3):
        deployment.nginx.reload()
        time.sleep(2)
    assert set(deployment.nginx.workers()) - workers, "nginx did not reload"
    assert connections(chat_behind) == before
    judge(chat_behind, 6)


class Crowd:
    """Connections that only listen; run on the chat's loop."""

    def __init__(self, url, person):
        self.url, self.person = url, person
        self.sockets = []
        self.addresses = [source_address() for _ in range(20)]

    async def gather(self, count):
        places = asyncio.Semaphore(32)

        async def come(number):
            async with places:
                socket = await connect(
                    self.url,
                    subprotocols=["parley.v1"],
                    additional_headers=self.person.headers,
                    local_addr=(self.addresses[number % len(self.addresses)], 0),
                    open_timeout=30,
                    ping_interval=None,
                    compression=None,
                    proxy=None,
                )
                assert json.loads(await socket.recv())["type"] == "hello"
                self.sockets.append(socket)

        await asyncio.gather(*(come(number) for number in range(count)))

    async def answering(self):
        """How many of them are answered to."""

        async def asks(socket):
            await socket.send('{"type":"ping","ref":"1"}')
            while json.loads(await asyncio.wait_for(socket.recv(), 20)).get("ref") != "1":
                pass

        answers = await asyncio.gather(*(asks(socket) for socket in self.sockets), return_exceptions=True)
        return sum(answer is None for answer in answers)

    async def leave(self):
        for socket in self.sockets:
            socket.transport.abort()


@pytest.mark.timeout(240)
def test_a_reload_under_3000_connections(make_chat, deployment, cast):
    chat = make_chat("reload", rate=30)
    crowd = Crowd(deployment.at().ws_url, cast.readers[0])
    chat.do(crowd.gather(CONNECTIONS))
    workers = set(deployment.nginx.workers())
    with chat.fault("nginx"):
        deployment.nginx.reload()
        deadline = time.monotonic() + 10
        while not set(deployment.nginx.workers()) - workers:
            assert time.monotonic() < deadline, "nginx did not reload"
            time.sleep(0.05)
    time.sleep(3)
    assert chat.do(crowd.answering()) == CONNECTIONS
    late = Crowd(deployment.at().ws_url, cast.readers[1])
    chat.do(late.gather(10))
    assert chat.do(late.answering()) == 10
    chat.do(late.leave())
    chat.do(crowd.leave())
    judge(chat, 3)
