"""`make help`, and what `make setup` does on systems that differ, with a package manager that only notes what it is asked."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# What the script needs of a system besides its packages.
TOOLS = [
    "bash",
    "cat",
    "cut",
    "dirname",
    "env",
    "find",
    "head",
    "mkdir",
    "sed",
    "sort",
    "awk",
    "tail",
    "tr",
    "grep",
    "python3",
    "sha256sum",
    "true",
    "uname",
    "xargs",
]


@pytest.fixture
def system(tmp_path):
    """Runs tools/setup in a copy of its scripts, on a system that has nothing but the named programs."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    for name in TOOLS:
        (binaries / name).symlink_to(shutil.which(name))
    shutil.copytree(ROOT / "tools", tmp_path / "tree/tools")

    def program(name, script):
        (binaries / name).write_text(f"#!/bin/bash\n{script}\n")
        (binaries / name).chmod(0o755)

    def run(*words, check=False, **env):
        return subprocess.run(
            [tmp_path / "tree/tools/setup", *words],
            env={"PATH": str(binaries), "HOME": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=check,
        )

    program("id", "echo 0")
    program("dpkg-query", "exit 1")
    run.program = program
    asked = tmp_path / "asked"
    asked.touch()
    run.asked = asked.read_text
    # Once it has been asked for Boost, there is no use in going on.
    note = f'echo "$*" >>{tmp_path}/asked; case "$*" in *libboost*) exit 1 ;; esac'
    run.with_apt = lambda boosts: (
        program("apt-get", note),
        program("apt-cache", "\n".join(f"echo 'libboost{v}-dev - headers'" for v in boosts)),
    )
    return run


def test_without_a_package_manager_what_is_missing_is_told_in_one_line(system):
    result = system("run")
    assert result.returncode != 0
    (line,) = result.stderr.splitlines()
    assert line.startswith("parley: missing: ca-certificates g++ make cmake"), line
    assert "install these by hand" in line


def test_without_root_or_sudo_it_says_so_in_one_line(system):
    system.with_apt(["1.81"])
    system.program("id", "echo 1000")
    result = system("run")
    assert result.returncode != 0
    (line,) = result.stderr.splitlines()
    assert "needs root or sudo" in line


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        (["1.74", "1.81"], "1.81"),  # Debian 12
        (["1.83", "1.88"], "1.83"),  # Debian 13
        (["1.83"], "1.83"),  # Ubuntu 24.04
    ],
)
def test_boost_is_the_oldest_that_is_new_enough_under_its_releases_name(system, offered, wanted):
    system.with_apt(offered)
    assert system("run").returncode != 0, "the test's package manager installs nothing"
    boost = [word for word in system.asked().split() if word.startswith("libboost")]
    assert boost == [f"libboost{part}{wanted}-dev" for part in ("", "-json", "-url", "-system")]


def test_a_system_without_a_boost_that_is_new_enough_is_told_so(system):
    system.with_apt(["1.74"])
    result = system("run")
    assert result.returncode != 0
    assert result.stderr.splitlines()[-1] == (
        "parley: no Boost of 1.81 or newer is to be had from this system's packages"
    )


@pytest.mark.parametrize(
    ("offered", "user", "asked"),
    [
        ("Candidate: 1.0.128", 0, "install -qy --no-install-recommends debootstrap curl"),
        ("Candidate: (none)", 0, "update -q"),
        ("Candidate: 1.0.128", 1000, ""),
    ],
    ids=["offered", "not offered", "not root"],
)
def test_what_makes_a_bare_debian_is_installed_for_root_where_the_system_has_it(system, offered, user, asked):
    """Without it some tests are skipped; the others must be set up all the same."""
    system.with_apt([])
    system.program("apt-cache", f"echo '  {offered}'")
    system.program("id", f"echo {user}")
    result = system("bare")
    assert result.returncode == 0, result.stderr
    assert system.asked().splitlines()[-1] == asked if asked else not system.asked()


@pytest.mark.parametrize("url", ["", "mongodb://db1,db2,db3/?replicaSet=rs0"])
def test_a_mongodb_server_for_the_tests_that_kill_one_is_built_even_where_one_is_given(system, tmp_path, url):
    system.program("go", f'[ "$1" != env ] || {{ echo go1.99; exit; }}; echo "go $*" >>{tmp_path}/asked; exit 1')
    assert system("mongodb", PARLEY_TEST_MONGODB_URL=url).returncode != 0, "the test's Go builds nothing"
    assert "go mod download" in system.asked()


@pytest.mark.parametrize("url", ["", "mongodb://db1,db2,db3/?replicaSet=rs0"])
def test_a_mongod_on_the_path_is_the_server_of_all_tests(system, url):
    system.program("mongod", "exit 0")
    assert system("mongodb", PARLEY_TEST_MONGODB_URL=url).returncode == 0


def test_python_packages_are_installed_again_only_when_others_are_asked_for(system, tmp_path):
    (tmp_path / "bin/python3").unlink()
    system.program("python3", "echo Python 3.99")
    tree = tmp_path / "tree"
    (tree / "build/venv/bin").mkdir(parents=True)
    installer = tree / "build/venv/bin/python"
    installer.write_text(f"#!/bin/bash\necho pip >>{tmp_path}/asked\n")
    installer.chmod(0o755)
    system("venv", check=True)
    (tree / "build/objects").write_text("of a build")
    (tree / "server.cpp").write_text("a source")
    system("venv", check=True)
    assert system.asked() == "pip\n"
    (tree / "tools/constraints.txt").write_text("another==1.0\n")
    system("venv", check=True)
    assert system.asked() == "pip\npip\n"


def test_make_alone_lists_the_commands():
    out = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout
    listed = re.findall(r"^ +make ([a-z-]+)", out, re.M)
    due = {"help", "setup", "build", "run", "dev", "test", "bench", "format", "lint", "fuzz", "fresh-test"}
    assert due <= set(listed)
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "make test" in (ROOT / ".ci/run").read_text()
