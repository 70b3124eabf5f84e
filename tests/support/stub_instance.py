"""What stands in for an instance behind nginx, where a test is about nginx alone."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.server import free_port


class Instance(ThreadingHTTPServer):
    """What a request looks like to an instance; `status` None ends the connection without an answer. WebSockets are held."""

    daemon_threads = True

    def __init__(self, status=200):
        self.seen, self.status = [], status
        self.delay = 0.0  # seconds before an answer
        self.held = 0
        self.reads = threading.Event()  # cleared, it takes nothing from a WebSocket
        self.reads.set()
        super().__init__(("127.0.0.1", free_port()), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        if "Sec-WebSocket-Key" in self.headers:
            self.hold()
            return
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        if self.server.status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def hold(self):
        """A WebSocket as far as nginx sees one: whatever comes is counted, and each `?` answered with the count."""
        self.send_response(101)
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", "websocket")
        self.end_headers()
        self.close_connection = True
        self.server.held += 1
        total = 0
        while self.server.reads.wait() and (data := self.connection.recv(65536)):
            total += len(data)
            if data.endswith(b"?"):
                self.connection.sendall(b"%d" % total)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def log_message(self, *_):
        pass
