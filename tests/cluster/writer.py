"""Writes into one room as one person: some messages in one breath, then each settled by its key, the oldest first."""

import asyncio
import itertools
import random
import secrets
import time

from cluster.client import GONE
from cluster.history import digest

ANSWER_WITHIN = 11.0  # seconds; the server's own deadline is 9
AGAIN = {"rate_limited", "store_unavailable", "busy", "shutting_down", "outcome_unknown", "internal_error"}
_numbers = itertools.count(1)


class Message:
    def __init__(self):
        self.key = f"k{next(_numbers)}-{secrets.token_hex(3)}"
        self.content = f"{self.key} " + "x" * random.randrange(40)
        self.instances = []  # those that it was sent to


class Writer:
    """`pace` is awaited before each message; `caller`, where given, sends by REST now and then."""

    def __init__(self, client, room, recorder, pace, caller=None, burst=4):
        self.client, self.room, self.recorder = client, room, recorder
        self.pace, self.caller, self.burst = pace, caller, burst
        self.person = client.person
        self.stopping = False
        self.refused = 0
        self.unsettled = 0
        self.acknowledged = 0

    async def run(self):
        while not self.stopping:
            messages = [Message() for _ in range(random.randint(1, self.burst))]
            for _ in messages:
                await self.pace()
            if not self.stopping:
                await self.write(messages)

    async def write(self, messages):
        """Returns when each is acknowledged, or refused for good."""
        self.unsettled = len(messages)
        for message in messages:
            self.recorder.note(
                "send",
                room=self.room,
                user=self.person.id,
                key=message.key,
                content=digest(message.content),
                at=time.monotonic(),
            )
        for message, settled in zip(messages, await self.try_all(messages), strict=True):
            while not settled:
                await asyncio.sleep(random.uniform(0.05, 0.3))
                settled = await self.try_one(message)
            self.unsettled -= 1
        if self.refused:
            self.refused = 0
            await self.wait_to_be_let_in()

    async def wait_to_be_let_in(self):
        """Who was removed tries again now and then, as nobody should let them; the others until they follow the room again."""
        for _ in range(30):
            if self.stopping or self.client.live_at(self.room) is not None:
                return
            await asyncio.sleep(0.1)

    async def try_all(self, messages):
        """In one breath over the WebSocket; whether each is settled."""
        if self.caller is not None and random.random() < 0.3:
            return [await self.try_rest(messages[0])] + [False] * (len(messages) - 1)
        connection, place = self.client.reconnects, self.client.instance
        answers = []
        for message in messages:
            if self.client.reconnects != connection:
                break  # what follows on another connection would overtake what the first has lost
            message.instances.append(place)
            answers.append(await self.post(message))
        settled = [await self.settled(message, answer) for message, answer in zip(messages, answers, strict=False)]
        return settled + [False] * (len(messages) - len(settled))

    async def try_one(self, message):
        if self.caller is not None and random.random() < 0.3:
            return await self.try_rest(message)
        message.instances.append(self.client.instance)
        return await self.settled(message, await self.post(message))

    async def post(self, message):
        return await self.client.post("send", room_id=self.room, key=message.key, content=message.content)

    async def settled(self, message, answer):
        try:
            reply = await asyncio.wait_for(answer, ANSWER_WITHIN)
        except TimeoutError:
            return False
        if reply is None:
            return False
        if reply["type"] == "reply":
            return self.acknowledge(message, reply["seq"])
        return self.refuse(message, reply["code"])

    async def try_rest(self, message):
        message.instances.append(None)
        body = {"content": message.content, "key": message.key}
        response = await self.caller.call("POST", f"/rooms/{self.room}/messages", json=body)
        if response is None:
            return False
        if response.status_code in (200, 201):
            return self.acknowledge(message, response.json()["seq"])
        return self.refuse(message, response.json()["code"])

    def acknowledge(self, message, seq):
        self.acknowledged += 1
        self.recorder.note(
            "ack",
            room=self.room,
            user=self.person.id,
            key=message.key,
            seq=seq,
            at=time.monotonic(),
            instances=sorted(set(message.instances), key=str),
        )
        return True

    def refuse(self, message, code):
        """Whether that is the last word."""
        if code in GONE:
            self.refused += 1
            self.recorder.note("refused", room=self.room, user=self.person.id, key=message.key)
            return True
        if code in AGAIN:
            return False
        raise AssertionError(f"a message was refused as {code}")
