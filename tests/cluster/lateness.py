"""Late: a message that reached a subscribed reader too long after its acknowledgement, or after the subscription's reply.

The limit is 500 ms where the reader's own instance, links and store have been without a fault for 3 s. It is 2 s where only the
way between instances was at fault: Redis, a link to it, or the writer's own instance (which may have died with the entry in
its hands). Nothing is claimed where the reader's own instance, its link or the store itself was at fault.

A fault has a `part`: instance, mongodb, redis, nginx, link (a reader's own, named in `reader`), clock (which excuses nothing).
`instance` names the one that it is about; None is all. Where a reader's instance is not known (nginx chose it), it may be any.
A fault of nginx is of that which chooses: the instances' entrances have none.
While the workload itself could not run (a stall), no time passes.
"""

from bisect import bisect_left
from collections import defaultdict

USUAL = 0.5  # seconds
BUS_DOWN = 2.0
AFTERMATH = 3.0  # a fault counts for so long after its end

NOTHING, SLOWER, EXCUSED = range(3)


def concerns(fault, instance):
    return fault["instance"] is None or instance is None or fault["instance"] == instance


def effect(fault, reader, instance, writers):
    """What a fault means to a reader on an instance, for an entry that one of the instances `writers` wrote."""
    part = fault["part"]
    if part == "link":
        return EXCUSED if fault["reader"] == reader else NOTHING
    if part == "nginx":
        return EXCUSED if instance is None else NOTHING
    if part in ("instance", "mongodb") and concerns(fault, instance):
        return EXCUSED
    between = any(concerns(fault, writer) for writer in writers) or (part == "redis" and concerns(fault, instance))
    return SLOWER if between and part in ("redis", "instance") else NOTHING


class Stalls:
    """How much of an interval the workload itself could not run."""

    def __init__(self, records):
        self.spans = sorted((record["at"], record["until"]) for record in records)
        self.ends = [until for _, until in self.spans]

    def within(self, begin, end):
        total = 0.0
        for index in range(bisect_left(self.ends, begin), len(self.spans)):
            at, until = self.spans[index]
            if at >= end:
                break
            total += min(until, end) - max(at, begin)
        return total


def limit_of(faults, begin, end, reader, instance, writers):
    """Seconds; None where nothing is claimed."""
    limit = USUAL
    for fault in faults:
        if fault["at"] < end and begin < fault["until"] + AFTERMATH:
            meant = effect(fault, reader, instance, writers)
            if meant == EXCUSED:
                return None
            if meant == SLOWER:
                limit = BUS_DOWN
    return limit


def check_lateness(history, report):
    acks = {(ack["room"], ack["user"], ack["key"]): ack for ack in history["ack"]}
    stalls = Stalls(history["stall"])
    subscribed = defaultdict(list)
    for record in history["subscribe"]:
        subscribed[record["reader"], record["room"]].append(record)
    starts = {key: [record["at"] for record in records] for key, records in subscribed.items()}
    for entry in history["entry"]:
        ack = acks.get((entry["room"], entry["user"], entry["key"])) if entry["kind"] == "message" else None
        index = bisect_left(starts.get((entry["reader"], entry["room"]), []), entry["at"]) - 1
        if ack is None or index < 0:
            continue
        subscription = subscribed[entry["reader"], entry["room"]][index]
        begin = max(ack["at"], subscription["at"])
        late = entry["at"] - begin
        if late <= USUAL:
            continue
        instance = subscription["instance"]
        limit = limit_of(history["fault"], begin, entry["at"], entry["reader"], instance, ack["instances"])
        if limit is not None and late - stalls.within(begin, entry["at"]) > limit:
            place = f"{entry['room']}/{entry['seq']} to {entry['reader']} on {instance or 'nginx'}"
            report.add("late", f"{place}: {late:.2f} s, allowed are {limit} s")
