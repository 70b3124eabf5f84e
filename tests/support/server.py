"""Starts the real binary on a port and a data folder of its own, and looks after it."""

import contextlib
import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from support.contract import ROOT

# Below the ports that the system hands out by itself, so that a restarted server finds its own again; a slice for each
# process, so that several test runs, and the workers of one, get along side by side.
_SLICE = 45
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_GIVEN = int(os.environ.get("PARLEY_TEST_PORTS", "0"))
_FIRST = _GIVEN + _WORKER * _SLICE if _GIVEN else 12000 + os.getpid() % 400 * _SLICE
_next_port = 0
STARTS_WITHIN = 20.0  # seconds
NO_LIMITS = {
    "PARLEY_LIMIT_MESSAGES": "0",
    "PARLEY_LIMIT_SIGN_IN": "0",
    "PARLEY_LIMIT_REGISTRATIONS": "0",
    "PARLEY_LIMIT_REQUESTS": "0",
}


def instrumented():
    """A build with sanitizers, in which times mean nothing."""
    return "asan" in binary() or "tsan" in binary()


def binary():
    path = Path(os.environ.get("PARLEY_BINARY", "build/release/parley"))
    path = path if path.is_absolute() else ROOT / path
    if not path.exists():
        raise FileNotFoundError(f"{path}: build the server first, or set PARLEY_BINARY")
    return str(path)


def free_port():
    """A port that nobody listens on; each is handed out as late again as possible."""
    global _next_port
    for _ in range(_SLICE):
        port = _FIRST + _next_port
        _next_port = (_next_port + 1) % _SLICE
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise RuntimeError("no free port")


def environment(**extra):
    """Nothing of the caller's settings leaks into the server under test."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "ASAN_OPTIONS") if name in os.environ}
    return {**kept, **{name: str(value) for name, value in extra.items()}}


class Server:
    """One `parley serve`. Settings are environment variables; `data` is kept over restarts."""

    def __init__(self, data=None, port=None, args=(), descriptors=None, **settings):
        self.folder = Path(tempfile.mkdtemp(prefix="parley-test-"))
        self.data = Path(data) if data else self.folder / "data"
        self.port = port or free_port()
        self.args = list(args)
        self.descriptors = descriptors
        self.secret = secrets.token_hex(32)
        self.settings = {"SECRET_KEY": self.secret, **NO_LIMITS, **settings}
        self.settings = {name: value for name, value in self.settings.items() if value is not None}
        self.log_path = self.folder / "log"
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self):
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def env(self):
        settings = {"HOST": "127.0.0.1", "PORT": self.port, "PARLEY_DATA_DIR": self.data, **self.settings}
        return environment(**settings)

    def _limit_descriptors(self):
        if self.descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

    def launch(self):
        """Starts the process without waiting for it to be ready."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", *self.args],
                env=self.env(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=self._limit_descriptors,
            )
        return self

    def start(self):
        self.launch()
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"parley serve ended with {self.process.returncode}:\n{self.log[-3000:]}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.url + "/readyz", timeout=2).status_code == 200:
                    return self
            time.sleep(0.01)
        raise AssertionError(f"not ready within {STARTS_WITHIN} s:\n{self.log[-3000:]}")

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """The power cut, as far as a process can have one."""
        self.process.kill()
        self.process.wait()

    def stop(self, within=10.0):
        """SIGTERM; the exit status."""
        if not self.alive:
            return self.process.returncode if self.process else None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=within)

    def restart(self):
        self.stop()
        return self.start()

    def dispose(self):
        if self.alive:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *args, stdin=None, timeout=30, **settings):
        """`parley ARGS` on this server's data folder; the completed process, with text."""
        return subprocess.run(
            [binary(), *args],
            env={**self.env(), **{k: str(v) for k, v in settings.items()}},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
