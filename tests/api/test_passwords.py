"""Changing one's password."""

from support.client import PASSWORD, Api, refused
from support.sessions import dead


def test_changing_the_password_ends_the_other_sessions(server, new_user):
    user = new_user()
    other = user.again()
    with other.socket() as socket, user.socket() as own:
        user.post("/auth/password", 204, json={"current_password": PASSWORD, "new_password": "another fine one"})
        assert socket.closed(5) == 4001
        assert own.ask("ping")["ok"]
    dead(server, other.token)
    assert user.get("/auth/me").status_code == 200
    refused(
        Api(server).post("/auth/login", json={"username": user.username, "password": PASSWORD}),
        401,
        "invalid_credentials",
    )
    Api(server).sign_in(user.username, "another fine one")


def test_the_present_password_must_be_right_and_the_new_one_good(server, new_user):
    user = new_user()
    refused(
        user.post("/auth/password", json={"current_password": "wrong one here", "new_password": "another fine one"}),
        403,
        "wrong_password",
    )
    refused(
        user.post("/auth/password", json={"current_password": PASSWORD, "new_password": "password"}),
        422,
        "validation_failed",
        "new_password",
    )
    refused(
        user.post("/auth/password", json={"current_password": PASSWORD, "new_password": "short"}),
        422,
        "validation_failed",
        "new_password",
    )
    Api(server).sign_in(user.username, PASSWORD)


def test_a_change_leaves_the_admins_link_good(server, admin, new_user):
    user = new_user()
    token = admin.post(f"/admin/users/{user.id}/password-reset", 201).json()["token"]
    user.post("/auth/password", 204, json={"current_password": PASSWORD, "new_password": "what the thief chose"})
    Api(server).post("/auth/password-reset", 204, json={"token": token, "new_password": "a brand new secret"})
    dead(server, user.token)
    Api(server).sign_in(user.username, "a brand new secret")
