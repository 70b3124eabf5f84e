"""What each reader got: everything from where its subscription began, in order, each once, and nothing it may not see."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Subscription:
    """From the reply to a subscribe until the link was lost, the user removed or the room deleted."""

    reader: str
    user: str
    room: str
    at: float
    start: int  # the first expected is the one after
    until: float | None = None
    entries: list = field(default_factory=list)


def subscriptions(history):
    """All of them. The order of a reader's records is the order in which it saw things."""
    current, done = {}, []
    records = [(r["at"], n, r) for what in ("subscribe", "entry", "unsubscribed") for n, r in enumerate(history[what])]
    rank = {"subscribe": 0, "entry": 1, "unsubscribed": 2}
    records.sort(key=lambda item: (item[0], rank[item[2]["what"]], item[1]))
    for at, _, record in records:
        key = (record["reader"], record["room"])
        if record["what"] == "subscribe":
            resumed = record["after"] is not None and not record["reset"]
            start = record["after"] if resumed else record["head"]
            current[key] = Subscription(record["reader"], record["user"], record["room"], at, start)
            done.append(current[key])
        elif record["what"] == "entry" and key in current:
            current[key].entries.append(record)
        elif record["what"] == "unsubscribed" and key in current:
            current.pop(key).until = at
    return done


def check_deliveries(history, logs, report):
    calls = defaultdict(list)
    for change in history["change"]:
        calls[change["room"], change["user"]].append(change)
    for subscription in subscriptions(history):
        log = logs[subscription.room]
        check_sequence(subscription, log, report)
        check_sight(subscription, log, calls[subscription.room, subscription.user], report)


def check_sequence(subscription, log, report):
    who = f"{subscription.reader} in {subscription.room}"
    highest, seen = subscription.start, set()
    for entry in subscription.entries:
        seq = entry["seq"]
        if seq in seen or seq <= subscription.start:
            report.add("doubled", f"{who} got {seq} again")
        elif seq < highest:
            report.add("reordered", f"{who} got {seq} after {highest}")
        seen.add(seq)
        highest = max(highest, seq)
    last = highest
    if subscription.until is None and log.head is not None:
        last = max(last, log.head)  # it was live to the end
    for seq in range(subscription.start + 1, last + 1):
        if seq not in seen and seq in log.entries:
            report.add("lost", f"{who} never got {seq}, but {highest}")


def check_sight(subscription, log, calls, report):
    """Who was added again may read all of the history, by a subscription of that time."""
    removed_at = None
    for entry in subscription.entries:
        seq = entry["seq"]
        who = f"{subscription.reader} ({subscription.user}) in {subscription.room} got {seq}"
        if removed_at is not None:
            report.add("seen after removal", f"{who} after its own removal at {removed_at}, by the same subscription")
        elif log.deleted_at is not None and seq > log.deleted_at:
            report.add("seen after removal", f"{who} after the room's end at {log.deleted_at}")
        elif not log.is_member(subscription.user, seq) and not was_added_again(
            log, subscription, log.removal_before(subscription.user, seq), calls
        ):
            report.add("seen after removal", f"{who}, not being a member there")
        own_removal = entry["kind"] == "member_removed" and entry["member"] == subscription.user
        if own_removal and not was_added_again(log, subscription, seq, calls):
            removed_at = seq


def was_added_again(log, subscription, removal, calls):
    """Whether the subscription may have been made after the user was added again (or at all, where removal is 0): then what
    was before is history to it."""
    user = subscription.user
    if not any(member and seq > removal for seq, member in log.membership.get(user, ())):
        return False
    seen = log.entries[removal].first_seen if removal in log.entries else None
    removes = [c["at"] for c in calls if c["change"] == "remove" and (seen is None or c["at"] <= seen)]
    since = max(removes, default=0.0) if removal else 0.0
    return any(c["change"] == "add" and c["done"] >= since and c["at"] <= subscription.at for c in calls)
