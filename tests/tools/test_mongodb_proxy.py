"""The proxy before the tests' MongoDB server: where it stands, and what it changes in what passes."""

import socket

import pytest
from support import mongodb_proxy
from support.mongodb_proxy import HEADER, OP_MSG, OP_QUERY, OP_REPLY, Message, Proxy, primary, proxied, speaks_tls
from support.server import free_port


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("mongodb://127.0.0.1:27017/?directConnection=true", "mongodb://127.0.0.1:5/?directConnection=true"),
        ("mongodb://db1", "mongodb://127.0.0.1:5/?directConnection=true"),
        (
            "mongodb://ada:p%40ss@db1,db2:27018,[::1]:27019/chat?replicaSet=rs0&authSource=admin&w=majority",
            "mongodb://ada:p%40ss@127.0.0.1:5/chat?authSource=admin&w=majority&directConnection=true",
        ),
        ("mongodb://db1/?compressors=zlib&tls=false", "mongodb://127.0.0.1:5/?directConnection=true"),
    ],
)
def test_credentials_database_and_options_are_kept(url, wanted):
    assert proxied(url, 5) == wanted


@pytest.mark.parametrize(
    ("url", "tls"),
    [
        ("mongodb://db1,db2/?replicaSet=rs0", False),
        ("mongodb://db1/?tls=true", True),
        ("mongodb://db1/?ssl=true", True),
        ("mongodb://db1/?tls=false", False),
    ],
)
def test_tls_is_seen_however_it_is_asked_for(url, tls):
    assert speaks_tls(url) is tls


class Client:
    """Says what a server says of its set."""

    def __init__(self, hello, nodes):
        self.hello, self.nodes = hello, nodes
        self.admin = self

    def command(self, name):
        assert name == "isMaster"
        return self.hello

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.mark.parametrize(
    ("hello", "wanted"),
    [
        ({"setName": "rs0", "hosts": ["db1:27017", "db2:27018"], "primary": "db2:27018"}, ("db2", 27018)),
        ({"setName": "rs0", "primary": "[::1]:27019"}, ("::1", 27019)),
        ({"ismaster": True}, ("db1", 27017)),
    ],
)
def test_it_stands_before_the_primary(monkeypatch, hello, wanted):
    monkeypatch.setattr(mongodb_proxy, "connect", lambda url: Client(hello, frozenset({("db1", 27017)})))
    assert primary("mongodb://db1,db2") == wanted


@pytest.mark.parametrize(("asked", "answered"), [(OP_QUERY, OP_REPLY), (OP_MSG, OP_MSG)])
def test_a_driver_is_not_told_the_version_of_the_topology(monkeypatch, asked, answered):
    """With one it waits for a stream of replies, and looks no sooner after a fault."""
    question = HEADER.pack(HEADER.size + 5, 7, 0, asked) + bytes([0, 0, 0, 0, 1])  # not a body that is read
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(mongodb_proxy, "primary", lambda url: listener.getsockname())
        proxy = Proxy("mongodb://db1", free_port())
        with socket.create_connection(("127.0.0.1", proxy.port)) as client:
            client.sendall(question)
            server, _ = listener.accept()
            with server:
                request = Message.receive(server)
                server.sendall(Message.reply(request, {"ismaster": True, "topologyVersion": {"counter": 1}}).data)
                reply = Message.receive(client)
        proxy.close()
    assert (reply.opcode, reply.response_to) == (answered, 7)
    assert reply.document == {"ismaster": True}
