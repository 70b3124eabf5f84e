"""One room's log, put together from all that was delivered of it and from what the store says at the end."""

from collections import defaultdict
from dataclasses import dataclass, field

MEMBERSHIP = ("member_added", "member_removed")


@dataclass
class Entry:
    seq: int
    kind: str
    user: str
    key: str
    content: str | None = None
    member: str | None = None
    messages: int | None = None
    time: str | None = None
    first_seen: float | None = None  # by any reader

    def identity(self):
        return (self.kind, self.user, self.key, self.content, self.member)


@dataclass
class RoomLog:
    room: str
    base: int = 0  # the head when the workload began
    head: int | None = None  # the head at the end, where it was read
    initial: set = field(default_factory=set)
    entries: dict = field(default_factory=dict)
    conflicts: list = field(default_factory=list)
    membership: dict = field(default_factory=lambda: defaultdict(list))  # user -> [(seq, is member)]
    deleted_at: int | None = None

    def take(self, entry):
        known = self.entries.get(entry.seq)
        if known is None:
            self.entries[entry.seq] = entry
        elif known.identity() != entry.identity():
            self.conflicts.append((known, entry))

    def settle(self):
        """To be called when all entries are in: who was a member when."""
        for seq in sorted(self.entries):
            entry = self.entries[seq]
            if entry.kind in MEMBERSHIP:
                self.membership[entry.member].append((seq, entry.kind == "member_added"))
            elif entry.kind == "room_deleted" and self.deleted_at is None:
                self.deleted_at = seq

    def is_member(self, user, seq):
        """Whether the user may read and write the entry at seq, from the changes before it."""
        state = user in self.initial
        for at, member in self.membership.get(user, ()):
            if at >= seq:
                break
            state = member
        return state

    def removal_before(self, user, seq):
        """The seq of the user's last membership change before seq."""
        return max((at for at, _ in self.membership.get(user, ()) if at < seq), default=0)

    def messages(self):
        return (self.entries[seq] for seq in sorted(self.entries) if self.entries[seq].kind == "message")


def room_logs(history):
    logs = {r["room"]: RoomLog(r["room"], r["head"], initial=set(r["members"])) for r in history["room"]}
    for record in history["entry"]:
        log = logs[record["room"]]
        known = log.entries.get(record["seq"])
        if known is None or known.key != record["key"] or known.content != record["content"]:
            log.take(
                Entry(
                    *(record[name] for name in ("seq", "kind", "user", "key", "content", "member", "messages", "time")),
                    first_seen=record["at"],
                )
            )
        elif known.first_seen is None or record["at"] < known.first_seen:
            known.first_seen = record["at"]
    for record in history["log"]:
        log = logs[record["room"]]
        log.head = record["head"]
        for seq, user, key, content in record["entries"]:
            log.take(Entry(seq, "message", user, key, content))
    for log in logs.values():
        log.settle()
    return logs
