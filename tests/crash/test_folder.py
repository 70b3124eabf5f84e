"""A data folder that is damaged, of another release, or was being made when the power went."""

import random
import re
import sqlite3
import time

import pytest
from support.client import Api, register, unique
from support.contract import ROOT


@pytest.fixture
def filled(start_server):
    """A stopped server whose database has some megabytes."""
    server = start_server()
    ada = register(server, "ada")
    room = ada.create_room()
    with ada.socket(check=False) as socket:
        for _ in range(5):
            for ref in [
                socket.post("send", room_id=room["id"], key=unique("k"), content="x" * 3000) for _ in range(200)
            ]:
                socket.answer(ref)
    assert server.stop() == 0
    server.log_path.unlink()
    return server, ada, room


def refused_in_one_line(server):
    server.launch()
    status = server.process.wait(20)
    lines = server.log.strip().splitlines()
    assert status > 0, (status, server.log)
    assert len(lines) == 1, server.log
    return lines[0]


def test_the_folder_undamaged_is_fine(filled):
    """Without this the tests below would prove nothing."""
    server, ada, room = filled
    server.start()
    assert len(Api(server, ada.token).page(room)["messages"]) == 50


def overwrite(path, offset, data):
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def garble_header(path):
    overwrite(path, 0, b"this is no database, it only has its name" * 10)


def garble_schema(path):
    overwrite(path, 100, bytes(random.Random(1).randbytes(3900)))


def garble_pages(path):
    dice = random.Random(2)
    size = path.stat().st_size
    for offset in range(4096 * 4, size - 4096, 4096 * 3):
        overwrite(path, offset, dice.randbytes(2000))


def cut_in_half(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size // 2 // 4096 * 4096)


@pytest.mark.parametrize("damage", [garble_header, garble_schema, garble_pages, cut_in_half])
def test_a_corrupted_database_is_refused_with_one_clear_line_and_left_as_it_is(filled, damage):
    server, _, _ = filled
    database = server.data / "parley.db"
    damage(database)
    before = database.read_bytes()
    line = refused_in_one_line(server)
    assert "parley.db" in line, line
    assert "damaged" in line or "corrupt" in line or "not a database" in line or "malformed" in line, line
    assert database.read_bytes() == before, "nothing may be written into what might still be saved"


def test_a_folder_of_a_newer_release_is_refused_and_left_as_it_is(filled):
    server, _, _ = filled
    with sqlite3.connect(server.data / "parley.db") as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        database.execute(f"PRAGMA user_version = {version + 1}")
    database.close()
    line = refused_in_one_line(server)
    assert str(version + 1) in line and str(version) in line, line
    for command in (["user", "list"], ["backup", str(server.folder / "backup")]):
        shown = server.run(*command)
        assert shown.returncode > 0
        assert len(shown.stderr.strip().splitlines()) == 1
    with sqlite3.connect(server.data / "parley.db") as database:
        database.execute(f"PRAGMA user_version = {version}")
    database.close()
    server.start()


def test_a_lost_or_spoilt_secret_is_told_in_one_line(filled, start_server):
    server, _, _ = filled
    server.settings.pop("SECRET_KEY")
    server.start()
    assert server.stop() == 0
    server.log_path.unlink()
    (server.data / "secret_key").write_text("short\n")
    assert "secret_key" in refused_in_one_line(server)


@pytest.mark.timeout(180)
def test_kill_9_while_the_folder_is_made_and_migrated_leaves_it_usable(start_server):
    """From nothing to the newest schema, killed at every stage of it."""
    server = start_server()
    begin = time.monotonic()
    server.restart()
    whole = time.monotonic() - begin
    server.stop()
    finished = 0
    for n in range(25):
        fresh = start_server(start=False)
        fresh.launch()
        time.sleep(whole * n / 25)
        fresh.kill()
        tables = schema_of(fresh)
        finished += bool(tables)
        fresh.start()
        ada = register(fresh, "ada")
        assert ada.say(ada.create_room(), "usable")["content"] == "usable"
        assert fresh.stop() == 0
        assert schema_of(fresh) == schema_of(server)
    assert finished < 25 or whole < 0.05, "never killed before the schema was there"


def schema_of(server):
    """Tables and their version; an empty set before the migration, never a part of it."""
    path = server.data / "parley.db"
    if not path.exists():
        return set()
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        (version,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        return set()  # made, and nothing in it yet
    finally:
        database.close()
    assert bool(names) == bool(version), "a part of a migration was left behind"
    return {(name, version) for name in names}


def steps_of_the_schema():
    """The SQL of each step, as the server's source has it."""
    source = (ROOT / "server/repositories/sqlite/schema.cpp").read_text(encoding="utf-8")
    sql = dict(re.findall(r'(k\w+) = R"\((.*?)\)";', source, re.S))
    names = re.search(r"kSteps\{([^}]*)\}", source).group(1)
    return [sql[name.strip()] for name in names.split(",")]


@pytest.mark.timeout(180)
def test_an_older_folder_is_migrated_whole_even_when_killed_in_the_middle(start_server):
    steps = steps_of_the_schema()
    assert len(steps) >= 2
    newest = start_server()
    newest.stop()
    want = schema_of(newest)
    for version in range(1, len(steps)):
        for n in range(8):
            old = start_server(start=False)
            old.data.mkdir(mode=0o700)
            with sqlite3.connect(newest.data / "parley.db") as model:
                (application,) = model.execute("PRAGMA application_id").fetchone()
            database = sqlite3.connect(old.data / "parley.db")
            database.executescript("".join(steps[:version]))
            database.execute(f"PRAGMA user_version = {version}")
            database.execute(f"PRAGMA application_id = {application}")
            database.execute("INSERT INTO members VALUES ('kept', 'by', 'the', 'migration')")
            database.commit()
            database.close()
            if n:  # the first time it is left alone
                old.launch()
                time.sleep(0.01 * n)
                old.kill()
            old.start()
            assert old.stop() == 0
            assert schema_of(old) == want
            with sqlite3.connect(old.data / "parley.db") as migrated:
                assert migrated.execute("SELECT * FROM members").fetchall() == [("kept", "by", "the", "migration")]
