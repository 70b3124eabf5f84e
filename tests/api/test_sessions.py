"""Signing out, sessions, and the end of a token on a WebSocket."""

import time

import pytest
from support import jwt
from support.client import PASSWORD, Api, refused
from support.sessions import dead, refresh
from support.socket import Socket

# --- signing out


def test_signing_out_ends_the_session_its_sockets_and_its_cookie(server, new_user):
    user = new_user()
    cookie = user.cookie
    with user.socket() as socket:
        response = user.post("/auth/logout", 204)
        assert "parley_refresh=;" in response.headers["set-cookie"].replace('""', "")
        assert socket.closed(5) == 4001
    dead(server, user.token)
    refused(refresh(server, cookie), 401, "unauthorized")


def test_signing_out_works_by_the_cookie_alone(server, new_user):
    user = new_user()
    response = Api(server).post("/auth/logout", headers={"Cookie": f"parley_refresh={user.cookie}"})
    assert response.status_code == 204
    dead(server, user.token)


def test_signing_out_leaves_the_other_sessions_alone(server, new_user):
    user = new_user()
    other = user.again()
    with other.socket() as socket:
        user.post("/auth/logout", 204)
        assert socket.ask("ping")["ok"] is True
        socket.expect("session_ended", session_id=user.session_id)
    assert other.get("/auth/me").json()["id"] == user.id


def test_signing_out_everywhere_ends_every_session(server, new_user):
    user = new_user()
    others = [user.again() for _ in range(2)]
    sockets = [other.socket() for other in others]
    user.post("/auth/logout-all", 204)
    assert [socket.closed(5) for socket in sockets] == [4001, 4001]
    for each in (user, *others):
        dead(server, each.token)


def test_signing_out_without_being_signed_in_is_refused(server):
    refused(Api(server).post("/auth/logout"), 401, "unauthorized")
    refused(Api(server).post("/auth/logout-all"), 401, "unauthorized")


# --- sessions


def test_sessions_are_listed_with_device_and_last_use(server, new_user):
    user = new_user()
    phone = user.again(device="Ada's phone")
    browser = Api(server)
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    browser.post(
        "/auth/login", 200, json={"username": user.username, "password": PASSWORD}, headers={"User-Agent": agent}
    )
    sessions = {s["id"]: s for s in user.pages("/auth/sessions")}
    assert len(sessions) == 3
    assert [s["id"] for s in sessions.values() if s["current"]] == [user.session_id]
    assert sessions[phone.session_id]["device"] == "Ada's phone"
    assert any("Firefox" in s["device"] for s in sessions.values())
    assert all(s["created_at"] <= s["last_used_at"] < s["expires_at"] for s in sessions.values())


def test_a_session_is_ended_from_another_and_only_by_its_user(server, new_user, ada):
    user = new_user()
    other = user.again()
    refused(ada.delete(f"/auth/sessions/{other.session_id}", None), 404, "not_found")
    with other.socket() as socket:
        user.delete(f"/auth/sessions/{other.session_id}")
        assert socket.closed(5) == 4001
    dead(server, other.token)
    assert [s["id"] for s in user.pages("/auth/sessions")] == [user.session_id]
    user.delete(f"/auth/sessions/{other.session_id}")


def test_sessions_come_page_by_page(new_user):
    user = new_user()
    for _ in range(4):
        user.again()
    listed = user.pages("/auth/sessions", limit=2)
    assert len({s["id"] for s in listed}) == len(listed) == 5


# --- the WebSocket and the end of a token


def test_a_connection_is_closed_when_its_token_ends(server, new_user):
    user = new_user()
    token = jwt.altered(server, user.token, exp=int(time.time()) + 2)
    with Socket(server.ws_url, token) as socket:
        assert socket.ask("ping")["ok"]
        assert socket.closed(15) == 4001


@pytest.mark.slow
def test_a_renewed_connection_outlives_its_first_token(server, new_user):
    user = new_user()
    short = jwt.altered(server, user.token, exp=int(time.time()) + 2)
    with Socket(server.ws_url, short) as renewed, Socket(server.ws_url, short) as left_alone:
        assert renewed.ask("auth", token=user.token)["ok"]
        assert left_alone.closed(15) == 4001
        time.sleep(0.5)
        assert renewed.ask("ping")["ok"]


def test_a_bad_renewal_is_refused_and_changes_nothing(server, new_user, ada):
    user = new_user()
    with user.socket() as socket:
        for token in ("nonsense", ada.token, jwt.altered(server, user.token, exp=int(time.time()) - 60)):
            error = socket.refuse("auth", token=token)
            assert error["code"] in ("unauthorized", "token_expired", "forbidden"), error
        assert socket.ask("ping")["ok"]


def test_a_renewal_moves_the_connection_to_the_new_tokens_session(server, new_user):
    user = new_user()
    other = user.again()
    with user.socket() as socket:
        socket.ask("auth", token=other.token)
        user.post("/auth/logout", 204)
        assert socket.ask("ping")["ok"], "the connection belongs to the other session now"
        other.post("/auth/logout", 204)
        assert socket.closed(5) == 4001
