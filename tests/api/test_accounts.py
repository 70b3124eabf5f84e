"""Accounts: registering, what names and passwords may be, one's own profile, looking others up."""

import contextlib
import subprocess

import pytest
from support.client import PASSWORD, Api, refused, register, unique
from support.server import environment


def attempt(server, **fields):
    body = {"username": unique("u")[:32], "password": PASSWORD, **fields}
    return Api(server).post("/auth/register", json=body)


def test_whoever_registers_can_sign_in_and_is_told_who_they_are(server):
    name = unique("Ada")[:32]
    made = (
        Api(server)
        .post("/auth/register", 201, json={"username": name, "password": PASSWORD, "display_name": "Ada L."})
        .json()
    )
    assert (made["username"], made["display_name"], made["is_admin"]) == (name, "Ada L.", False)
    api = Api(server).sign_in(name, PASSWORD)
    assert api.user == made


def test_registering_signs_nobody_in(server):
    api = Api(server)
    api.post("/auth/register", 201, json={"username": unique("u")[:32], "password": PASSWORD})
    assert api.cookie is None
    refused(api.get("/auth/me", None), 401, "unauthorized")


def test_without_a_display_name_the_user_name_stands_in(server):
    user = register(server).user
    assert user["display_name"] == user["username"]


def test_the_first_account_is_the_admin_and_the_second_is_not(own_server):
    assert Api(own_server).get("/server").json()["setup_required"] is True
    assert register(own_server, "first").user["is_admin"] is True
    assert Api(own_server).get("/server").json()["setup_required"] is False
    assert register(own_server, "second").user["is_admin"] is False


@pytest.mark.parametrize("name", ["abc", "A" * 32, "a.b_c-d", "123", "...", "_x_", "-a-"])
def test_these_user_names_are_accepted(own_name_server, name):
    attempt(own_name_server, username=name).raise_for_status()


@pytest.fixture(scope="module")
def own_name_server():
    from support.server import Server

    server = Server().start()
    yield server
    server.dispose()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 33,
        "with space",
        "a\tb",
        "naïve",
        "\u0430da",
        "ada!",
        "a/b",
        "a@b",
        "ada\n",
        "\u202eabc",
        "abc\u0000",
        "\uff41\uff44\uff41",
        "\u0130stanbul",
        "a%20b",
    ],
)
def test_these_user_names_are_refused_by_field(server, name):
    refused(attempt(server, username=name), 422, "validation_failed", "username")


def test_a_user_name_is_taken_whatever_its_case(server):
    name = unique("Kilo")[:32]
    register(server, name)
    for other in (name, name.lower(), name.upper()):
        refused(attempt(server, username=other), 409, "username_taken")


@pytest.fixture
def turkish(tmp_path):
    """Settings for a Turkish locale, made for this test where the system can; else for the system's own, if it has one."""
    locale = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}
    with contextlib.suppress(FileNotFoundError):
        make = ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(tmp_path / "tr_TR.UTF-8")]
        subprocess.run(make, capture_output=True, timeout=60, check=False)
    if not (tmp_path / "tr_TR.UTF-8/LC_CTYPE").exists():
        return locale
    locale["LOCPATH"] = tmp_path
    lower = ["bash", "-c", "name=IRIS; echo ${name,,}"]
    assert (
        subprocess.run(lower, env=environment(**locale), capture_output=True, check=True).stdout.decode()
        == "\u0131r\u0131s\n"
    )
    return locale


def test_case_is_folded_as_ascii_in_every_locale(start_server, turkish):
    """In Turkish i and I are no pair; names do not care."""
    server = start_server(**turkish)
    iris = register(server, "iris")
    refused(attempt(server, username="IRIS"), 409, "username_taken")
    assert Api(server).sign_in("IRIS", PASSWORD).username == "iris"
    iris.create_room(name="Iris")
    refused(iris.post("/rooms", json={"name": "IRIS", "visibility": "public"}), 409, "name_taken")
    assert len(iris.pages("/rooms", scope="public", q="IRIS")) == 1


def test_signing_in_does_not_mind_the_case_of_the_name(server, new_user):
    user = new_user("MixedCase")
    assert Api(server).sign_in(user.username.upper(), PASSWORD).id == user.id


@pytest.mark.parametrize("password", ["", "1234567", "a" * 129, "ü" * 7, "seven77"])
def test_passwords_of_a_wrong_length_are_refused(server, password):
    refused(attempt(server, password=password), 422, "validation_failed", "password")


@pytest.mark.parametrize(
    "password", ["password", "12345678", "iloveyou", "qwertyuiop", "password1", "football", "Password"]
)
def test_the_most_common_passwords_are_refused(server, password):
    refused(attempt(server, password=password), 422, "validation_failed", "password")


