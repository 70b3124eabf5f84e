"""A chat of many over a deployment: writers and readers on all instances, members who come and go, rooms that end; while
the tests break things. All that happens is recorded, and judged by the checker.

The chat runs in a thread of its own, so that a test reads as what it does to the deployment:

    with chat.fault("redis"):
        deployment.redis.kill()
        time.sleep(3)
        deployment.redis.start()
"""

import asyncio
import contextlib
import random
import threading
import time

from cluster import checker, history
from cluster.churn import Churn
from cluster.client import Client
from cluster.people import Caller, http, register
from cluster.writer import Writer

RATE = 30.0  # messages a second: what two cores carry
STALL = 0.1  # seconds; a turn of the workload's loop that takes longer is noted


def everywhere(deployment, number):
    """Where the client of that number belongs, and where it goes else: every fourth to whichever instance nginx chooses."""
    chosen = [(str(n), deployment.at(n).ws_url) for n in range(1, len(deployment.instances) + 1)]
    if number % 4 == 3:
        return [*as_nginx_chooses(deployment, number), *chosen]
    first = number % 4 % len(chosen)
    return [chosen[first], *chosen[:first], *chosen[first + 1 :], *as_nginx_chooses(deployment, number)]


def as_nginx_chooses(deployment, number):
    """As clients of a deployment are: they know of no instance."""
    return [(None, deployment.at().ws_url)]


class Cast:
    """The people of a deployment: registered once, they take part in one chat after the other."""

    def __init__(self, deployment, writers=6, guests=4, readers=8, url=None):
        url = url or deployment.url
        self.owner = register(url, "owner")
        self.writers = [register(url, "writer") for _ in range(writers)]
        self.guests = [register(url, "guest") for _ in range(guests)]
        self.readers = [register(url, "reader") for _ in range(readers)]

    @property
    def everybody(self):
        return [self.owner, *self.writers, *self.guests, *self.readers]


