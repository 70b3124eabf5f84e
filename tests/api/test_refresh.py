"""The refresh cookie: rotation, two tabs, lost replies, theft."""

import pytest
from support.client import Api, refused
from support.sessions import dead, refresh


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
