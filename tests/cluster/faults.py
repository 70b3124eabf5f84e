"""What can fail, each fault for some seconds; afterwards all is as it was. `run` does it alone, `mix` many at random.

A fault takes (chat, deployment, dice, seconds). Faults of one lane exclude each other; those of two lanes may meet.
"""

import contextlib
import threading
import time
from dataclasses import dataclass

INSTANCES, BACKENDS = "instances", "backends"
COMES_BACK_WITHIN = 120.0  # seconds; an instance waits for its store


@dataclass
class Fault:
    name: str
    lane: str
    act: object
    seconds: tuple  # from, to: in a mix


FAULTS = {}


def fault(lane, least, most):
    def register(act):
        FAULTS[act.__name__] = Fault(act.__name__, lane, act, (least, most))
        return act

    return register


def any_instance(deployment, dice):
    number = dice.randrange(len(deployment.instances)) + 1
    return str(number), deployment.instances[number - 1]


@fault(INSTANCES, 0, 5)
def instance_killed(chat, deployment, dice, seconds):
    number, instance = any_instance(deployment, dice)
    with chat.fault("instance", number):
        instance.kill()
        time.sleep(seconds)
        instance.start(COMES_BACK_WITHIN)


@fault(INSTANCES, 0, 2)
def instance_stopped(chat, deployment, dice, seconds):
    """As an upgrade does it, one after the other."""
    number, instance = any_instance(deployment, dice)
    with chat.fault("instance", number):
        instance.stop()
        time.sleep(seconds)
        instance.start(COMES_BACK_WITHIN)


@fault(INSTANCES, 1, 10)
def instance_paused(chat, deployment, dice, seconds):
    number, instance = any_instance(deployment, dice)
    with chat.fault("instance", number):
        instance.pause()
        time.sleep(seconds)
        instance.resume()


@fault(INSTANCES, 0, 0)
def nginx_reloaded(chat, deployment, dice, seconds):
    with chat.fault("nginx"):
        deployment.nginx.reload()
        time.sleep(seconds)


@fault(INSTANCES, 0, 2)
def nginx_killed(chat, deployment, dice, seconds):
    with chat.fault("nginx"):
        deployment.nginx.kill_all()
        time.sleep(seconds)
        deployment.nginx.start(COMES_BACK_WITHIN)


@fault(BACKENDS, 0, 6)
def redis_killed(chat, deployment, dice, seconds):
    with chat.fault("redis"):
        deployment.redis.kill()
        time.sleep(seconds)
        deployment.redis.start()


@fault(BACKENDS, 1, 8)
def redis_paused(chat, deployment, dice, seconds):
    with chat.fault("redis"):
        deployment.redis.pause()
        time.sleep(seconds)
        deployment.redis.resume()


@fault(BACKENDS, 2, 6)
def redis_subscribers_killed(chat, deployment, dice, seconds):
    kill_subscribers(chat, deployment, seconds)


def kill_subscribers(chat, deployment, seconds, enough=float("inf")):
    """Ten times a second, each that is there again, until it is enough; how many were killed."""
    killed, until = 0, time.monotonic() + seconds
    with chat.fault("redis"):
        while killed < enough and time.monotonic() < until:
            killed += int(deployment.redis_command("CLIENT", "KILL", "TYPE", "pubsub"))
            time.sleep(0.1)
    return killed


def link_fails(part, mode):
    """One instance's way to a part fails; nobody else's."""

    def act(chat, deployment, dice, seconds):
        number, _ = any_instance(deployment, dice)
        with chat.fault(part, number), deployment.links.failing(f"{part}-{number}", mode=mode):
            time.sleep(seconds)

    act.__name__ = f"{part}_link_{mode}"
    return act


for _mode in ("cut", "hang", "lose"):
    fault(BACKENDS, 1, 8)(link_fails("redis", _mode))
    fault(BACKENDS, 1, 8)(link_fails("mongodb", _mode))


@fault(BACKENDS, 3, 8)
def links_slow(chat, deployment, dice, seconds):
    """A tenth of a second each way between every instance and Redis, a fiftieth to a MongoDB server that is ours."""
    with contextlib.ExitStack() as slowed:
        for part, delay in (("redis", 0.1), ("mongodb", 0.02)):
            if names := [name for name in deployment.links.ports if name.startswith(f"{part}-")]:
                slowed.enter_context(chat.fault(part))
                slowed.enter_context(deployment.links.failing(*names, delay=delay))
        time.sleep(seconds)


@fault(BACKENDS, 0, 4)
def mongodb_killed(chat, deployment, dice, seconds):
    with chat.fault("mongodb"):
        deployment.mongodb.kill()
        time.sleep(seconds)
        deployment.mongodb.start()


@fault(BACKENDS, 1, 12)
def mongodb_paused(chat, deployment, dice, seconds):
    with chat.fault("mongodb"):
        deployment.mongodb.pause()
        time.sleep(seconds)
        deployment.mongodb.resume()


def possible(deployment):
    """A MongoDB server that is not ours is not harmed, and reached past all links: it may be a set of several hosts."""
    theirs = deployment.mongodb is None
    return [found for found in FAULTS.values() if not (theirs and found.name.startswith("mongodb_"))]


def mix(chat, deployment, dice, seconds):
    """Faults of both lanes at random, for so long; how often each happened."""
    done, failed = {}, []
    until = time.monotonic() + seconds
    lanes = {lane: [f for f in possible(deployment) if f.lane == lane] for lane in (INSTANCES, BACKENDS)}

    def play(choices):
        try:
            while time.monotonic() < until:
                found = dice.choice(choices)
                found.act(chat, deployment, dice, dice.uniform(*found.seconds))
                done[found.name] = done.get(found.name, 0) + 1
                time.sleep(dice.uniform(0, 5))
        except Exception as wrong:
            failed.append(wrong)  # for the test's own thread to tell

    threads = [threading.Thread(target=play, args=(choices,)) for choices in lanes.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return done
