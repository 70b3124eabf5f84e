"""Links fail as they are told to."""

import asyncio
import contextlib
import gc
import socket
import struct
import threading
import time

import pytest
from support.link_proxy import Link
from support.links import Links
from support.server import free_port


@pytest.fixture
def echo():
    """A server that sends back what it gets; its port."""
    listener = socket.create_server(("127.0.0.1", free_port()))

    def serve(connection):
        with connection, contextlib.suppress(ConnectionResetError):
            while data := connection.recv(4096):
                connection.sendall(data)

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.fixture
def links(echo):
    made = Links()
    made.add("a", free_port(), echo)
    yield made
    made.close()


def connect(links):
    connection = socket.create_connection(("127.0.0.1", links.ports["a"]), timeout=2)
    connection.settimeout(0.5)
    return connection


def says(connection, text=b"hello"):
    connection.sendall(text)
    return connection.recv(100) == text


def is_silent(connection):
    try:
        connection.sendall(b"?")
        return connection.recv(100) is None
    except TimeoutError:
        return True


def test_a_link_passes(links):
    with connect(links) as connection:
        assert says(connection)


def test_cut_resets_what_is_open_and_refuses_what_is_new_until_it_passes_again(links):
    with connect(links) as connection:
        assert says(connection)
        with links.failing("a", mode="cut"):
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
            with pytest.raises(ConnectionRefusedError):
                connect(links)
    with connect(links) as connection:
        assert says(connection)


def test_hang_is_silent_and_goes_on_where_it_stopped(links):
    with connect(links) as connection:
        assert says(connection)
        with links.failing("a", mode="hang"):
            assert is_silent(connection)
            with connect(links) as other:
                assert is_silent(other)
        assert connection.recv(100) == b"?"


def test_lose_leaves_what_was_open_dead_and_passes_what_is_new(links):
    with connect(links) as connection:
        assert says(connection)
        links.set("a", "lose")
        assert is_silent(connection)
        links.set("a")
        assert is_silent(connection)
        with connect(links) as other:
            assert says(other)


def test_what_is_lost_stays_so_when_one_end_gives_up(echo):
    async def scenario():
        wrong = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context["message"]))
        link = Link(free_port(), echo)
        await link.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", link.listen)
        writer.write(b"?")
        assert await reader.read(1) == b"?"
        await link.set("lose")
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        await asyncio.sleep(0.1)
        gc.collect()
        await asyncio.sleep(0.1)
        (tunnel,) = link.tunnels
        found = list(wrong)
        tunnel.lost = False  # or it would not end with the test
        link.close()
        return found

    assert asyncio.run(scenario()) == []


def test_an_unknown_link_is_told_of_and_harms_no_other(links):
    with pytest.raises(RuntimeError, match="link nowhere: there is none of that name"):
        links.set("nowhere", "cut")
    with connect(links) as connection:
        assert says(connection)


def test_delay_and_rate_slow_it_down(links):
    with connect(links) as connection:
        connection.settimeout(5)
        for how in ({"delay": 0.1}, {"rate": 50}):
            with links.failing("a", **how):
                begin = time.monotonic()
                assert says(connection)
                assert time.monotonic() - begin > 0.19
        begin = time.monotonic()
        assert says(connection)
        assert time.monotonic() - begin < 0.1
