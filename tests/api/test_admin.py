"""The server's admin: lists, disables and enables accounts, makes one-time links and invites."""

import pytest
from support.client import PASSWORD, Api, refused, register, unique
from support.socket import handshake_status


def test_the_admin_lists_all_accounts_page_by_page(own_server):
    admin = register(own_server, "boss")
    names = sorted(register(own_server, name).username for name in ("ada", "Bert", "carl", "dora"))
    listed = admin.pages("/admin/users", limit=2)
    assert sorted(u["username"] for u in listed) == sorted([*names, "boss"])
    assert [u["username"].lower() for u in listed] == sorted(u["username"].lower() for u in listed)
    assert [u["username"] for u in listed if u["is_admin"]] == ["boss"]


def test_the_admin_finds_accounts_by_a_part_of_either_name(admin, new_user):
    user = new_user("needle", display_name="Countess of Haystack")
    for part in (user.username[3:].upper(), "countess OF hay"):
        assert user.id in [u["id"] for u in admin.pages("/admin/users", q=part)]
    assert admin.pages("/admin/users", q="no such thing anywhere") == []


def test_wildcards_in_a_search_mean_themselves(admin, new_user):
    new_user("plain")
    assert all("%" in u["username"] + u["display_name"] for u in admin.pages("/admin/users", q="%"))
    assert all("_" in u["username"] + u["display_name"] for u in admin.pages("/admin/users", q="_"))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/admin/users", None),
        ("PATCH", "/admin/users/{ada}", {"disabled": True}),
        ("POST", "/admin/users/{ada}/password-reset", None),
        ("GET", "/admin/invites", None),
        ("POST", "/admin/invites", {}),
        ("DELETE", "/admin/invites/01j9z3k6v8m2n4p6q8r0s2t4v6", None),
    ],
)
def test_nobody_else_may(server, ada, grace, method, path, body):
    path = path.replace("{ada}", ada.id)
    options = {} if body is None else {"json": body}
    refused(grace.call(method, path, **options), 403, "forbidden")
    refused(Api(server).call(method, path, **options), 401, "unauthorized")
    assert ada.get("/auth/me").status_code == 200


def test_a_personal_token_of_the_admin_has_no_power_over_accounts(server, admin, new_user):
    made = admin.personal_token()
    bot = Api(server, made["token"])
    user = new_user()
    try:
        for target in (admin.id, user.id):
            refused(bot.post(f"/admin/users/{target}/password-reset"), 403, "session_required")
            refused(bot.patch(f"/admin/users/{target}", None, json={"disabled": True}), 403, "session_required")
        assert user.get("/auth/me").status_code == 200
    finally:
        admin.delete(f"/auth/tokens/{made['id']}")


def test_a_personal_token_of_the_admin_lists_accounts_and_keeps_invites(server, admin):
    made = admin.personal_token()
    bot = Api(server, made["token"])
    try:
        assert bot.get("/admin/users").json()["items"]
        invite = bot.post("/admin/invites", 201, json={"max_uses": 1}).json()
        assert invite["id"] in [i["id"] for i in bot.pages("/admin/invites")]
        bot.delete(f"/admin/invites/{invite['id']}")
    finally:
        admin.delete(f"/auth/tokens/{made['id']}")


def test_disabling_ends_everything_and_enabling_lets_the_user_in_again(server, admin, new_user):
    user = new_user()
    token = user.personal_token()["token"]
    with user.socket() as socket, Api(server, token).socket() as bot:
        changed = admin.patch(f"/admin/users/{user.id}", json={"disabled": True}).json()
        assert changed["disabled"] is True
        assert socket.closed(5) == 4003
        assert bot.closed(5) == 4003
    for dead in (user.token, token):
        assert Api(server, dead).get("/auth/me", None).status_code in (401, 403)
        assert handshake_status(server.ws_url, headers={"Authorization": f"Bearer {dead}"}) in (401, 403)
    refresh = Api(server).post("/auth/refresh", headers={"Cookie": f"parley_refresh={user.cookie}"})
    assert refresh.status_code in (401, 403)
    login = {"username": user.username, "password": PASSWORD}
    refused(Api(server).post("/auth/login", json=login), 403, "account_disabled")
    refused(Api(server).post("/auth/login", json={**login, "password": "wrong password 1"}), 401, "invalid_credentials")

    assert admin.patch(f"/admin/users/{user.id}", json={"disabled": False}).json()["disabled"] is False
    refused(Api(server, user.token).get("/auth/me", None), 401, "unauthorized")
    Api(server).sign_in(user.username, PASSWORD)


