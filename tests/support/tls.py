"""Certificates made by openssl, and a server's TLS ended before it, as a MongoDB server with TLS looks from outside."""

import asyncio
import contextlib
import ssl
import subprocess
import threading

HOST = "127.0.0.1"


class Authority:
    """Signs certificates; what it makes is in a folder of the caller's."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.file, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        self._make(self.file, self.key, name, "-addext", "basicConstraints=critical,CA:TRUE")

    def _make(self, file, key, subject, *words):
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={subject}"]
        subprocess.run([*command, "-keyout", key, "-out", file, *words], check=True, capture_output=True, timeout=30)

    def certificate(self, name=f"IP:{HOST}"):
        """For one name, as `DNS:db1`: the files of it and its key."""
        stem = f"{self.name}-signed-{name.replace(':', '-')}"
        file, key, request = (self.folder / f"{stem}.{ending}" for ending in ("pem", "key", "csr"))
        new = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a server"]
        new += ["-addext", f"subjectAltName={name}", "-keyout", key, "-out", request]
        sign = ["openssl", "x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-days", "1"]
        sign += ["-copy_extensions", "copy", "-out", file]
        for command in (new, sign):
            subprocess.run(command, check=True, capture_output=True, timeout=30)
        return file, key


class Terminator:
    """Speaks TLS at `port`, and passes on to `target`, a (host, port), what is in it."""

    def __init__(self, target, port, certificate):
        self.target, self.port = target, port
        self.passed = 0  # connections whose handshake was done
        self.tried = 0  # connections, with those that gave up in the handshake
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.show(certificate)
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda *_: None)  # failing handshakes are what is wanted
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self.loop).result(10)

    def show(self, certificate):
        """From now on that one, to who connects anew."""
        self.context.load_cert_chain(*certificate)

    async def _open(self):
        self.server = await asyncio.start_server(self._count, HOST, self.port)

    async def _count(self, reader, writer):
        self.tried += 1
        try:
            async with asyncio.timeout(10):
                await writer.start_tls(self.context)
            self.passed += 1
            far_reader, far_writer = await asyncio.open_connection(*self.target)
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        except OSError:  # ssl.SSLError and TimeoutError too
            writer.transport.abort()

    async def _pass(self, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    def close(self):
        async def end():
            self.server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
