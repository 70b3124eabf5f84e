"""What ends by itself: invites, links, tokens and sessions; and what of them is kept. These tests wind the store's times back."""

import contextlib
import sqlite3
import time

import pytest
from support.client import PASSWORD, Api, refused, register, unique
from support.sessions import refresh


@contextlib.contextmanager
def store(server):
    """The database of a server that is stopped meanwhile."""
    server.stop()
    database = sqlite3.connect(server.data / "parley.db")
    with database:
        yield database
    database.close()
    server.start()


def end_all(server, table):
    """Everything in the table has expired, a moment after it was made."""
    with store(server) as database:
        changed = database.execute(f"UPDATE {table} SET expires_at = created_at + 1").rowcount
        assert changed > 0


@pytest.fixture
def people(start_server):
    server = start_server(PARLEY_REGISTRATION="open")
    return server, register(server, "boss"), register(server, "ada")


def test_an_expired_invite_to_a_room_says_so_and_lets_nobody_in(people):
    server, boss, ada = people
    room = boss.create_room("private")
    token = boss.post(f"/rooms/{room['id']}/invites", 201, json={}).json()["token"]
    assert Api(server).get(f"/invites/{token}").json()["valid"] is True
    end_all(server, "invites")
    seen = Api(server).get(f"/invites/{token}").json()
    assert (seen["valid"], seen["room"]) == (False, None)
    refused(Api(server, ada.token).post(f"/invites/{token}/accept"), 403, "invite_invalid")
    assert Api(server, boss.token).pages(f"/rooms/{room['id']}/invites") == []


def test_an_expired_invite_to_the_server_registers_nobody(people):
    server, boss, _ = people
    token = boss.post("/admin/invites", 201, json={}).json()["token"]
    end_all(server, "invites")
    body = {"username": "late", "password": PASSWORD, "invite": token}
    refused(Api(server).post("/auth/register", json=body), 403, "invite_invalid")


def test_an_expired_one_time_link_sets_nothing(people):
    server, boss, ada = people
    token = boss.post(f"/admin/users/{ada.id}/password-reset", 201).json()["token"]
    end_all(server, "invites")
    body = {"token": token, "new_password": "a brand new secret"}
    refused(Api(server).post("/auth/password-reset", json=body), 403, "reset_link_invalid")
    Api(server).sign_in("ada", PASSWORD)


def test_an_expired_personal_token_is_dead(people):
    server, _, ada = people
    token = ada.personal_token(expires_in_days=1)["token"]
    assert Api(server, token).get("/auth/me").status_code == 200
    end_all(server, "access_tokens")
    response = Api(server, token).get("/auth/me", None)
    assert response.status_code == 401


def test_an_expired_session_is_refreshed_no_more(people):
    server, _, ada = people
    end_all(server, "sessions")
    response = refresh(server, ada.cookie)
    refused(response, 401, "unauthorized")
    again = Api(server).sign_in("ada", PASSWORD)
    assert [s["id"] for s in again.pages("/auth/sessions")] == [again.session_id]


def test_thirty_seconds_after_its_successor_was_used_the_cookie_before_ends_the_session(people):
    server, _, ada = people

    second = refresh(server, ada.cookie).cookies["parley_refresh"]
    third = refresh(server, second).cookies["parley_refresh"]
    with store(server) as database:
        (made, used) = database.execute(
            "SELECT created_at, generation_at FROM sessions WHERE id = ?", (ada.session_id,)
        ).fetchone()
        a_second = 1000 if made > 10**11 else 1
        database.execute("UPDATE sessions SET generation_at = ? WHERE id = ?", (used - 60 * a_second, ada.session_id))
    refused(refresh(server, ada.cookie), 401, "unauthorized")
    refused(refresh(server, third), 401, "unauthorized")


def test_no_secret_is_kept_in_the_store(people):
    """Tokens, links and passwords are there as hashes only."""
    server, boss, ada = people
    room = boss.create_room(name=unique("findable"))
    secrets = {
        "password": PASSWORD,
        "access token": ada.token,
        "refresh cookie": ada.cookie,
        "personal token": ada.personal_token()["token"],
        "invite": boss.post("/admin/invites", 201, json={}).json()["token"],
        "room invite": boss.post(f"/rooms/{room['id']}/invites", 201, json={}).json()["token"],
        "one-time link": boss.post(f"/admin/users/{ada.id}/password-reset", 201).json()["token"],
    }
    time.sleep(0.1)
    files = [path for path in server.data.iterdir() if path.name.startswith("parley.db")]
    kept = b"".join(path.read_bytes() for path in files)
    assert room["name"].encode() in kept, "this test looks in the wrong place"
    assert [name for name, secret in secrets.items() if secret.encode() in kept] == []
    # Nor what is left of one without what tells its kind or its owner.
    tails = {name: secret[-20:] for name, secret in secrets.items() if name != "password"}
    assert [name for name, tail in tails.items() if tail.encode() in kept] == []


def test_passwords_are_hashed_by_argon2id_as_decided(people):
    server, _, _ = people
    with store(server) as database:
        hashes = [row[0] for row in database.execute("SELECT password_hash FROM users")]
    assert len(set(hashes)) == len(hashes) == 2, "each has a salt of its own"
    assert all(h.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for h in hashes), hashes


def test_a_deleted_rooms_content_is_purged(people):
    server, boss, _ = people
    room = boss.create_room()
    boss.say(room, "a sentence that must not stay on the disk")
    boss.delete(f"/rooms/{room['id']}")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.closing(sqlite3.connect(f"file:{server.data / 'parley.db'}?mode=ro", uri=True)) as database:
            left = database.execute("SELECT kind FROM entries WHERE stream = ?", (f"r/{room['id']}",)).fetchall()
        if len(left) <= 1:
            break
        time.sleep(0.2)
    assert [kind for (kind,) in left] == ["room_deleted"], "a tombstone stays, the rest goes"
