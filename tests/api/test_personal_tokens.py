"""Personal access tokens, for bots."""

import pytest
from support.client import PASSWORD, Api, refused
from support.sessions import dead
from support.socket import Socket


def test_a_personal_token_is_good_for_rest_and_socket_until_revoked(server, new_user):
    user = new_user()
    made = user.personal_token()
    bot = Api(server, made["token"])
    assert bot.get("/auth/me").json()["id"] == user.id
    assert bot.create_room()["role"] == "owner"
    with Socket(server.ws_url, made["token"]) as socket:
        assert socket.hello["user"]["id"] == user.id
        user.delete(f"/auth/tokens/{made['id']}")
        assert socket.closed(5) == 4001
    dead(server, made["token"])
    user.delete(f"/auth/tokens/{made['id']}")


def test_a_personal_token_is_shown_once(new_user):
    user = new_user()
    made = user.personal_token(expires_in_days=30)
    (listed,) = user.pages("/auth/tokens")
    assert listed == {k: v for k, v in made.items() if k != "token"}
    assert made["token"] not in user.get("/auth/tokens").text
    assert made["expires_at"] > made["created_at"]


def test_a_personal_token_without_a_term_does_not_expire(new_user):
    assert new_user().personal_token()["expires_at"] is None


def test_a_personal_token_that_was_used_says_when(server, new_user):
    user = new_user()
    made = user.personal_token()
    assert made["last_used_at"] is None
    Api(server, made["token"]).get("/auth/me")
    (listed,) = user.pages("/auth/tokens")
    assert listed["last_used_at"] is not None


def test_a_personal_token_cannot_do_what_needs_a_session(server, new_user):
    user = new_user()
    bot = Api(server, user.personal_token()["token"])
    calls = [
        lambda: bot.post("/auth/tokens", json={"name": "child"}),
        lambda: bot.get("/auth/tokens", None),
        lambda: bot.get("/auth/sessions", None),
        lambda: bot.delete(f"/auth/sessions/{user.session_id}", None),
        lambda: bot.post("/auth/password", json={"current_password": PASSWORD, "new_password": "another fine one"}),
        lambda: bot.post("/auth/logout"),
        lambda: bot.post("/auth/logout-all"),
    ]
    for call in calls:
        refused(call(), 403, "session_required")
    assert user.get("/auth/me").status_code == 200


def test_somebody_elses_personal_token_cannot_be_revoked(server, new_user, ada):
    made = new_user().personal_token()
    refused(ada.delete(f"/auth/tokens/{made['id']}", None), 404, "not_found")
    assert Api(server, made["token"]).get("/auth/me").status_code == 200


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({}, "name"),
        ({"name": "x", "expires_in_days": 0}, "expires_in_days"),
        ({"name": "x", "expires_in_days": 3651}, "expires_in_days"),
        ({"name": "x", "expires_in_days": 1.5}, "expires_in_days"),
    ],
)
def test_bad_personal_tokens_are_refused(ada, fields, field):
    refused(ada.post("/auth/tokens", json=fields), 422, "validation_failed", field)
