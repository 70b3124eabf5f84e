"""Runs steps, as many side by side as the cores allow, and adds up what their reports say (see tests/run)."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/test-logs"
TAIL_LINES = 60
NICE = "10"
CANNOT = 77  # what automake's tests end with to be skipped; libFuzzer with what it has found, so only some may say so


@dataclass
class Step:
    """A command. What it proves is told by its JUnit report, or, for a check, by its exit code: one test."""

    name: str
    command: list[str]
    needs: list[str] = field(default_factory=list)
    folder: str = ""  # what must exist for the step to make sense
    report: bool = False  # {report} in the command is where it writes JUnit XML
    counts: bool = True  # False for builds, which count only when they fail
    cores: int = 1  # 0: it waits more than it works, and runs beside whatever there is
    first: bool = False  # it judges times: all that runs beside it gives way
    env: dict[str, str] = field(default_factory=dict)
    timeout: int = 1200  # seconds
    may_skip: bool = False  # exit code 77 says that this machine cannot run it; its last line says why
    used: str = ""  # a server that it ran against: said at the end

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    @property
    def report_file(self) -> Path:
        return LOGS / f"{self.name}.xml"


@dataclass
class Result:
    state: str  # ok, FAILED, skipped, later (its folder is still to come), not run (something that it needs failed)
    seconds: float = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reason: str = ""

    def counts(self) -> str:
        named = [(self.passed, "passed"), (self.failed, "failed"), (self.skipped, "skipped")]
        return ", ".join(f"{count} {name}" for count, name in named if count)


def read_report(file: Path) -> Result:
    """The counts of a JUnit report by GoogleTest, pytest or vitest."""
    result = Result("ok")
    for case in ElementTree.parse(file).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif case.find("skipped") is not None or case.get("result") == "skipped" or case.get("status") == "notrun":
            result.skipped += 1
        else:
            result.passed += 1
    return result


def last_line(file: Path) -> str:
    lines = file.read_text("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it does not say why")


def judge(step: Step, exit_code: int) -> Result:
    if step.may_skip and exit_code == CANNOT:
        return Result("skipped", skipped=1, reason=last_line(step.log))
    if not step.report:
        passed = 1 if step.counts and exit_code == 0 else 0
        return Result("ok" if exit_code == 0 else "FAILED", passed=passed, failed=int(exit_code != 0))
    try:
        result = read_report(step.report_file)
    except (OSError, ElementTree.ParseError):
        return Result("FAILED", failed=1, reason=f"exit code {exit_code}, and no readable report")
    if result.passed + result.failed == 0:
        return Result("FAILED", failed=1, skipped=result.skipped, reason="it ran no test")
    if exit_code != 0 and result.failed == 0:
        result.failed = 1
        result.reason = f"its tests passed, but it ended with exit code {exit_code}"
    result.state = "FAILED" if result.failed else "ok"
    return result


class Runner:
    def __init__(self, steps: list[Step], later: Iterable[str], cores: int) -> None:
        self.steps = steps
        self.later = set(later)
        self.cores = cores
        self.free = cores
        self.results: dict[str, Result] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.changed = threading.Condition()
        self.stopping = False

    def run(self) -> int:
        shutil.rmtree(LOGS, ignore_errors=True)
        LOGS.mkdir(parents=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        begin = time.monotonic()
        try:
            self.schedule()
        finally:
            self.stop_all()
        return self.summary(time.monotonic() - begin)

    def schedule(self) -> None:
        waiting = list(self.steps)
        with self.changed:
            while waiting or self.running:
                started = next((step for step in waiting if self.start(step)), None)
                if started:
                    waiting.remove(started)
                else:
                    self.changed.wait()

    def start(self, step: Step) -> bool:
        """Starts the step, or settles it without running; false when it has to wait."""
        if step.folder and not (ROOT / step.folder).exists():
            known = step.name in self.later
            reason = "still to come" if known else f"{step.folder} does not exist"
            self.settle(step, Result("later" if known else "FAILED", failed=int(not known), reason=reason))
            return True
        unmet = [
            name for name in step.needs if name not in self.results or self.results[name].state not in ("ok", "later")
        ]
        if any(name in self.results for name in unmet):
            broken = next(name for name in unmet if name in self.results)
            self.settle(step, Result("not run", skipped=1, reason=f"{broken} did not succeed"))
            return True
        cores = min(step.cores, self.cores)
        if unmet or cores > self.free:
            return False
        self.free -= cores
        self.running[step.name] = self.spawn(step)
        threading.Thread(target=self.attend, args=(step, cores), daemon=True).start()
        return True

    def spawn(self, step: Step) -> subprocess.Popen[bytes]:
        step.report_file.unlink(missing_ok=True)
        command = [word.replace("{report}", str(step.report_file)) for word in step.command]
        if not step.first:
            command = ["nice", "-n", NICE, *command]
        with step.log.open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **step.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def attend(self, step: Step, cores: int) -> None:
        begin = time.monotonic()
        process = self.running[step.name]
        try:
            process.wait(step.timeout)
            late = ""
        except subprocess.TimeoutExpired:
            end_group(process)
            late = f"stopped after {step.timeout} s"
        result = judge(step, process.returncode)
        result.seconds = time.monotonic() - begin
        if late:
            result.state, result.failed, result.reason = "FAILED", max(result.failed, 1), late
        with self.changed:
            del self.running[step.name]
            self.free += cores
            if not self.stopping:
                self.settle(step, result)
            self.changed.notify()

    def settle(self, step: Step, result: Result) -> None:
        self.results[step.name] = result
        details = "; ".join(filter(None, [result.counts(), result.reason]))
        print(f"{result.state:<8} {step.name:<16} {result.seconds:7.1f} s  {details}", flush=True)
        if result.state == "FAILED" and step.log.exists():
            lines = step.log.read_text("utf-8", "replace").splitlines()
            print("\n".join(f"    | {line}" for line in lines[-TAIL_LINES:]))
            print(f"    (all of it: {step.log.relative_to(ROOT)})", flush=True)

    def stop_all(self) -> None:
        with self.changed:
            self.stopping = True
            processes = list(self.running.values())
        for process in processes:
            end_group(process)

    def summary(self, seconds: float) -> int:
        results = self.results.values()
        passed, failed, skipped = (sum(getattr(r, name) for r in results) for name in ("passed", "failed", "skipped"))
        bad = [name for name, result in self.results.items() if result.state not in ("ok", "skipped", "later")]
        later = [name for name, result in self.results.items() if result.state == "later"]
        print(f"\n{len(self.results)} steps in {seconds / 60:.1f} minutes; logs in build/test-logs/")
        if later:
            print(f"still to come: {' '.join(later)}")
        if bad:
            print(f"did not succeed: {' '.join(bad)}")
        for used in dict.fromkeys(
            s.used for s in self.steps if s.used and self.results[s.name].state in ("ok", "FAILED")
        ):
            print(f"used: {used}")
        print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
        return 1 if bad or failed or not passed else 0


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends a step's process and all that it started: politely, then for good."""
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