@pytest.mark.parametrize("password", ["ü" * 8, "x7" * 64, "with spaces in it ", "🦀🦀🦀🦀🦀🦀🦀🦀", "q" * 7 + "\t"])
def test_length_is_counted_in_characters_and_every_character_counts(server, password):
    name = unique("u")[:32]
    Api(server).post("/auth/register", 201, json={"username": name, "password": password})
    Api(server).sign_in(name, password)
    refused(
        Api(server).post("/auth/login", json={"username": name, "password": password.rstrip() + "x"}),
        401,
        "invalid_credentials",
    )


def test_a_long_password_is_not_cut(server):
    name, password = unique("u")[:32], "0123456789abcdef" * 8
    register(server, name, password)
    refused(
        Api(server).post("/auth/login", json={"username": name, "password": password[:-1] + "x"}),
        401,
        "invalid_credentials",
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Ada  ", "Ada"),
        ("e\u0301t\u00e9", "été"),
        ("x" * 64, "x" * 64),
        ("张伟", "张伟"),
        ("🦀 Ferris", "🦀 Ferris"),
        (" " + "y" * 64 + " ", "y" * 64),
    ],
)
def test_display_names_are_trimmed_and_normalised(new_user, given, kept):
    user = new_user()
    assert user.patch("/auth/me", json={"display_name": given}, check=False).json()["display_name"] == kept
    assert user.get("/auth/me").json()["display_name"] == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 65,
        "a\nb",
        "a\u0000b",
        "\u202eevil",
        "a\u200bb",
        "\u2066x\u2069",
        "\u200f",
        "tab\tbed",
        "\ufeff",
        "a\u007fb",
        "a\u0085b",
        "a\u2028b",
        "\u3164",
        "a\u00adb",
        "x\U000e0041",
    ],
)
def test_display_names_that_deceive_are_refused(server, ada, name):
    before = ada.get("/auth/me").json()
    refused(ada.patch("/auth/me", None, json={"display_name": name}), 422, "validation_failed", "display_name")
    refused(attempt(server, display_name=name), 422, "validation_failed", "display_name")
    assert ada.get("/auth/me").json() == before


def test_changing_the_display_name_is_hinted_to_those_who_share_a_room(new_user, linus):
    changer, friend = new_user(), new_user()
    room = changer.create_room()
    friend.join(room)
    with friend.socket() as near, linus.socket() as far:
        near.subscribe(room)
        changer.patch("/auth/me", json={"display_name": "Somebody new"})
        near.expect("profile", user_id=changer.id)
        assert not [f for f in far.settle() if f["type"] == "profile" and f["user_id"] == changer.id]
    assert friend.get("/users", params={"ids": changer.id}).json()["items"][0]["display_name"] == "Somebody new"


def test_a_user_name_stands_in_messages_and_cannot_be_changed(ada):
    refused(
        ada.patch("/auth/me", None, json={"display_name": "Ada", "username": "other"}), 422, "unknown_field", "username"
    )
    refused(
        ada.patch("/auth/me", None, json={"display_name": "Ada", "is_admin": True}), 422, "unknown_field", "is_admin"
    )


# --- looking others up


def test_users_are_looked_up_by_ids_and_only_what_is_public_is_told(ada, grace, linus):
    found = ada.get("/users", params={"ids": f"{grace.id},{linus.id},01j9z3k6v8m2n4p6q8r0s2t4v6"}).json()["items"]
    assert {u["id"] for u in found} == {grace.id, linus.id}
    assert all(set(u) == {"id", "username", "display_name"} for u in found)


def test_a_user_is_found_by_exact_name_whatever_its_case(ada, grace):
    assert [u["id"] for u in ada.get("/users", params={"username": grace.username.upper()}).json()["items"]] == [
        grace.id
    ]
    assert ada.get("/users", params={"username": "nobody-there"}).json()["items"] == []


def test_a_hundred_ids_at_once_are_fine_and_more_are_not(ada, grace):
    ids = [grace.id] * 100
    assert len(ada.get("/users", params={"ids": ",".join(ids)}).json()["items"]) == 1
    refused(ada.get("/users", None, params={"ids": ",".join([*ids, ada.id])}), 422, "validation_failed", "ids")


@pytest.mark.parametrize("query", [{}, {"ids": ""}, {"ids": "nonsense"}, {"username": "a b"}])
def test_a_lookup_of_nothing_is_refused(ada, query):
    refused(ada.get("/users", None, params=query), 422, "validation_failed")


def test_a_lookup_needs_a_sign_in(server, grace):
    refused(Api(server).get("/users", None, params={"ids": grace.id}), 401, "unauthorized")


