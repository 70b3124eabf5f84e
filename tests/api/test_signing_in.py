"""Signing in, and the access token that one gets for it."""

import time

import httpx
import pytest
from support import jwt
from support.client import PASSWORD, Api, refused, unique
from support.server import instrumented
from support.socket import handshake_status

times_matter = pytest.mark.skipif(instrumented(), reason="times and sizes mean nothing under sanitizers")


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


def test_tokens_are_never_taken_from_the_url(server, ada):
    assert handshake_status(f"{server.ws_url}?token={ada.token}") in (401, 422)
    assert handshake_status(f"{server.ws_url}?access_token={ada.token}") in (401, 422)
    with httpx.Client() as http:
        assert http.get(f"{server.url}/api/v1/auth/me?access_token={ada.token}").status_code in (401, 422)
