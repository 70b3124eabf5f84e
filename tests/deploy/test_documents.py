"""What the documents say of settings and commands is what the server says."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = ROOT / os.environ.get("PARLEY_BINARY", "build/release/parley")
DOCUMENTS = ["README.md", "SECURITY.md", *(str(file.relative_to(ROOT)) for file in (ROOT / "docs").glob("*.md"))]
ROW = re.compile(r"^\| `([A-Z_]+)`(?:, `--([a-z-]+)`)? \| (.*?) \| (.*?) \|$", re.MULTILINE)


def shown(*command):
    return subprocess.run([BINARY, *command, "--help"], check=True, capture_output=True, text=True).stdout


CLIENTS = {"PARLEY_TOKEN", "PARLEY_URL"}  # of the example of a bot


@pytest.fixture(scope="module")
def settings():
    """variable: (flag or "", default or "" where there is none to tell, meaning), as `parley serve --help` has them"""
    text = re.sub(r"\n {20,}", "  ", shown("serve"))
    flags = re.findall(r"^  --([a-z-]+) \S+ +(.*) \[([A-Z_]+); default: (.*)\]$", text, re.MULTILINE)
    without = re.findall(r"^  ([A-Z_]+)  (.*)$", text, re.MULTILINE)
    assert len(flags) > 10
    assert without
    return {name: (flag, default, meaning) for flag, meaning, name, default in flags} | {
        name: ("", "", meaning) for name, meaning in without
    }


def plain(cell):
    return cell.replace("`", "")


def test_the_table_of_settings_is_that_of_the_command_line(settings):
    rows = {name: row for name, *row in ROW.findall((ROOT / "docs/OPERATIONS.md").read_text())}
    assert set(rows) == set(settings)
    for name, (flag, default, meaning) in rows.items():
        known_flag, known_default, known_meaning = settings[name]
        assert flag == known_flag, name
        assert plain(default) == known_default or not known_flag, name
        assert plain(meaning) == known_meaning or name == "PARLEY_CONFIG", name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_setting_that_is_named_is_one(document, settings):
    named = set(re.findall(r"\b(?:PARLEY(?!_TEST)|MONGODB|REDIS)_[A-Z_]*[A-Z]\b", (ROOT / document).read_text()))
    composition = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert not named - set(settings) - composition - CLIENTS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_named_is_one(document):
    # There is an image and a volume of that name, too.
    text = re.sub(r"docker (?:build|run)[^`\n]*", "", (ROOT / document).read_text())
    commands = set(re.findall(r"^  ([a-z]+) +\S", shown().split("Subcommands:")[1], re.MULTILINE))
    code = re.findall(r"```.*?```|`[^`\n]+`|^    .*$", text, re.DOTALL | re.MULTILINE)
    named = {word for part in code for word in re.findall(r"(?:^|(?<!user)(?<!USER)[ /`])parley ([a-z]+)\b", part)}
    assert not named - commands


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_within_the_tree_lead_somewhere(document):
    folder = (ROOT / document).parent
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / document).read_text()):
        assert (folder / target).exists(), target