def test_what_a_disabled_user_said_stays(admin, new_user, grace):
    user = new_user()
    room = user.create_room()
    grace.join(room)
    said = user.say(room, "still here")
    admin.patch(f"/admin/users/{user.id}", json={"disabled": True})
    assert grace.page(room)["messages"] == [said]


def test_the_admin_cannot_lock_themselves_out(admin):
    refused(admin.patch(f"/admin/users/{admin.id}", None, json={"disabled": True}), 409, "conflict")
    assert admin.get("/auth/me").status_code == 200


def test_an_unknown_account_is_not_found(admin):
    unknown = "01j9z3k6v8m2n4p6q8r0s2t4v6"
    refused(admin.patch(f"/admin/users/{unknown}", None, json={"disabled": True}), 404, "not_found")
    refused(admin.post(f"/admin/users/{unknown}/password-reset"), 404, "not_found")


def test_a_one_time_link_sets_a_new_password_once_and_ends_all_sessions(server, admin, new_user):
    user = new_user()
    made = admin.post(f"/admin/users/{user.id}/password-reset", 201).json()
    assert made["token"] in made["url"]
    body = {"token": made["token"], "new_password": "a brand new secret"}
    with user.socket() as socket:
        Api(server).post("/auth/password-reset", 204, json=body)
        assert socket.closed(5) == 4001
    refused(Api(server, user.token).get("/auth/me", None), 401, "unauthorized")
    refused(
        Api(server).post("/auth/login", json={"username": user.username, "password": PASSWORD}),
        401,
        "invalid_credentials",
    )
    Api(server).sign_in(user.username, "a brand new secret")
    refused(
        Api(server).post("/auth/password-reset", json={**body, "new_password": "yet another one"}),
        403,
        "reset_link_invalid",
    )
    Api(server).sign_in(user.username, "a brand new secret")


def test_a_refused_new_password_does_not_use_the_link_up(server, admin, new_user):
    user = new_user()
    token = admin.post(f"/admin/users/{user.id}/password-reset", 201).json()["token"]
    weak = Api(server).post("/auth/password-reset", json={"token": token, "new_password": "password"})
    refused(weak, 422, "validation_failed", "new_password")
    Api(server).post("/auth/password-reset", 204, json={"token": token, "new_password": "a brand new secret"})


def test_a_newer_link_makes_the_older_void(server, admin, new_user):
    user = new_user()
    old, new = (admin.post(f"/admin/users/{user.id}/password-reset", 201).json()["token"] for _ in range(2))
    refused(
        Api(server).post("/auth/password-reset", json={"token": old, "new_password": "a brand new secret"}),
        403,
        "reset_link_invalid",
    )
    Api(server).post("/auth/password-reset", 204, json={"token": new, "new_password": "a brand new secret"})


def test_a_made_up_link_is_refused(server):
    body = {"token": "x" * 32, "new_password": "a brand new secret"}
    refused(Api(server).post("/auth/password-reset", json=body), 403, "reset_link_invalid")


def test_invites_are_listed_without_their_token_and_withdrawn(server, admin):
    made = admin.post("/admin/invites", 201, json={"expires_in_hours": 2, "max_uses": 3}).json()
    assert made["token"] in made["url"]
    listing = admin.get("/admin/invites")
    (listed,) = [i for i in listing.json()["items"] if i["id"] == made["id"]]
    assert made["token"] not in listing.text
    assert (listed["uses"], listed["max_uses"], listed["created_by"]) == (0, 3, admin.id)
    body = {"username": unique("u")[:32], "password": PASSWORD, "invite": made["token"]}
    Api(server).post("/auth/register", 201, json=body)
    (listed,) = [i for i in admin.pages("/admin/invites") if i["id"] == made["id"]]
    assert listed["uses"] == 1
    admin.delete(f"/admin/invites/{made['id']}")
    assert made["id"] not in [i["id"] for i in admin.pages("/admin/invites")]
    admin.delete(f"/admin/invites/{made['id']}")
    refused(Api(server).post("/auth/register", json={**body, "username": unique("u")[:32]}), 403, "invite_invalid")


def test_a_plain_invite_lasts_a_week(admin):
    from datetime import datetime

    made = admin.post("/admin/invites", 201).json()
    life = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert abs(life.total_seconds() - 7 * 86400) < 60
    assert made["max_uses"] is None


def test_an_admin_of_the_server_sees_no_private_room_for_that(admin, private_room):
    refused(admin.get(f"/rooms/{private_room['id']}", None), 404, "not_found")
    refused(admin.get(f"/rooms/{private_room['id']}/messages", None), 404, "not_found")
