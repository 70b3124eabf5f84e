"""nginx reloaded under 3,000 connections: none is lost, and the chat goes on."""

import asyncio
import json
import time

import pytest
from websockets.asyncio.client import connect

from cluster.people import source_address
from cluster.test_faults import judge

CONNECTIONS = 3000


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
