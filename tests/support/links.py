"""The links of a deployment that tests can cut, hang and slow down: see link_proxy.py, which runs in a process of its own."""

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path


class Links:
    def __init__(self):
        self.process = subprocess.Popen(
            # -P: a module beside it has the name of one that it needs.
            [sys.executable, "-P", str(Path(__file__).with_name("link_proxy.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lock = threading.Lock()
        self.ports = {}

    def _tell(self, **command):
        with self.lock:
            self.process.stdin.write(json.dumps(command) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline() or '{"ok": false, "why": "the proxy has ended"}')
        if not answer["ok"]:
            raise RuntimeError(f"link {command['link']}: {answer['why']}")

    def add(self, name, listen, target):
        """A link from port `listen` to port `target`."""
        self._tell(link=name, listen=listen, target=target)
        self.ports[name] = listen

    def set(self, name, mode="pass", delay=0.0, rate=0):
        self._tell(link=name, mode=mode, delay=delay, rate=rate)

    @contextlib.contextmanager
    def failing(self, *names, mode="pass", **how):
        for name in names:
            self.set(name, mode, **how)
        try:
            yield
        finally:
            for name in names:
                self.set(name)

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
