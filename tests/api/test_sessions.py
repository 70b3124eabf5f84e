"""Signing in and out, refresh rotation, sessions, personal access tokens, passwords."""

import time

import httpx
import pytest
from support import jwt
from support.client import PASSWORD, Api, refused, unique
from support.server import instrumented
from support.socket import Socket, handshake_status

times_matter = pytest.mark.skipif(instrumented(), reason="times and sizes mean nothing under sanitizers")


def refresh(server, cookie, **headers):
    """POST /auth/refresh with that cookie and no other."""
    api = Api(server)
    if cookie is not None:
        headers["Cookie"] = f"parley_refresh={cookie}"
    return api.post("/auth/refresh", headers=headers)


def dead(server, token):
    refused(Api(server, token).get("/auth/me", None), 401, "unauthorized")
    assert handshake_status(server.ws_url, headers={"Authorization": f"Bearer {token}"}) == 401


# --- signing in


def test_signing_in_works_by_json_and_by_form(server, ada):
    body = {"username": ada.username, "password": PASSWORD}
    by_json = Api(server).post("/auth/login", 200, json=body).json()
    by_form = Api(server).post("/auth/login", 200, data=body).json()
    assert by_json["session_id"] != by_form["session_id"]
    for token in (by_json, by_form):
        assert token["token_type"] == "bearer"
        assert 0 < token["expires_in"] <= 900
        assert Api(server, token["access_token"]).get("/auth/me").json()["id"] == ada.id


def test_a_form_is_decoded_as_browsers_encode_it(server):
    name, password = unique("u")[:32], "a b+c&d=e%f ü"
    Api(server).post("/auth/register", 201, json={"username": name, "password": password})
    Api(server).post("/auth/login", 200, data={"username": name, "password": password})


def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_of_other_sites(server, ada):
    response = Api(server).post("/auth/login", 200, json={"username": ada.username, "password": PASSWORD})
    cookie = response.headers["set-cookie"].lower()
    parts = {part.strip() for part in cookie.split(";")}
    assert {"httponly", "samesite=strict", "path=/api/v1/auth"} <= parts
    assert "secure" not in parts, "over plain HTTP a browser would drop it"
    assert "domain" not in cookie
    assert any(p.startswith("max-age=") for p in parts)


def test_behind_a_trusted_proxy_that_speaks_tls_the_cookie_is_secure(start_server):
    server = start_server(PARLEY_TRUSTED_PROXIES="127.0.0.1")
    Api(server).post("/auth/register", 201, json={"username": "ada", "password": PASSWORD})
    body = {"username": "ada", "password": PASSWORD}
    over_tls = Api(server).post("/auth/login", 200, json=body, headers={"X-Forwarded-Proto": "https"})
    assert "secure" in over_tls.headers["set-cookie"].lower()


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(server, ada):
    wrong = Api(server).post("/auth/login", json={"username": ada.username, "password": "wrong password 1"})
    unknown = Api(server).post("/auth/login", json={"username": unique("nobody")[:32], "password": "wrong password 1"})
    impossible = Api(server).post("/auth/login", json={"username": "not a name!", "password": "wrong password 1"})
    bodies = []
    for response in (wrong, unknown, impossible):
        problem = refused(response, 401, "invalid_credentials")
        problem.pop("request_id")
        bodies.append((problem, sorted(response.headers)))
    assert bodies[0] == bodies[1] == bodies[2]


@times_matter
def test_an_unknown_user_and_a_wrong_password_take_the_same_time(server, ada):
    def timed(name):
        begin = time.perf_counter()
        refused(
            api.post("/auth/login", json={"username": name, "password": "wrong password 1"}), 401, "invalid_credentials"
        )
        return time.perf_counter() - begin

    api = Api(server)
    timed(ada.username)
    known, unknown = [], []
    for _ in range(15):
        known.append(timed(ada.username))
        unknown.append(timed("nobody-at-all"))
    ratio = min(known) / min(unknown)  # noise only ever adds
    assert 0.5 < ratio < 2, (known, unknown)


# --- access tokens


def test_an_access_token_says_who_and_for_how_long_and_nothing_private(server, ada):
    claims = jwt.claims(ada.token)
    assert jwt.header(ada.token)["alg"] == "HS256"
    assert claims["sub"] == ada.id
    assert claims["exp"] - claims["iat"] == 900
    assert claims["iss"] and claims["aud"]
    assert ada.session_id in claims.values()


def test_the_genuine_token_changed_in_nothing_is_good(server, ada):
    """Without this the forgeries below would prove nothing."""
    assert Api(server, jwt.altered(server, ada.token)).get("/auth/me").json()["id"] == ada.id


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "someone-else"},
        {"aud": "someone-else"},
        {"iss": None},
        {"aud": None},
        {"exp": None},
        {"sub": None},
        {"sub": 7},
        {"sub": "01j9z3k6v8m2n4p6q8r0s2t4v6"},
    ],
)
def test_a_token_with_other_claims_is_refused_though_well_signed(server, ada, changes):
    token = jwt.altered(server, ada.token, **changes)
    refused(Api(server, token).get("/auth/me", None), 401, "unauthorized")
    assert handshake_status(server.ws_url, headers={"Authorization": f"Bearer {token}"}) == 401


