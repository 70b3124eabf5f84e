"""A proxy that speaks MongoDB's wire protocol and does what a server under stress does: after a write was applied it
loses the reply, says that no majority confirmed it, or that it is not the primary; or it hangs."""

import contextlib
import socket
import struct
import threading
import time

import bson
from pymongo.uri_parser import parse_uri

from support.mongodb import connect

HEADER = struct.Struct("<iiii")  # length, request id, the request answered, opcode
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013  # the first two: a driver's first question, and its answer
OP_REPLY_FIELDS = struct.pack("<iqii", 0, 0, 0, 1)  # no flags, no cursor, and of the documents from 0 on this one
OP_MSG_FIELDS = struct.pack("<iB", 0, 0)  # no flags, and one document
WRITES = ("insert", "update", "delete")


def read_exactly(sock, count):
    data = b""
    while len(data) < count:
        chunk = sock.recv(count - len(data))
        if not chunk:
            raise ConnectionError("closed")
        data += chunk
    return data


class Message:
    """One message; its command or reply as a dict where it is an OP_MSG or an OP_REPLY with a single document."""

    def __init__(self, data):
        self.data = data
        _, self.request_id, self.response_to, self.opcode = HEADER.unpack_from(data)
        self.document = None
        if self.opcode == OP_MSG and data[20] == 0:
            self.document = bson.decode(data[21 : 21 + struct.unpack_from("<i", data, 21)[0]])
        elif self.opcode == OP_REPLY:
            self.document = bson.decode(data[HEADER.size + len(OP_REPLY_FIELDS) :])

    @classmethod
    def receive(cls, sock):
        header = read_exactly(sock, HEADER.size)
        return cls(header + read_exactly(sock, HEADER.unpack(header)[0] - HEADER.size))

    @classmethod
    def reply(cls, request, document):
        opcode = OP_REPLY if request.opcode == OP_QUERY else OP_MSG
        body = (OP_REPLY_FIELDS if opcode == OP_REPLY else OP_MSG_FIELDS) + bson.encode(document)
        return cls(HEADER.pack(HEADER.size + len(body), 1, request.request_id, opcode) + body)

    @property
    def command(self):
        return next(iter(self.document)) if self.document else ""

    @property
    def collection(self):
        return self.document.get(self.command) if self.document else None


def speaks_tls(url):
    return parse_uri(url)["options"].get("tls", False)


def primary(url):
    """The (host, port) where that server, or that set's primary, is written to."""
    with connect(url) as client:
        found = client.admin.command("isMaster").get("primary")
        if found is None:
            return next(iter(client.nodes))
    host, _, port = found.rpartition(":")
    return host.strip("[]"), int(port)


# What says which servers there are, or what the proxy would have to understand.
DROPPED = {
    "directconnection",
    "replicaset",
    "loadbalanced",
    "compressors",
    "tls",
    "ssl",
    "srvservicename",
    "srvmaxhosts",
}


def proxied(url, port):
    """The same server by way of that port, with the credentials, the database and the options."""
    before, _, options = url.split("://", 1)[1].partition("?")
    hosts, _, database = before.partition("/")
    credentials, at, _ = hosts.rpartition("@")
    kept = [option for option in options.split("&") if option and option.partition("=")[0].lower() not in DROPPED]
    return f"mongodb://{credentials}{at}127.0.0.1:{port}/{database}?" + "&".join([*kept, "directConnection=true"])


STAMP = bson.Timestamp(1_000_000_000, 7)
UNMET = {"code": 64, "codeName": "WriteConcernTimeout", "errmsg": "waiting for replication timed out"}


class Proxy:
    """Between one server and its clients. `fault(message)` says what is done to a command: None, or one of the names of
    the methods that begin with `_fault_`. Set it at any time; it is called on the connections' threads."""

    def __init__(self, url, port):
        self.target = primary(url)
        self.url = proxied(url, port)
        self.port = port
        self.fault = lambda message: None
        self.injected = 0
        self.most_open = 0
        self._open = set()
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._listener = socket.create_server(("127.0.0.1", port), reuse_port=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def inject(self, fault, collection=None, commands=WRITES, times=None):
        """That fault to the next `times` commands (all, without it) of these kinds, to one collection or to any."""
        left = [times]

        def choose(message):
            if message.command not in commands or (collection and message.collection != collection):
                return None
            with self._lock:
                if left[0] is not None:
                    if left[0] == 0:
                        return None
                    left[0] -= 1
            return fault

        self.fault = choose

    def heal(self):
        self.fault = lambda message: None

    def hang(self):
        """Nothing comes through, and nothing is closed."""
        self._flows.clear()

    def flow(self):
        self._flows.set()

    def cut(self):
        """Closes all connections."""
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    @property
    def open_now(self):
        with self._lock:
            return len(self._open)

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which would keep the port
        self._listener.close()
        self._flows.set()
        self.cut()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with self._lock:
            self._open.add(client)
            self.most_open = max(self.most_open, len(self._open))
        try:
            with client, socket.create_connection(self.target) as server:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while True:
                    self._one(client, server)
        except (OSError, ConnectionError):
            pass
        finally:
            with self._lock:
                self._open.discard(client)

    def _one(self, client, server):
        request = Message.receive(client)
        self._flows.wait()
        fault = self.fault(request)
        if fault:
            self.injected += 1
            getattr(self, f"_fault_{fault}")(request, client, server)
        else:
            reply = self._ask(request, server)
            self._flows.wait()
            client.sendall(reply.data)

    def _ask(self, request, server):
        server.sendall(request.data)
        reply = Message.receive(server)
        if reply.document and "topologyVersion" in reply.document:
            # Without it a driver asks again and again, instead of waiting for a stream of replies.
            reply = Message.reply(request, {k: v for k, v in reply.document.items() if k != "topologyVersion"})
        return reply

    def _fault_lost_reply(self, request, client, server):
        self._ask(request, server)
        raise ConnectionError("the reply is lost")

    def _fault_lost_request(self, request, client, server):
        raise ConnectionError("the request is lost")

    def _fault_hanging_reply(self, request, client, server):
        self._ask(request, server)
        read_exactly(client, 1)  # until the client gives up

    def _fault_late(self, request, client, server):
        """Applied only a second after the client has given up."""
        with contextlib.suppress(ConnectionError):
            read_exactly(client, 1)
        time.sleep(1)
        self._ask(request, server)
        raise ConnectionError("too late")

    def _fault_unconfirmed(self, request, client, server):
        """Applied, or refused for a key that is there; but no majority has it."""
        reply = self._ask(request, server)
        client.sendall(Message.reply(request, {**reply.document, "writeConcernError": UNMET}).data)

    def _fault_stamped(self, request, client, server):
        """As a member of a replica set does it, which says at what moment of the set's it answers."""
        reply = self._ask(request, server)
        client.sendall(Message.reply(request, {"operationTime": STAMP, **reply.document}).data)

    def _fault_not_primary(self, request, client, server):
        refusal = {"ok": 0.0, "code": 10107, "codeName": "NotWritablePrimary", "errmsg": "not primary"}
        client.sendall(Message.reply(request, refusal).data)

    def _fault_interrupted(self, request, client, server):
        """Applied, whatever it says: a primary that steps down in the middle of a command."""
        self._ask(request, server)
        refusal = {"ok": 0.0, "code": 11602, "codeName": "InterruptedDueToReplStateChange", "errmsg": "interrupted"}
        client.sendall(Message.reply(request, refusal).data)
