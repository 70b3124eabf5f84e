"""Each fault alone, under a chat of many: nothing acknowledged is lost, doubled or out of order, and nothing comes late."""

import random
import time

import pytest

from cluster.faults import FAULTS, kill_subscribers, possible

# (fault, how often, for how many seconds, calm after it)
ALONE = [
    ("instance_killed", 3, 1.0, 3.0),
    ("instance_stopped", 3, 0.0, 2.0),
    ("instance_paused", 1, 10.0, 6.0),
    ("redis_killed", 1, 4.0, 5.0),
    ("redis_paused", 1, 5.0, 5.0),
    ("redis_link_cut", 1, 6.0, 5.0),
    ("redis_link_hang", 1, 6.0, 5.0),
    ("redis_link_lose", 1, 6.0, 5.0),
    ("mongodb_killed", 1, 3.0, 6.0),
    ("mongodb_paused", 1, 30.0, 8.0),
    ("mongodb_link_cut", 1, 6.0, 6.0),
    ("mongodb_link_hang", 1, 6.0, 6.0),
    ("mongodb_link_lose", 1, 6.0, 6.0),
    ("nginx_killed", 1, 1.0, 4.0),
    ("links_slow", 1, 6.0, 4.0),
]


def judge(chat, seconds):
    """Finishes, and holds the report to be clean; that a good part of the load got through shows that it was one."""
    report = chat.finish()
    print(report)
    assert report.counts == {}, f"{report}\n(history: {chat.recorder.path}, seed {chat.seed})"
    assert report.figures["acknowledged"] > chat.rate * seconds * 0.3
    assert report.figures["delivered"] > report.figures["acknowledged"] * 10
    chat.recorder.path.unlink()
    return report


@pytest.mark.parametrize(("name", "times", "seconds", "calm"), ALONE, ids=[name for name, *_ in ALONE])
def test_alone(chat, deployment, name, times, seconds, calm):
    if FAULTS[name] not in possible(deployment):
        pytest.skip("the MongoDB server is not ours to harm")
    time.sleep(2)
    dice = random.Random(chat.seed)
    for _ in range(times):
        FAULTS[name].act(chat, deployment, dice, seconds)
        time.sleep(calm)
    judge(chat, 2 + calm * times)


def test_a_hundred_subscriber_links_killed(chat, deployment):
    time.sleep(2)
    before = [len(instance.log) for instance in deployment.instances]
    # An instance is back within a second, so three of them need some 30.
    killed = kill_subscribers(chat, deployment, seconds=75, enough=100)
    assert killed >= 100
    time.sleep(5)
    for instance, length in zip(deployment.instances, before, strict=True):
        assert "the bus is lost" in instance.log[length:], f"{instance.name} lost none"
    judge(chat, 7)


def test_nothing_is_wrong_without_a_fault(chat):
    time.sleep(8)
    judge(chat, 8)
    assert chat.churn.changes > 10
    assert chat.churn.deleted >= 1
