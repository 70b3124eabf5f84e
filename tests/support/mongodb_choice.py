"""Which MongoDB server the tests use: PARLEY_TEST_MONGODB_URL, else a `mongod` on the PATH, else FerretDB."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

VARIABLE = "PARLEY_TEST_MONGODB_URL"
ROOT = Path(__file__).resolve().parent.parent.parent


def given_url():
    return os.environ.get(VARIABLE, "")


def has_mongod():
    return shutil.which("mongod") is not None


def describe():
    """In a few words, without credentials."""
    if given_url():
        return f"the MongoDB server at {urlsplit(given_url()).hostname} ({VARIABLE})"
    if has_mongod():
        lines = subprocess.run(["mongod", "--version"], capture_output=True, text=True, check=False).stdout.splitlines()
        return f"mongod {lines[0].removeprefix('db version ') if lines else ''}, a replica set of one"
    return f"FerretDB {ferretdb_version()} on SQLite for MongoDB, its index on _id put to use: it cannot show majorities, elections and retryable writes"


def ferretdb_version():
    for line in (ROOT / "tests/ferretdb/go.mod").read_text().splitlines():
        if "github.com/FerretDB/FerretDB " in line:
            return line.split()[-1].removeprefix("v")
    raise ValueError("tests/ferretdb/go.mod does not name FerretDB")
