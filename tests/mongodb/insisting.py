"""Writers who send each message until it is acknowledged, under one key; and what must be true of it all afterwards."""

import threading
import time

from support.client import Api, unique

ANSWER_WITHIN = 10.0  # seconds
TRIES = 200


class Insisting:
    """`with Insisting(server, token, room) as writers:` they write until its end."""

    def __init__(self, server, token, room, count=4):
        self.server, self.token, self.room = server, token, room
        self.acknowledged = {}  # content: seq
        self.slowest = 0.0  # seconds
        self.wrong = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(f"w{i}",)) for i in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        assert not self.wrong, self.wrong

    @property
    def last(self):
        return max(self.acknowledged.values())

    def _write(self, name):
        api, n = Api(self.server, self.token), 0
        while not self.stopping.is_set() and not self.wrong:
            self._say(api, unique(name), f"{name} {n}")
            n += 1
            time.sleep(0.05)

    def _say(self, api, key, content):
        for _ in range(TRIES):
            begin = time.monotonic()
            body = {"content": content, "key": key}
            response = api.call("POST", f"/rooms/{self.room['id']}/messages", check=False, json=body)
            self.slowest = max(self.slowest, time.monotonic() - begin)
            if response.status_code in (200, 201):
                self.acknowledged[content] = response.json()["seq"]
                return
            if response.status_code not in (503, 504):
                break
            time.sleep(0.1)
        self.wrong.append(f"{content}: {response.status_code} {response.text}")


def whole_log(api, room):
    stored, after, more = [], 0, True
    while more:
        page = api.page(room, after=after, limit=100)
        stored += page["messages"]
        more = page["has_more"]
        after = stored[-1]["seq"]
    return stored


def judge(writers, stored, pushed):
    """`stored` is the room's log, `pushed` what one subscriber got up to the last that was acknowledged."""
    contents = [m["content"] for m in stored]
    assert len(set(contents)) == len(contents), "a message is there twice"
    assert all(stored[seq - 2]["content"] == content for content, seq in writers.acknowledged.items())
    assert [m["seq"] for m in stored] == list(range(2, 2 + len(stored)))
    assert [e["seq"] for e in pushed] == list(range(2, writers.last + 1)), "each once, in order, on one connection"
    by_writer = {}
    for content in contents:
        name, number = content.split()
        by_writer.setdefault(name, []).append(int(number))
    for name, numbers in by_writer.items():
        assert numbers == list(range(len(numbers))), f"{name}'s messages in another order than said"
    assert len(writers.acknowledged) > 20
    assert writers.slowest < ANSWER_WITHIN
