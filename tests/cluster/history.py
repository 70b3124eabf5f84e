"""What a workload did and saw, as JSON lines. Times are this machine's monotonic clock, in seconds.

what        fields
room        room, members: user ids, head          how the room stood when the workload took it up
send        room, user, key, content, at           the first attempt; `content` is its digest
ack         room, user, key, seq, at, instances    the first answer that it is durable; by whom it may have been written
refused     room, user, key                        its writer gave it up: it may be written, but has no place in order
change      room, user, change, at, done           a call: add or remove `user`, delete the room; answered at `done`
subscribe   reader, user, room, at, after, head, reset, instance    at the reply
entry       reader, room, at, seq, kind, user, key, content, member, messages, time    as it was delivered
unsubscribed  reader, room, at                     the link was lost, the user removed, the room deleted
fault       part, instance, reader, at, until      see lateness.py
stall       at, until                              the workload itself could not run
log         room, head, entries: [seq, user, key, content]    the room's messages as pages give them, at the end

An instance is None where it is not known: nginx chose it.
"""

import hashlib
import json
import threading
from collections import defaultdict


def digest(content):
    """Contents are compared, not kept."""
    return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()


class Recorder:
    """Appends to a history file. Every record stands for something that has already happened."""

    def __init__(self, path):
        self.path = path
        self.file = path.open("w", encoding="utf-8", buffering=1 << 20)
        self.lock = threading.Lock()  # a text file mixes up what two threads write, and faults are another thread's
        self.counts = defaultdict(int)

    def note(self, what, **fields):
        line = json.dumps({"what": what, **fields}, separators=(",", ":")) + "\n"
        with self.lock:
            self.counts[what] += 1
            self.file.write(line)

    def close(self):
        self.file.close()


def load(path):
    """The records of a history file, by what they are, each in the order of recording."""
    with path.open(encoding="utf-8") as lines:
        return sort(json.loads(line) for line in lines)


def sort(records):
    history = defaultdict(list)
    for record in records:
        history[record["what"]].append(record)
    return history
