"""A WebSocket client (the library `websockets`) that holds every frame to asyncapi.yaml."""

import collections
import itertools
import json
import time

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from support import contract


def is_entry_of(room, frame):
    """An entry of the room's log; entries of one's own stream may name the room too."""
    return frame.get("room_id") == room["id"] and "seq" in frame and "stream" not in frame


class Refused(Exception):
    """The server answered a command with an error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.error = error
        self.code = error["code"]


def handshake_status(url, subprotocols=("parley.v1",), headers=None, **options):
    """The HTTP status that the server refuses this handshake with; 101 when it does not."""
    try:
        with connect(url, subprotocols=list(subprotocols), additional_headers=headers or {}, proxy=None, **options):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


class Socket:
    """Commands are answered by ref; what else comes meanwhile waits in the backlog, in order."""

    def __init__(self, url, token, by_subprotocol=False, check=True, **options):
        subprotocols, headers = ["parley.v1"], options.pop("additional_headers", {})
        if by_subprotocol:
            subprotocols.append(f"bearer.{token}")
        elif token:
            headers = {"Authorization": f"Bearer {token}", **headers}
        options.setdefault("open_timeout", 20)
        self.ws = connect(
            url,
            subprotocols=subprotocols,
            additional_headers=headers,
            proxy=None,
            max_queue=None,
            compression=None,
            **options,
        )
        self.check = check
        self.backlog = collections.deque()
        self.refs = itertools.count(1)
        self.hello = self._receive(20)
        assert self.hello["type"] == "hello", self.hello

    def _receive(self, timeout):
        text = self.ws.recv(timeout=timeout)
        assert isinstance(text, str), "a binary message"
        return contract.check_frame(text) if self.check else json.loads(text)

    def raw(self, text):
        self.ws.send(text)

    def post(self, type, **fields):
        """Sends a command without waiting for its answer; its ref."""
        ref = fields.pop("ref", None) or str(next(self.refs))
        self.ws.send(json.dumps({"type": type, "ref": ref, **fields}))
        return ref

    def answer(self, ref, timeout=15):
        """The reply or the error with that ref."""
        return self.until(lambda f: f["type"] in ("reply", "error") and f.get("ref") == ref, timeout)

    def ask(self, type, timeout=15, **fields):
        """Sends a command and returns its reply; raises Refused."""
        answer = self.answer(self.post(type, **fields), timeout)
        if answer["type"] == "error":
            raise Refused(answer)
        return answer

    def refuse(self, type, **fields):
        """Sends a command that must be refused; the error."""
        try:
            reply = self.ask(type, **fields)
        except Refused as refusal:
            return refusal.error
        raise AssertionError(f"{type} {fields} was not refused but answered {reply}")

    def subscribe(self, room, **fields):
        return self.ask("subscribe", room_id=room["id"], **fields)

    def send(self, room, content="hello", key=None):
        from support.client import unique

        return self.ask("send", room_id=room["id"], content=content, key=key or unique("k"))

    def until(self, wanted, timeout=10):
        """The first frame that `wanted` says yes to; those before it stay in the backlog."""
        for index, frame in enumerate(self.backlog):
            if wanted(frame):
                del self.backlog[index]
                return frame
        deadline = time.monotonic() + timeout
        while True:
            try:
                frame = self._receive(max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                raise AssertionError(f"nothing of the kind came; the backlog: {list(self.backlog)[-20:]}") from None
            if wanted(frame):
                return frame
            self.backlog.append(frame)

    def expect(self, type, timeout=10, **fields):
        """The first frame of that type with those fields."""
        return self.until(lambda f: f["type"] == type and all(f.get(k) == v for k, v in fields.items()), timeout)

    def skip_to(self, type, timeout=10, **fields):
        """As expect, but the frames before it are let go: all that is still to be had came after it."""
        deadline = time.monotonic() + timeout
        while True:
            frame = self.next(max(0.0, deadline - time.monotonic()))
            if frame["type"] == type and all(frame.get(k) == v for k, v in fields.items()):
                return frame

    def watch(self, api, room):
        """Follows a room until its user's own coming has been told, so that news of presence after it is of others."""
        self.subscribe(room)
        self.until(lambda f: f["type"] == "user_joined" and api.id in {u["user_id"] for u in f["users"]})

    def next(self, timeout=10):
        """The next frame, whatever it is."""
        return self.backlog.popleft() if self.backlog else self._receive(timeout)

    def next_entry(self, room, timeout=10):
        """The next entry of a room's log: whatever has its id and a seq."""
        return self.until(lambda f: is_entry_of(room, f), timeout)

    def entries(self, room, count, timeout=20):
        return [self.next_entry(room, timeout) for _ in range(count)]

    def settle(self, seconds=0.3):
        """All that came up to now, and for a moment more. After a fence, so that nothing is still on its way."""
        self.ask("ping")
        end = time.monotonic() + seconds
        while True:
            try:
                self.backlog.append(self._receive(max(0.0, end - time.monotonic())))
            except TimeoutError:
                break
        frames, self.backlog = list(self.backlog), collections.deque()
        return frames

    def closed(self, timeout=10):
        """Waits until the server closes; the code it gave, 1006 when it gave none."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.backlog.append(self._receive(max(0.0, deadline - time.monotonic())))
            except TimeoutError:
                raise AssertionError("the connection is still open") from None
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else 1006

    def close(self):
        self.ws.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ws.close()
