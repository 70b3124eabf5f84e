"""The Debian package of the release build: what is in it, for whom, and what it asks for. tools/package-test installs it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = ROOT / os.environ.get("PARLEY_BINARY", "build/release/parley")


def said(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def make(folder):
    return ROOT / said("tools/package", folder, cwd=ROOT, env={**os.environ, "PARLEY_BINARY": str(BINARY)}).strip()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return make(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def unpacked(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    said("dpkg-deb", "-R", package, folder)
    return folder


@pytest.fixture(scope="module")
def listed(package):
    """path: (mode, owner)"""
    rows = [line.split(None, 5) for line in said("dpkg-deb", "-c", package).splitlines()]
    return {path.removeprefix("."): (mode, owner) for mode, owner, _, _, _, path in rows}


def test_it_holds_the_server_its_unit_its_settings_and_its_documents(listed):
    for path in (
        "/usr/bin/parley",
        "/usr/lib/systemd/system/parley.service",
        "/etc/parley/parley.conf",
        "/usr/share/man/man1/parley.1.gz",
        "/usr/share/doc/parley/copyright",
        "/usr/share/doc/parley/changelog.gz",
        "/usr/share/doc/parley/changelog.Debian.gz",
        "/usr/share/doc/parley/OPERATIONS.md",
        *(
            f"/usr/share/doc/parley/examples/nginx/{file.relative_to(ROOT / 'deploy/nginx')}"
            for file in (ROOT / "deploy/nginx").rglob("*.conf")
        ),
    ):
        assert path in listed
    assert {owner for _, owner in listed.values()} == {"root/root"}


def test_only_the_settings_are_hidden_and_nobody_may_write_but_root(listed):
    hidden = {path: mode for path, (mode, _) in listed.items() if mode[7:] == "---"}
    assert hidden == {"/etc/parley/": "drwxr-x---", "/etc/parley/parley.conf": "-rw-r-----"}
    for path, (mode, _) in listed.items():
        assert mode[5] == mode[8] == "-", path
        assert "s" not in mode, path


def test_what_it_needs_are_libraries_that_the_binary_loads(unpacked):
    control = (unpacked / "DEBIAN/control").read_text()
    depends = re.search(r"^Depends: (.*)$", control, re.MULTILINE).group(1)
    assert "@" not in control.replace("parley@", "")
    for library in ("libc6", "libstdc++6", "libssl", "libsodium", "libsqlite3-0"):
        assert library in depends
    assert "-dev" not in depends
    assert "adduser" in depends, "the maintainer script calls it"


def test_the_binary_is_the_release_without_its_symbols(unpacked):
    binary = unpacked / "usr/bin/parley"
    assert said(binary, "version") == said(BINARY, "version")
    sections = said("readelf", "-SW", binary)
    assert ".text" in sections
    assert ".symtab" not in sections
    assert ".debug_info" not in sections
    assert binary.stat().st_size < BINARY.stat().st_size


def test_the_settings_file_is_kept_by_upgrades_and_understood_by_the_server(unpacked):
    assert (unpacked / "DEBIAN/conffiles").read_text().split() == ["/etc/parley/parley.conf"]
    text = (unpacked / "etc/parley/parley.conf").read_text()
    named = re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)
    assert "PARLEY_DATA_DIR=/var/lib/parley" in text
    known = said(BINARY, "serve", "--help")
    assert not [name for name in named if not re.search(rf"\b{name}\b", known)]


def test_the_unit_starts_what_is_installed_as_the_user_that_is_made(unpacked):
    unit = (unpacked / "usr/lib/systemd/system/parley.service").read_text()
    assert "ExecStart=/usr/bin/parley serve --config /etc/parley/parley.conf" in unit
    assert "User=parley" in unit
    assert (
        "parley" in re.search(r"^ +adduser .*--system .* (\S+)$", (unpacked / "DEBIAN/postinst").read_text(), re.M)[1]
    )


@pytest.fixture(scope="module")
def service(unpacked):
    """The unit's section: {setting: its values in their order}."""
    unit = (unpacked / "usr/lib/systemd/system/parley.service").read_text()
    section = re.search(r"^\[Service\]$(.*?)^\[", unit, re.MULTILINE | re.DOTALL)[1]
    found = {}
    for name, value in re.findall(r"^([A-Z]\w+)=(.*)$", section, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("User", ["parley"]),
        ("Group", ["parley"]),
        ("StateDirectory", ["parley"]),
        ("StateDirectoryMode", ["0700"]),
        ("UMask", ["0077"]),
        ("ReadWritePaths", ["-/var/backups/parley"]),
        ("CapabilityBoundingSet", [""]),
        ("AmbientCapabilities", None),
        ("NoNewPrivileges", ["yes"]),
        ("ProtectSystem", ["strict"]),
        ("ProtectHome", ["yes"]),
        ("PrivateTmp", ["yes"]),
        ("PrivateDevices", ["yes"]),
        ("PrivateUsers", ["yes"]),
        ("ProtectClock", ["yes"]),
        ("ProtectControlGroups", ["yes"]),
        ("ProtectHostname", ["yes"]),
        ("ProtectKernelLogs", ["yes"]),
        ("ProtectKernelModules", ["yes"]),
        ("ProtectKernelTunables", ["yes"]),
        ("ProtectProc", ["invisible"]),
        ("ProcSubset", ["pid"]),
        ("RemoveIPC", ["yes"]),
        ("RestrictAddressFamilies", ["AF_INET AF_INET6 AF_UNIX"]),
        ("RestrictNamespaces", ["yes"]),
        ("RestrictRealtime", ["yes"]),
        ("RestrictSUIDSGID", ["yes"]),
        ("LockPersonality", ["yes"]),
        ("MemoryDenyWriteExecute", ["yes"]),
        ("KeyringMode", ["private"]),
        ("SystemCallArchitectures", ["native"]),
        ("SystemCallFilter", ["@system-service", "~@privileged"]),
        ("SystemCallErrorNumber", ["EPERM"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_unit_leaves_the_server_its_folder_and_the_network(service, setting, values):
    assert service.get(setting) == values


def test_the_manual_names_every_command(unpacked):
    manual = said("zcat", unpacked / "usr/share/man/man1/parley.1.gz").replace("\\-", "-")
    commands = re.findall(r"^  ([a-z]+) +\S", said(BINARY, "--help").split("Subcommands:")[1], re.MULTILINE)
    assert len(commands) > 5
    assert not [command for command in commands if not re.search(rf"\b{command}\b", manual)]


def test_the_same_tree_makes_the_same_package(package, tmp_path):
    assert make(tmp_path).read_bytes() == package.read_bytes()
