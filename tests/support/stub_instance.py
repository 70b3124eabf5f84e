"""What stands in for an instance behind nginx, where a test is about nginx alone."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.server import free_port


class Instance(ThreadingHTTPServer):
    """What a request looks like to an instance; `status` None ends the connection without an answer."""

    def __init__(self, status=200):
        self.seen, self.status = [], status
        super().__init__(("127.0.0.1", free_port()), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        if self.server.status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def log_message(self, *_):
        pass