class Chat:
    """`rate` is messages a second, over all writers; `places` says where the client of a number belongs."""

    def __init__(self, deployment, cast, folder, rate=RATE, rooms=2, churn=True, seed=None, places=everywhere):
        self.deployment, self.cast, self.rate, self.places = deployment, cast, rate, places
        self.seed = time.time_ns() % 1_000_000 if seed is None else seed
        random.seed(self.seed)
        folder.mkdir(parents=True, exist_ok=True)
        self.recorder = history.Recorder(folder / f"history-{self.seed}.jsonl")
        self.rooms = [self.make_room() for _ in range(rooms)]
        self.clients, self.writers, self.churn = [], [], Churn(self) if churn else None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.next_turn = 0.0
        self.broken = []

    # --- for the tests

    def __enter__(self):
        self.thread.start()
        self.do(self.begin())
        return self

    def __exit__(self, *_):
        if not self.loop.is_closed():
            self.do(self.end())
            self.close()

    @contextlib.contextmanager
    def fault(self, part, instance=None, reader=None):
        """What happens inside is a fault of that part."""
        begin = time.monotonic()
        try:
            yield
        finally:
            until = time.monotonic()
            self.recorder.note("fault", part=part, instance=instance, reader=reader, at=begin, until=until)

    def finish(self):
        """Lets everything settle, reads the logs, and returns the checker's report."""
        self.do(self.settle())
        self.do(self.end())
        self.close()
        report = checker.check(history.load(self.recorder.path))
        assert not self.broken, self.broken[0]
        return report

    def do(self, coroutine, timeout=240):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
        self.recorder.close()

    # --- the chat

    def make_room(self):
        """With all but the guests in it."""
        members = [*self.cast.writers, *self.cast.readers]
        with http(self.deployment.url, self.cast.owner.address, self.cast.owner.headers) as owner:
            made = owner.post("/rooms", json={"name": f"r{time.time_ns()}", "visibility": "private"})
            room = made.raise_for_status().json()["id"]
            for person in members:
                owner.put(f"/rooms/{room}/members/{person.id}", json={}).raise_for_status()
            head = owner.get(f"/rooms/{room}").raise_for_status().json()["head"]
        people = [self.cast.owner.id, *(person.id for person in members)]
        self.recorder.note("room", room=room, members=people, head=head)
        return room

    async def begin(self):
        self.callers = {p.id: Caller(p, self.deployment.url) for p in self.cast.everybody}
        for number, person in enumerate(self.cast.everybody):
            self.add_client(f"{person.name}#{number}", person, self.places(self.deployment, number))
        self.tasks = [self.spawn(self.watch_stalls())]
        # Before anything happens: what nobody saw would look like a hole.
        steady = [client for client in self.clients if client.person not in self.cast.guests]
        await self.until(lambda: all(c.live_at(room) is not None for c in steady for room in self.rooms), 20)
        for client in self.clients:
            if client.person in [*self.cast.writers, *self.cast.guests]:
                for room in self.rooms:
                    self.add_writer(client, room)
        if self.churn is not None:
            self.tasks.append(self.spawn(self.churn.run()))

    def add_client(self, name, person, places):
        client = Client(name, person, places, self.recorder)
        for room in self.rooms:
            client.follow(room)
        self.clients.append(client)
        client.start()
        return client

    async def join_late(self, person, name, places):
        """One more reader, at one place only; the client."""
        client = self.add_client(name, person, places)
        await asyncio.wait_for(client.connected.wait(), 20)
        return client

    def add_writer(self, client, room):
        writer = Writer(client, room, self.recorder, self.pace, self.callers[client.person.id])
        self.writers.append(writer)
        self.spawn(writer.run())

    def spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        task.add_done_callback(self.ended)
        return task

    def ended(self, task):
        if not task.cancelled() and task.exception() is not None:
            self.broken.append(task.exception())

    async def pace(self):
        """One message's turn. What was missed while nothing went is not made up for."""
        now = time.monotonic()
        self.next_turn = max(self.next_turn, now) + 1 / self.rate
        await asyncio.sleep(self.next_turn - now)

    async def watch_stalls(self):
        while True:
            before = time.monotonic()
            await asyncio.sleep(STALL / 2)
            after = time.monotonic()
            if after - before > STALL:
                self.recorder.note("stall", at=before, until=after)

    # --- its end

    async def settle(self):
        if self.churn is not None:
            await self.churn.stop()
        for writer in self.writers:
            writer.stopping = True
        await self.until(lambda: not any(writer.unsettled for writer in self.writers), 60)
        owner = self.callers[self.cast.owner.id]
        heads = {}
        for room in self.rooms:
            heads[room] = (await owner.insist("GET", f"/rooms/{room}")).json()["head"]
        await self.until(lambda: self.all_at(heads), 15)
        for room, head in heads.items():
            entries = await self.read_messages(owner, room)
            self.recorder.note("log", room=room, head=head, entries=entries)

    def all_at(self, heads):
        return all(
            client.live_at(room) == head
            for room, head in heads.items()
            for client in self.clients
            if self.churn is None or self.churn.is_member(client.person, room)
        )

    async def until(self, holds, patience):
        """Waits; that it never held is for the checker to find."""
        for _ in range(int(patience / 0.05)):
            if holds():
                return
            await asyncio.sleep(0.05)

    async def read_messages(self, owner, room):
        entries, after = [], 0
        while True:
            path = f"/rooms/{room}/messages?after={after}&limit=100"
            page = (await owner.insist("GET", path)).json()
            for m in page["messages"]:
                entries.append([m["seq"], m["user_id"], m["key"], history.digest(m["content"])])
            if not page["has_more"]:
                return entries
            after = page["messages"][-1]["seq"]

    async def end(self):
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for caller in self.callers.values():
            await caller.close()
