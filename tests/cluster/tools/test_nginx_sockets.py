"""WebSockets through the configuration that is shipped: spread over the instances, and kept while they are silent."""

import socket
import threading
import time

import pytest
from support import nginx

SILENCE = 3.0  # seconds; of the tenfold the two pings of an instance come


@pytest.fixture
def opened():
    """Opens WebSockets, as far as nginx sees them; they end with the test."""
    sockets = []

    def make(client):
        sockets.append(socket.create_connection((client.base_url.host, client.base_url.port), 10))
        headers = ["Host: parley", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x"]
        sockets[-1].sendall("\r\n".join(["GET /ws HTTP/1.1", *headers, "\r\n"]).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += sockets[-1].recv(1)
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        return sockets[-1]

    yield make
    for one in sockets:
        one.close()


def test_held_sockets_are_spread_evenly_whatever_is_asked_meanwhile(before, opened):
    client, instances = before(200, 200, 200)
    for _ in range(12):
        opened(client)
        # In turns, each socket would find the same instance.
        for _ in range(len(instances) - 1):
            assert client.get("/healthz").status_code == 200
    held = [instance.held for instance in instances]
    assert sum(held) == 12
    assert max(held) - min(held) <= 2, held


def test_a_silent_socket_outlives_the_patience_with_an_answer(before, opened):
    client, (instance,) = before(200, edit=nginx.hurried)
    quiet, since = opened(client), time.monotonic()
    instance.delay = SILENCE
    assert client.get("/healthz").status_code == 504, "an answer is waited for as long: this proves nothing"
    time.sleep(max(0.0, since + SILENCE - time.monotonic()))
    quiet.sendall(b"?")
    assert quiet.recv(100) == b"1"


def test_an_instance_that_takes_nothing_for_a_while_keeps_its_sockets(before, opened):
    client, (instance,) = before(200, edit=nginx.hurried)
    busy, size = opened(client), 32 << 20  # more than all buffers on the way hold
    instance.reads.clear()
    busy.settimeout(30)
    sender = threading.Thread(target=lambda: busy.sendall(b"x" * (size - 1) + b"?"), daemon=True)
    sender.start()
    time.sleep(SILENCE)
    assert sender.is_alive(), "it was cut off, or nothing was held up"
    instance.reads.set()
    assert int(busy.recv(100)) == size
