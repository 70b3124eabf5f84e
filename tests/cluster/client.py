"""One person's connection: follows rooms, resumes after every loss, and records all that it gets."""

import asyncio
import functools
import itertools
import json
import random
import time

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from cluster.history import digest

GONE = ("not_found", "forbidden")
QUIET = 2.0  # seconds without a frame before it asks whether the link lives
PATIENCE = 4.0  # for the answer; and for a handshake
VISIT = 8.0  # away from where it belongs
BROKEN = (OSError, WebSocketException, InvalidHandshake, TimeoutError, EOFError)


class Following:
    """A room as one client sees it."""

    def __init__(self):
        self.seq = None  # the newest entry that arrived
        self.live = False
        self.asked = False
        self.ended = False


class Client:
    """`places` are (instance or None, WebSocket URL): the first is where it belongs, the others where it goes when that is away."""

    def __init__(self, name, person, places, recorder):
        self.name, self.person, self.places, self.recorder = name, person, places, recorder
        self.place = 0
        self.rooms = {}
        self.socket = None
        self.since = self.heard = 0.0
        self.refs = itertools.count(1)
        self.waiting = {}
        self.subscribing = set()  # tasks
        self.connected = asyncio.Event()
        self.reconnects = 0
        self.task = None

    @property
    def instance(self):
        return self.places[self.place][0]

    def start(self):
        self.task = asyncio.ensure_future(self.run())

    def follow(self, room):
        self.rooms.setdefault(room, Following())

    def live_at(self, room):
        """The newest entry of a room that it follows at this moment; None when it does not."""
        following = self.rooms.get(room)
        return following.seq if following is not None and following.live else None

    # --- the connection

    async def run(self):
        while True:
            try:
                await self.converse()
            except BROKEN:
                # Away from an instance that is away; home again where this one breaks too.
                self.place = 0 if self.place else random.randrange(len(self.places))
            finally:
                self.lost()
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def converse(self):
        options = {"ping_interval": None, "compression": None, "proxy": None, "max_queue": 4096}
        async with connect(
            self.places[self.place][1],
            subprotocols=["parley.v1"],
            additional_headers=self.person.headers,
            local_addr=(self.person.address, 0),
            open_timeout=PATIENCE,
            close_timeout=0.5,
            **options,
        ) as socket:
            self.socket = socket
            self.since = self.heard = time.monotonic()
            self.reconnects += 1
            self.connected.set()
            watch = asyncio.ensure_future(self.watch())
            try:
                async for text in socket:
                    self.heard = time.monotonic()
                    self.take(json.loads(text))
            finally:
                watch.cancel()

    def lost(self):
        self.socket = None
        self.connected.clear()
        at = time.monotonic()
        for room, following in self.rooms.items():
            if following.live:
                self.recorder.note("unsubscribed", reader=self.name, room=room, at=at)
            following.live = following.asked = False
        waiting, self.waiting = self.waiting, {}
        for answer, _ in waiting.values():
            if not answer.done():
                answer.set_result(None)

    async def watch(self):
        """Subscribes to what is followed and not live, ends a link that is dead though nobody says so, and goes home."""
        while True:
            for room, following in list(self.rooms.items()):
                if not (following.live or following.asked or following.ended):
                    following.asked = True
                    self.subscribing.add(task := asyncio.ensure_future(self.subscribe(room, following)))
                    task.add_done_callback(self.subscribing.discard)
            if self.place and time.monotonic() - self.since > VISIT:
                self.place = 0
                await self.socket.close()
                return
            quiet = time.monotonic() - self.heard
            if quiet > QUIET + PATIENCE:
                self.socket.transport.abort()
                return
            if quiet > QUIET:
                await self.post("ping")
            await asyncio.sleep(0.1)

    # --- commands

    async def post(self, type, then=None, **fields):
        """Sends a command; a future of its answer, None when the link was lost first. `then` is called with a reply at once."""
        ref = str(next(self.refs))
        answer = asyncio.get_running_loop().create_future()
        if self.socket is None:
            answer.set_result(None)
            return answer
        self.waiting[ref] = (answer, then)
        try:
            await self.socket.send(json.dumps({"type": type, "ref": ref, **fields}))
        except BROKEN:
            self.waiting.pop(ref, None)
            if not answer.done():
                answer.set_result(None)
        return answer

    async def subscribe(self, room, following):
        connection = self.reconnects
        resume = {} if following.seq is None else {"after": following.seq}
        then = functools.partial(self.subscribed, room, following, following.seq)
        reply = await (await self.post("subscribe", then, room_id=room, **resume))
        if reply is not None and reply["type"] == "error":
            await asyncio.sleep(0.3)
            if self.reconnects == connection:
                following.asked = False

    def subscribed(self, room, following, after, reply):
        """At once, as entries may follow in the same breath."""
        following.live, following.asked = True, False
        reset = bool(reply.get("reset"))
        if after is None or reset:
            following.seq = reply["head"]
        self.recorder.note(
            "subscribe",
            reader=self.name,
            user=self.person.id,
            room=room,
            at=time.monotonic(),
            after=after,
            head=reply["head"],
            reset=reset,
            instance=self.instance,
        )

    # --- what arrives

    def take(self, frame):
        kind = frame["type"]
        if kind in ("reply", "error"):
            answer, then = self.waiting.pop(frame.get("ref"), (None, None))
            if then is not None and kind == "reply":
                then(frame)
            if answer is not None and not answer.done():
                answer.set_result(frame)
        elif kind == "removed":
            self.removed(frame["room_id"])
        elif "seq" in frame and "stream" not in frame:
            self.entry(frame)

    def removed(self, room):
        following = self.rooms.get(room)
        if following is not None and following.live:
            following.live = False
            self.recorder.note("unsubscribed", reader=self.name, room=room, at=time.monotonic())

    def entry(self, frame):
        room = frame["room_id"]
        following = self.rooms[room]
        content = frame.get("content")
        self.recorder.note(
            "entry",
            reader=self.name,
            room=room,
            at=time.monotonic(),
            seq=frame["seq"],
            kind=frame["type"],
            user=frame["user_id"],
            key=frame["key"],
            content=digest(content) if content is not None else None,
            member=frame["member"]["user_id"] if "member" in frame else None,
            messages=frame["messages"],
            time=frame["timestamp"],
        )
        following.seq = frame["seq"] if following.seq is None else max(following.seq, frame["seq"])
        if frame["type"] == "room_deleted":
            following.ended = True
