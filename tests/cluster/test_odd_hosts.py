"""Hosts and links as they are: clocks an hour apart, a reader on a line as thin as a thread."""

import time

import pytest
from support.server import free_port

from cluster.conftest import FOLDER
from cluster.test_faults import judge
from cluster.workload import Cast, Chat


@pytest.mark.timeout(180)
def test_an_hour_behind_and_an_hour_ahead(make_deployment):
    deployment = make_deployment("clocks", clocks={1: "-1h", 3: "+1h"})
    cast = Cast(deployment, writers=3, guests=2, readers=3, url=deployment.instance_url(2))
    with Chat(deployment, cast, FOLDER / "clocks") as chat:
        time.sleep(10)
        report = chat.finish()
    assert deployment.stop() == [0, 0, 0], "an instance did not end by itself"
    print(report)
    assert report.counts == {}, report
    assert report.figures["acknowledged"] > chat.rate * 10 * 0.6


@pytest.mark.timeout(180)
def test_a_reader_on_a_slow_link_costs_the_others_nothing_and_misses_nothing(make_chat, deployment, cast):
    chat = make_chat("slow-link", rate=30)
    port = free_port()
    deployment.links.add("slow-reader", port, deployment.ports.instances[1])
    reader = chat.do(chat.join_late(cast.readers[0], "slow", [("2", f"ws://127.0.0.1:{port}/ws")]))
    time.sleep(2)
    with chat.fault("link", reader=reader.name), deployment.links.failing("slow-reader", delay=0.3, rate=3000):
        time.sleep(10)
    time.sleep(4)
    judge(chat, 14)
