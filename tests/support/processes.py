"""One process of a deployment: started, ended, killed, paused; what it prints goes into its log."""

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

STARTS_WITHIN = 30.0  # seconds
# Whatever becomes of the tests, nothing stays behind. The signal comes when the *thread* that started a process ends, so
# one thread starts them all.
_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL", "--"]
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")


def spawn(command, log_path, env=None):
    """In a session of its own: Ctrl-C is for who started it."""

    def start():
        with log_path.open("ab") as log:
            return subprocess.Popen(
                [*_WITH_PARENT, *command],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    return _starter.submit(start).result()


class Process:
    """`ready` is asked, after a start, until it says yes; None is at once."""

    def __init__(self, name, folder, port, command, env=None, ready=None):
        self.name, self.folder, self.port = name, folder, port
        self.command, self.env, self.ready = command, env, ready
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_path = folder / "log"
        self.process = None

    @property
    def log(self):
        return self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self):
        return self.process.pid

    def launch(self):
        """Starts without waiting for it to be ready."""
        self.process = spawn(self.command, self.log_path, self.env)
        return self

    def start(self, within=STARTS_WITHIN):
        self.launch()
        deadline = time.monotonic() + within
        while self.ready is not None and not self.ready():
            if not self.alive:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.log[-3000:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} is not ready after {within:.0f} s:\n{self.log[-3000:]}")
            time.sleep(0.1)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self, within=15.0):
        """SIGTERM, and SIGKILL for who does not heed it; the exit status."""
        if not self.alive:
            return self.process.returncode if self.process else None
        self.resume()
        self.process.terminate()
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.returncode
