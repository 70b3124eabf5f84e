"""tools/package-test where no bare Debian can be made: skipped, with the reason; and nothing of one stays. Without root."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from support.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
CANNOT = 77
MOUNTED = 'shift; exec "$@"'  # as if it had mounts of its own


def release():
    lines = Path("/etc/os-release").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line).get("VERSION_CODENAME")


@pytest.fixture
def start(tmp_path):
    """Starts it as if by root, beside programs that only do what they are told; it says all in one stream."""
    if release() != "bookworm":
        pytest.skip("the package is proven on Debian 12 only")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    running = []

    def launch(**programs):
        for name, script in {"id": "echo 0", "debootstrap": "exit 1", "unshare": MOUNTED, **programs}.items():
            (binaries / name).write_text(f"#!/bin/bash\n{script}\n")
            (binaries / name).chmod(0o755)
        env = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "PACKAGE_DIR": str(tmp_path / "made")}
        running.append(
            subprocess.Popen(
                [ROOT / "tools/package-test"],
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return running[-1]

    yield launch
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize(
    ("programs", "reason"),
    [
        ({"id": "echo 1000"}, "a bare Debian is made by root only"),
        ({"unshare": "exit 1"}, "a bare Debian needs mounts, which are not permitted here"),
        ({"debootstrap": "exit 1"}, "debootstrap could not make a bare Debian (build/log/debootstrap.log)"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_where_it_cannot_be_tried_it_says_why_in_its_last_line(start, tmp_path, programs, reason):
    process = start(**programs)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (CANNOT, reason), said
    assert not (tmp_path / "made").exists()


def test_who_ends_it_finds_nothing_of_it(start, tmp_path):
    process = start(debootstrap='mkdir -p "${@: -2:1}/etc" && touch "${@: -2:1}/etc/made" && sleep 60')
    eventually((tmp_path / "made/system/etc/made").exists)
    os.killpg(process.pid, signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert not (tmp_path / "made").exists()
