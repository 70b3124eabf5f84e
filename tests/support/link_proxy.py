"""TCP links that can fail: python link_proxy.py, told what to do by JSON lines on its standard input.

{"link": name, "listen": port, "target": port}        makes one
{"link": name, "mode": "pass" | "cut" | "hang" | "lose", "delay": seconds, "rate": bytes a second}

cut   resets what is open, refuses what is new
hang  forwards nothing, either way, and says so to nobody; on `pass` it goes on where it stopped
lose  what is open is dead for ever, though nobody is told; what is new passes
Each line is answered by one. The process ends with its input.
"""

import asyncio
import contextlib
import json
import os
import socket
import struct
import sys

CHUNK = 64 * 1024


class Tunnel:
    """One accepted connection and its counterpart."""

    def __init__(self, link, reader, writer):
        self.link, self.reader, self.writer = link, reader, writer
        self.lost = False
        self.far = None
        # The loop holds tasks weakly. Of a lost tunnel nobody else holds any: they would be collected, and their ends closed.
        self.task = asyncio.current_task()

    async def run(self):
        try:
            await self.link.passing.wait()
            far_reader, self.far = await asyncio.open_connection("127.0.0.1", self.link.target)
            ways = [self.forward(self.reader, self.far), self.forward(far_reader, self.writer)]
            await asyncio.gather(*ways)
        except OSError:
            pass  # the target is away: the near side learns it by being closed
        finally:
            if self.lost:
                await asyncio.Event().wait()  # for ever: whoever is at either end must find out for themselves
            self.abort()
            self.link.tunnels.discard(self)

    async def forward(self, reader, writer):
        """What is read now is written `delay` later, in order."""
        queue = asyncio.Queue(maxsize=256)
        writing = asyncio.ensure_future(self.write(queue, writer))
        try:
            while data := await reader.read(CHUNK):
                await queue.put((asyncio.get_running_loop().time() + self.link.delay, data))
            await queue.put((0, b""))
            await writing
        except OSError:
            self.abort()
        finally:
            writing.cancel()

    async def write(self, queue, writer):
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self.link.passing.wait()
            if self.lost or writer.transport.is_closing():
                continue
            if not data:
                with contextlib.suppress(OSError):
                    writer.write_eof()
                return
            if self.link.rate:
                await asyncio.sleep(len(data) / self.link.rate)
            with contextlib.suppress(OSError):
                writer.write(data)
                await writer.drain()

    def abort(self):
        """A reset, not a farewell."""
        for writer in (self.writer, self.far):
            if writer is not None and not writer.transport.is_closing():
                end = writer.get_extra_info("socket")
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()


class Link:
    def __init__(self, listen, target):
        self.listen, self.target = listen, target
        self.delay, self.rate = 0.0, 0
        self.passing = asyncio.Event()
        self.passing.set()
        self.tunnels = set()
        self.server = None

    async def open(self):
        if self.server is None:
            self.server = await asyncio.start_server(self.accept, "127.0.0.1", self.listen, backlog=1024)

    async def accept(self, reader, writer):
        tunnel = Tunnel(self, reader, writer)
        self.tunnels.add(tunnel)
        await tunnel.run()

    def close(self):
        if self.server is not None:
            self.server.close()
            self.server = None
        for tunnel in self.tunnels:
            tunnel.abort()

    async def set(self, mode="pass", delay=0.0, rate=0):
        self.delay, self.rate = delay, rate
        if mode == "cut":
            self.close()
            return
        if mode == "lose":
            for tunnel in self.tunnels:
                tunnel.lost = True
        if mode == "hang":
            self.passing.clear()
        else:
            self.passing.set()
        await self.open()


async def main():
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    links = {}
    while line := await lines.readline():
        command = json.loads(line)
        name = command.pop("link")
        try:
            if "target" in command:
                links[name] = Link(command["listen"], command["target"])
                await links[name].open()
            else:
                await links[name].set(**command)
            answer = {"ok": True}
        except KeyError:
            answer = {"ok": False, "why": "there is none of that name"}
        except OSError as wrong:
            answer = {"ok": False, "why": str(wrong)}
        print(json.dumps(answer), flush=True)
    os._exit(0)  # lost tunnels wait for ever


if __name__ == "__main__":
    asyncio.run(main())