# --- who may register


def test_a_closed_server_takes_nobody_but_its_first_account(start_server):
    server = start_server(PARLEY_REGISTRATION="closed")
    assert Api(server).get("/server").json()["registration"] == "closed"
    register(server, "first")
    refused(attempt(server), 403, "registration_closed")


def test_an_invite_only_server_takes_those_with_an_invite(start_server):
    server = start_server(PARLEY_REGISTRATION="invite")
    admin = register(server, "first")
    refused(attempt(server), 403, "invite_required")
    refused(attempt(server, invite="0123456789abcdef"), 403, "invite_invalid")
    token = admin.post("/admin/invites", 201, json={"max_uses": 1}).json()["token"]
    assert attempt(server, invite=token).status_code == 201
    refused(attempt(server, invite=token), 403, "invite_invalid")


def test_a_refused_registration_uses_no_invite_up(start_server):
    server = start_server(PARLEY_REGISTRATION="invite")
    admin = register(server, "first")
    token = admin.post("/admin/invites", 201, json={"max_uses": 1}).json()["token"]
    refused(attempt(server, invite=token, username="first"), 409, "username_taken")
    refused(attempt(server, invite=token, password="password"), 422, "validation_failed", "password")
    assert attempt(server, invite=token).status_code == 201


def test_an_invite_with_one_use_lets_in_one_of_many_at_once(start_server):
    from concurrent.futures import ThreadPoolExecutor

    server = start_server(PARLEY_REGISTRATION="invite")
    token = register(server, "first").post("/admin/invites", 201, json={"max_uses": 1}).json()["token"]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: attempt(server, invite=token, username=f"racer-{n}").status_code, range(8)))
    assert sorted(statuses) == [201] + [403] * 7


def test_only_one_of_many_gets_a_name(server):
    from concurrent.futures import ThreadPoolExecutor

    name = unique("race")[:32]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(
            pool.map(lambda n: attempt(server, username=name.upper() if n % 2 else name).status_code, range(6))
        )
    assert sorted(statuses) == [201] + [409] * 5


def test_beyond_loopback_the_first_account_needs_the_code_that_the_server_prints(start_server):
    server = start_server(HOST="0.0.0.0")
    told = Api(server).get("/server").json()
    assert (told["setup_required"], told["setup_code_required"]) == (True, True)
    refused(attempt(server), 403, "setup_code_required")
    refused(attempt(server, setup_code="wrong-code"), 403, "setup_code_required")
    code = setup_code(server)
    assert attempt(server, username="first", setup_code=code).json()["is_admin"] is True
    assert Api(server).get("/server").json()["setup_code_required"] is False
    assert attempt(server).json()["is_admin"] is False


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=203.0.113.7"},
        {"Host": "chat.example.org", "Origin": "http://chat.example.org"},
        {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"},
    ],
)
@pytest.mark.parametrize("trusted", [None, "127.0.0.1"])
def test_on_loopback_the_first_account_needs_the_code_unless_it_is_made_there(start_server, headers, trusted):
    server = start_server(PARLEY_TRUSTED_PROXIES=trusted)
    elsewhere, body = Api(server), {"username": "first", "password": PASSWORD}
    assert elsewhere.get("/server", headers=headers).json()["setup_code_required"] is True
    refused(elsewhere.post("/auth/register", json=body, headers=headers), 403, "setup_code_required", "setup_code")
    assert elsewhere.get("/server").json()["setup_code_required"] is False
    code = {"setup_code": setup_code(server)}
    made = elsewhere.post("/auth/register", 201, json={**body, **code}, headers=headers)
    assert made.json()["is_admin"] is True


def test_a_server_with_a_public_address_asks_everybody_for_the_code(start_server):
    server = start_server(PARLEY_PUBLIC_URL="https://chat.example.org")
    refused(attempt(server), 403, "setup_code_required")
    assert attempt(server, setup_code=setup_code(server)).json()["is_admin"] is True


def setup_code(server):
    """What an operator would copy from the server's output: the word after `code`."""
    import re

    found = re.findall(r"code\W+(?:is\W+)?([A-Za-z0-9-]{6,64})", server.log, re.I)
    assert found, f"no set-up code printed:\n{server.log}"
    return found[0]


def test_an_account_made_on_the_command_line_ends_the_set_up(start_server):
    server = start_server(HOST="0.0.0.0")
    made = server.run("user", "create", "boss", "--admin", "--password-stdin", stdin=PASSWORD + "\n")
    assert made.returncode == 0, made.stderr
    assert Api(server).get("/server").json()["setup_required"] is False
    assert Api(server).sign_in("boss", PASSWORD).user["is_admin"] is True
