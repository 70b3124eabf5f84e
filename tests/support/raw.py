"""Bytes on a socket: HTTP that no client would send, and WebSocket frames one by one (RFC 6455, section 5.2)."""

import base64
import contextlib
import hashlib
import os
import socket
import struct
import time

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True, length=None, wide=None):
    """One frame. `length` lies about the payload's; `wide` (16 or 64) forces a length field of so many bits."""
    if isinstance(payload, str):
        payload = payload.encode()
    size = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | (rsv << 4) | opcode])
    mask_bit = 0x80 if masked else 0
    if wide == 64 or (wide is None and size > 0xFFFF):
        head += bytes([mask_bit | 127]) + struct.pack("!Q", size)
    elif wide == 16 or size > 125:
        head += bytes([mask_bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mask_bit | size])
    if not masked:
        return head + payload
    mask = os.urandom(4)
    stream = (mask * (len(payload) // 4 + 1))[: len(payload)]
    body = (int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(payload), "big")
    return head + mask + body


def close_frame(code, reason=b""):
    return frame(CLOSE, struct.pack("!H", code) + reason)


class Raw:
    """A TCP connection."""

    def __init__(self, server, timeout=10.0, receive_buffer=None):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(timeout)
        self.sock.connect(("127.0.0.1", server.port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = f"127.0.0.1:{server.port}"
        self.buffer = b""

    def send(self, data):
        self.sock.sendall(data.encode() if isinstance(data, str) else data)

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def line_block(self):
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        block, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        return block.decode("latin-1")

    def response(self):
        """(status, headers with lower-case names, body)."""
        first, *rest = self.line_block().split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in rest)}
        return int(first.split(" ")[1]), headers, self.take(int(headers.get("content-length", 0)))

    def ends(self, timeout=5.0):
        """Whether the server closes the connection within so many seconds; what it still says is dropped."""
        self.sock.settimeout(timeout)
        deadline = time.monotonic() + timeout
        try:
            while time.monotonic() < deadline:
                if not self.sock.recv(65536):
                    return True
        except ConnectionError:
            return True
        except TimeoutError:
            pass
        return False

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Frames(Raw):
    """A WebSocket connection, frame by frame."""

    def __init__(self, server, token, after_handshake=b"", **options):
        super().__init__(server, **options)
        key = base64.b64encode(os.urandom(16)).decode()
        self.send(self.handshake(self.host, token, key).encode() + after_handshake)
        status, headers, _ = self.response()
        assert status == 101, status
        digest = hashlib.sha1((key + GUID).encode()).digest()
        assert headers["sec-websocket-accept"] == base64.b64encode(digest).decode()
        assert headers["sec-websocket-protocol"] == "parley.v1"
        assert "sec-websocket-extensions" not in headers
        self.hello = self.receive()

    @staticmethod
    def handshake(host, token, key):
        return (
            f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: parley.v1\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        )

    def receive(self):
        """(opcode, payload) of the next frame; what comes from a server must be unmasked, whole and without reserved bits."""
        first, second = self.take(2)
        assert first & 0x70 == 0, "reserved bits from the server"
        assert second & 0x80 == 0, "a masked frame from the server"
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.take(8))
        return first & 0x0F, self.take(size)

    def text(self):
        """The next text frame's payload."""
        while True:
            opcode, payload = self.receive()
            if opcode == TEXT:
                return payload.decode()

    def close_code(self, timeout=10.0):
        """The code of the server's close frame (None: an empty one), after which it must end the TCP connection."""
        self.sock.settimeout(timeout)
        while True:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                break
        code = struct.unpack("!H", payload[:2])[0] if payload else None
        payload[2:].decode()  # the reason is UTF-8
        assert self.ends(), "the server keeps the connection after its close frame"
        return code
