"""From a server by way of the chat and its history to the verdict: what a server would do wrong is found; else nothing is."""

import time

import pytest
from support.deployment import Single

from cluster.workload import Cast, Chat


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("single")
    made = Single(folder / "deployment").start().set_up()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def cast(deployment):
    return Cast(deployment, writers=3, guests=2, readers=3)


@pytest.fixture
def chat(deployment, cast, tmp_path):
    with Chat(deployment, cast, tmp_path, rate=40, rooms=2) as made:
        time.sleep(1)
        yield made


def tamper(chat, change):
    """Lets `change` have one frame of a message to the last reader; what it returns is what the client gets to see."""
    client = chat.clients[-1]
    take, state = client.take, {}

    def instead(frame):
        if frame["type"] == "message" and "done" not in state:
            state["done"] = True
            for seen in change(frame):
                take(seen)
        else:
            take(frame)

    client.take = instead
    return state


def test_nothing_is_found_where_nothing_is_wrong(chat, deployment):
    time.sleep(1)
    with chat.fault("instance", "1"):
        deployment.instances[0].kill()
        deployment.instances[0].start()
    time.sleep(4)
    report = chat.finish()
    assert report.counts == {}, report
    assert report.figures["acknowledged"] > 60
    assert report.figures["delivered"] > 500
    assert chat.churn.changes > 3


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda frame: [], {"lost": 1}),
        (lambda frame: [frame, frame], {"doubled": 1}),
        (lambda frame: [{**frame, "content": "something else"}], {"unexpected": 1}),
    ],
    ids=["swallowed", "twice", "garbled"],
)
def test_what_a_server_would_do_wrong_is_found(chat, change, found):
    state = tamper(chat, change)
    time.sleep(2)
    report = chat.finish()
    assert "done" in state
    assert report.counts == found, report


def test_an_acknowledgement_of_what_was_never_stored_is_found(chat):
    time.sleep(1)
    chat.recorder.note(
        "ack",
        room=chat.rooms[0],
        user=chat.cast.writers[0].id,
        key="never",
        seq=10**6,
        at=time.monotonic(),
        instances=["1"],
    )
    assert chat.finish().counts == {"lost": 1}


def test_what_is_held_back_for_a_second_is_late(chat):
    client, late = chat.clients[-1], []
    take = client.take

    def instead(frame):
        if frame["type"] == "message" and not late:
            late.append(frame)
            chat.loop.call_later(1.0, lambda: [take(frame) for frame in late] and setattr(client, "take", take))
        elif late:
            late.append(frame)
        else:
            take(frame)

    client.take = instead
    time.sleep(3)
    counts = chat.finish().counts
    assert set(counts) == {"late"}