def test_the_algorithm_is_pinned(server, ada):
    import hashlib

    none = jwt.make({"alg": "none", "typ": "JWT"}, jwt.claims(ada.token), b"").rsplit(".", 1)[0] + "."
    stronger = jwt.altered(server, ada.token, head={"alg": "HS512"}, algorithm=hashlib.sha512)
    mislabelled = jwt.altered(server, ada.token, head={"alg": "RS256"})
    for token in (none, stronger, mislabelled):
        refused(Api(server, token).get("/auth/me", None), 401, "unauthorized")


def test_a_token_of_another_secret_is_refused(server, ada):
    token = jwt.make(ada.token.split(".")[0], jwt.claims(ada.token), b"x" * 32)
    refused(Api(server, token).get("/auth/me", None), 401, "unauthorized")


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer a.b.c", "Bearer " + "x" * 5000, "bearer\ttoken"],
)
def test_nonsense_in_place_of_a_token_is_refused(server, value):
    response = Api(server).get("/auth/me", None, headers={"Authorization": value})
    refused(response, 401, "unauthorized")
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_the_scheme_is_read_whatever_its_case(server, ada):
    assert Api(server).get("/auth/me", headers={"Authorization": f"bEARER {ada.token}"}).json()["id"] == ada.id


def test_an_expired_token_says_so(server, ada):
    expired = jwt.altered(server, ada.token, exp=int(time.time()) - 60)
    refused(Api(server, expired).get("/auth/me", None), 401, "token_expired")
    assert handshake_status(server.ws_url, headers={"Authorization": f"Bearer {expired}"}) == 401


# --- refresh


def test_a_refresh_gives_a_new_token_of_the_same_session_and_replaces_the_cookie(server, new_user):
    user = new_user()
    response = refresh(server, user.cookie)
    assert response.status_code == 200
    token = response.json()
    assert token["session_id"] == user.session_id
    assert response.cookies["parley_refresh"] != user.cookie
    assert Api(server, token["access_token"]).get("/auth/me").json()["id"] == user.id


def test_the_cookie_before_gives_the_same_successor(server, new_user):
    user = new_user()
    first = refresh(server, user.cookie).cookies["parley_refresh"]
    again = refresh(server, user.cookie)
    assert again.status_code == 200
    assert again.cookies["parley_refresh"] == first


def test_two_tabs_that_refresh_at_once_both_stay_signed_in(server, new_user):
    from concurrent.futures import ThreadPoolExecutor

    user = new_user()
    cookie = user.cookie
    for _ in range(4):
        with ThreadPoolExecutor(4) as pool:
            responses = list(pool.map(lambda _: refresh(server, cookie), range(4)))  # noqa: B023
        assert [r.status_code for r in responses] == [200] * 4
        assert len({r.cookies["parley_refresh"] for r in responses}) == 1
        cookie = responses[0].cookies["parley_refresh"]


def test_within_thirty_seconds_the_cookie_before_is_still_good_though_its_successor_was_used(server, new_user):
    """A tab may send the old cookie while another has already gone on with the new one."""
    user = new_user()
    second = refresh(server, user.cookie).cookies["parley_refresh"]
    third = refresh(server, second).cookies["parley_refresh"]
    late = refresh(server, user.cookie)
    assert late.status_code == 200
    assert late.cookies["parley_refresh"] == second
    assert refresh(server, third).status_code == 200


def test_an_older_cookie_ends_the_session(server, new_user):
    user = new_user()
    first = user.cookie
    second = refresh(server, first).cookies["parley_refresh"]
    third = refresh(server, second).cookies["parley_refresh"]
    fourth = refresh(server, third).cookies["parley_refresh"]
    refused(refresh(server, first), 401, "unauthorized")
    refused(refresh(server, fourth), 401, "unauthorized")
    dead(server, user.token)


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c[:-1],
        lambda c: c[:-2] + ("AA" if c[-2:] != "AA" else "BB"),
        lambda c: "",
        lambda c: "x.y.z",
        lambda c: c + "A",
    ],
)
def test_a_forged_cookie_is_refused_and_harms_nobody(server, new_user, damage):
    user = new_user()
    refused(refresh(server, damage(user.cookie)), 401, "unauthorized")
    assert refresh(server, user.cookie).status_code == 200


def test_without_a_cookie_there_is_no_refresh(server):
    refused(refresh(server, None), 401, "unauthorized")


def test_a_cookie_is_not_taken_from_a_foreign_origin(server, new_user):
    user = new_user()
    refused(refresh(server, user.cookie, Origin="https://evil.example"), 403, "origin_not_allowed")
    refused(refresh(server, user.cookie, Origin="null"), 403, "origin_not_allowed")
    assert refresh(server, user.cookie, Origin=server.url).status_code == 200


def test_refreshing_survives_a_restart(own_server):
    from support.client import register

    user = register(own_server, "ada")
    second = refresh(own_server, user.cookie).cookies["parley_refresh"]
    own_server.restart()
    assert refresh(own_server, user.cookie).cookies["parley_refresh"] == second
    assert refresh(own_server, second).status_code == 200


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


# --- personal access tokens


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


# --- passwords


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


def test_tokens_are_never_taken_from_the_url(server, ada):
    assert handshake_status(f"{server.ws_url}?token={ada.token}") in (401, 422)
    assert handshake_status(f"{server.ws_url}?access_token={ada.token}") in (401, 422)
    with httpx.Client() as http:
        assert http.get(f"{server.url}/api/v1/auth/me?access_token={ada.token}").status_code in (401, 422)
