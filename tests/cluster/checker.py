"""Judges a recorded history: python -m cluster.checker FILE (in tests/). history.py says what is in one.

lost         acknowledged and not in the log at its seq; or in the log and never delivered to a reader that followed it
doubled      one key at two seqs; or one entry delivered twice to a reader that went on from where it was
reordered    delivered after a later one; one sender's messages in another order than sent; a message before one that was
             acknowledged before it was sent; a timestamp smaller than its predecessor's
unexpected   a content, key or sender that nobody sent; one seq with two contents; acknowledged at another seq
hole         a seq that nothing stands at, while something does later
seen after removal, written after removal    by who was no member there, or after the room's end
late         see lateness.py
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

from cluster import history as records
from cluster.deliveries import check_deliveries
from cluster.lateness import check_lateness
from cluster.room_log import room_logs

KINDS = (
    "lost",
    "doubled",
    "reordered",
    "unexpected",
    "hole",
    "seen after removal",
    "written after removal",
    "late",
)


class Report:
    """What was found wrong, and what was looked at."""

    def __init__(self):
        self.findings = defaultdict(list)
        self.figures = {}

    def add(self, kind, what):
        assert kind in KINDS, kind
        self.findings[kind].append(what)

    @property
    def counts(self):
        return {kind: len(self.findings[kind]) for kind in KINDS if self.findings[kind]}

    def __str__(self):
        figures = [f"{value} {name}" for name, value in self.figures.items()]
        wrong = [f"{len(self.findings[kind])} {kind}" for kind in KINDS]
        lines = [", ".join(figures), ", ".join(wrong)]
        for kind in KINDS:
            lines += [f"  {kind}: {what}" for what in self.findings[kind][:8]]
        return "\n".join(lines)


def check_contents(log, sent, report):
    for known, other in log.conflicts:
        report.add("unexpected", f"{log.room}/{known.seq} is both {known.identity()} and {other.identity()}")
    seen = {}
    for entry in log.messages():
        if entry.seq <= log.base:
            continue
        told = sent.get((log.room, entry.user, entry.key))
        if told is None or told["content"] != entry.content:
            report.add("unexpected", f"{log.room}/{entry.seq}: nobody sent {entry.identity()}")
        if (entry.user, entry.key) in seen:
            at = seen[entry.user, entry.key]
            report.add("doubled", f"{log.room}: {entry.key} of {entry.user} stands at {at} and at {entry.seq}")
        seen[entry.user, entry.key] = entry.seq
    return seen


def check_holes(log, report):
    if log.head is None:
        return  # the room is gone: what nobody saw is no hole
    last = max([log.base, log.head or 0, *log.entries])
    for seq in range(log.base + 1, last + 1):
        if seq not in log.entries:
            report.add("hole", f"{log.room}/{seq}: nothing stands there, the log goes on to {last}")


def check_running_values(log, report):
    for entry in log.entries.values():
        before = log.entries.get(entry.seq - 1)
        if before is None or before.messages is None or entry.messages is None:
            continue
        if entry.messages != before.messages + (entry.kind == "message"):
            report.add("unexpected", f"{log.room}/{entry.seq} counts {entry.messages} messages after {before.messages}")


def check_acknowledged(log, acks, places, report):
    """Only where the end of the log was read, or somebody saw a later entry, can a missing one be told from an unseen one."""
    for ack in acks:
        entry = log.entries.get(ack["seq"])
        if entry is not None and (entry.user, entry.key) == (ack["user"], ack["key"]):
            continue
        place = places.get((ack["user"], ack["key"]))
        where = f"{log.room}/{ack['seq']}: {ack['key']} of {ack['user']}"
        if place is not None:
            report.add("unexpected", f"{where} was acknowledged there, and stands at {place}")
        elif log.head is not None or entry is not None:
            report.add("lost", f"{where} was acknowledged, and is nowhere")


def check_order(log, sent, acks, report):
    acked_at = {(ack["user"], ack["key"]): ack["at"] for ack in acks}
    last_time, last_number = "", {}
    for seq in sorted(log.entries):
        entry = log.entries[seq]
        if entry.time is not None:
            if entry.time < last_time:
                report.add("reordered", f"{log.room}/{seq}: its time is smaller than its predecessor's")
            last_time = entry.time
        told = sent.get((log.room, entry.user, entry.key)) if entry.kind == "message" else None
        if told is not None and told["number"] is not None:
            if told["number"] < last_number.get(entry.user, -1):
                report.add("reordered", f"{log.room}/{seq}: {entry.key} stands after what {entry.user} sent later")
            last_number[entry.user] = told["number"]
    earliest = None  # the first acknowledgement among all later entries
    for entry in sorted(log.messages(), key=lambda entry: -entry.seq):
        told = sent.get((log.room, entry.user, entry.key))
        if told is not None and earliest is not None and told["at"] > earliest[0]:
            report.add("reordered", f"{log.room}/{entry.seq} was sent after {earliest[1]} was acknowledged")
        at = acked_at.get((entry.user, entry.key))
        if at is not None and (earliest is None or at < earliest[0]):
            earliest = (at, entry.seq)


def check_permissions(log, report):
    for entry in log.messages():
        if entry.seq > log.base and not log.is_member(entry.user, entry.seq):
            report.add("written after removal", f"{log.room}/{entry.seq}: {entry.user} was no member there")
    for seq in sorted(log.entries):
        if log.deleted_at is not None and seq > log.deleted_at:
            report.add("written after removal", f"{log.room}/{seq}: the room was deleted at {log.deleted_at}")


def check(history):
    """The report on a history, as load() gives it."""
    report = Report()
    logs = room_logs(history)
    sent = {}
    for number, record in enumerate(history["send"]):
        sent.setdefault((record["room"], record["user"], record["key"]), {**record, "number": number})
    for record in history["refused"]:
        sent[record["room"], record["user"], record["key"]]["number"] = None
    acks = defaultdict(list)
    for ack in history["ack"]:
        acks[ack["room"]].append(ack)
    for log in logs.values():
        places = check_contents(log, sent, report)
        check_holes(log, report)
        check_running_values(log, report)
        check_acknowledged(log, acks[log.room], places, report)
        check_order(log, sent, acks[log.room], report)
        check_permissions(log, report)
    check_deliveries(history, logs, report)
    check_lateness(history, report)
    report.figures = figures_of(history)
    return report


def figures_of(history):
    faults = Counter(fault["part"] for fault in history["fault"])
    times = [record["at"] for what in ("send", "ack", "entry") for record in history[what]]
    return {
        "minutes": round((max(times) - min(times)) / 60, 1) if times else 0,
        "faults": sum(faults.values()),
        "acknowledged": len(history["ack"]),
        "delivered": len(history["entry"]),
    }


if __name__ == "__main__":
    verdict = check(records.load(Path(sys.argv[1])))
    print(verdict)
    sys.exit(1 if verdict.counts else 0)
