"""Rooms: creating, finding, describing, joining, leaving, deleting."""

import pytest
from support.client import Api, refused, unique

UNKNOWN = "01j9z3k6v8m2n4p6q8r0s2t4v6"


def test_who_creates_a_room_owns_it(ada):
    name = unique("room")
    room = ada.post("/rooms", 201, json={"name": name, "description": "About things", "visibility": "private"}).json()
    assert (room["name"], room["description"], room["visibility"]) == (name, "About things", "private")
    assert (room["owner_id"], room["role"], room["member_count"]) == (ada.id, "owner", 1)
    assert ada.get(f"/rooms/{room['id']}").json() == room
    (owner,) = ada.pages(f"/rooms/{room['id']}/members")
    assert (owner["user_id"], owner["role"]) == (ada.id, "owner")


def test_a_description_may_be_left_out(ada):
    assert ada.create_room()["description"] == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [("  spaced {}  ", "spaced {}"), ("e\u0301 {}", "é {}"), ("房间 {}", "房间 {}"), ("🦀 {}", "🦀 {}")],
)
def test_names_are_trimmed_and_normalised(ada, given, kept):
    mark = unique("n")
    room = ada.post("/rooms", 201, json={"name": given.format(mark), "visibility": "private"}).json()
    assert room["name"] == kept.format(mark)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"name": ["x"]}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"description": "a\u0000b"}, "description"),
        ({"description": 7}, "description"),
        ({"visibility": "secret"}, "visibility"),
        ({"visibility": "Public"}, "visibility"),
        ({"visibility": None}, "visibility"),
    ],
)
def test_bad_fields_are_refused_by_name_and_change_nothing(ada, fields, field):
    rooms = len(ada.pages("/rooms", scope="mine"))
    body = {"name": unique("room"), "visibility": "private", **fields}
    refused(ada.post("/rooms", json=body), 422, "validation_failed", field)
    assert len(ada.pages("/rooms", scope="mine")) == rooms
    room = ada.create_room("private")
    refused(ada.patch(f"/rooms/{room['id']}", None, json=fields), 422, "validation_failed", field)
    assert ada.get(f"/rooms/{room['id']}").json() == room


@pytest.mark.parametrize("missing", ["name", "visibility"])
def test_a_missing_field_is_named(ada, missing):
    body = {"name": unique("room"), "visibility": "public"}
    del body[missing]
    refused(ada.post("/rooms", json=body), 422, "validation_failed", missing)


@pytest.mark.parametrize("length", [64, 1])
def test_lengths_are_counted_in_code_points(ada, length):
    name = "🦀" * 64 if length == 64 else "☃"
    room = ada.post("/rooms", 201, json={"name": name, "visibility": "private", "description": "ü" * 500}).json()
    assert (room["name"], len(room["description"])) == (name, 500)


def test_the_names_of_public_rooms_are_unique_after_folding(ada, grace):
    name = unique("Straße")
    room = ada.post("/rooms", 201, json={"name": name, "visibility": "public"}).json()
    fullwidth = name.replace("-", "\uff0d")
    for other in (name, name.upper(), name.lower(), name.replace("ß", "ss"), fullwidth, f"  {name} "):
        refused(grace.post("/rooms", json={"name": other, "visibility": "public"}), 409, "name_taken")
    grace.post("/rooms", 201, json={"name": name, "visibility": "private"})
    ada.patch(f"/rooms/{room['id']}", json={"name": name.upper()})


def test_renaming_into_a_taken_name_is_refused_and_a_left_name_is_free_again(ada, grace):
    first, second = ada.create_room(), ada.create_room()
    refused(ada.patch(f"/rooms/{second['id']}", None, json={"name": first["name"]}), 409, "name_taken")
    assert ada.get(f"/rooms/{second['id']}").json() == second
    ada.patch(f"/rooms/{first['id']}", json={"name": unique("renamed")})
    grace.post("/rooms", 201, json={"name": first["name"], "visibility": "public"})


def test_a_private_room_is_published_only_under_a_free_name(ada):
    public = ada.create_room()
    private = ada.post("/rooms", 201, json={"name": public["name"], "visibility": "private"}).json()
    refused(ada.patch(f"/rooms/{private['id']}", None, json={"visibility": "public"}), 409, "name_taken")
    ada.patch(f"/rooms/{public['id']}", json={"visibility": "private"})
    assert ada.patch(f"/rooms/{private['id']}", json={"visibility": "public"}).json()["visibility"] == "public"


def test_only_one_of_many_creates_a_public_room_of_a_name(ada, grace, linus):
    from concurrent.futures import ThreadPoolExecutor

    body = {"name": unique("race"), "visibility": "public"}
    with ThreadPoolExecutor(6) as pool:
        statuses = list(
            pool.map(
                lambda api: Api(api.server, api.token).post("/rooms", json=body).status_code, [ada, grace, linus] * 2
            )
        )
    assert sorted(statuses) == [201] + [409] * 5


# --- finding


def test_public_rooms_are_found_by_part_of_their_name(ada, linus):
    mark = unique("Findme").upper()
    room = ada.post("/rooms", 201, json={"name": f"Zebra {mark} Crossing", "visibility": "public"}).json()
    hidden = ada.post("/rooms", 201, json={"name": f"Zebra {mark} Hidden", "visibility": "private"}).json()
    (found,) = linus.pages("/rooms", scope="public", q=f"{mark.lower()} cross")
    assert found == {**room, "role": None}
    assert [r["id"] for r in linus.pages("/rooms", scope="public", q=mark)] == [room["id"]]
    assert {r["id"] for r in ada.pages("/rooms", scope="mine", q=mark)} == {room["id"], hidden["id"]}


def test_wildcards_in_a_search_mean_themselves(ada):
    mark = unique("wild")
    ada.post("/rooms", 201, json={"name": f"{mark} plain", "visibility": "public"})
    for wildcard in ("%", "_____", "*", "?"):
        assert ada.pages("/rooms", scope="public", q=f"{mark}{wildcard}") == []


def test_lists_come_page_by_page_each_room_once(new_user):
    user = new_user()
    made = {user.create_room()["id"] for _ in range(7)}
    for limit in (1, 3, 7, 100):
        listed = user.pages("/rooms", scope="mine", limit=limit)
        assert len(listed) == 7
        assert {r["id"] for r in listed} == made
    names = [r["name"] for r in user.pages("/rooms", scope="mine")]
    assert names == sorted(names)


@pytest.mark.parametrize("scope", ["mine", "public"])
def test_names_that_grow_when_they_are_compared_are_paged_through(ada, scope):
    mark = unique("l")
    longest = [f"{mark} {n}".ljust(64, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}") for n in range(3)]
    widest = [f"{mark} {n}".ljust(64, "\N{CRAB}") for n in range(3, 6)]
    for name in longest + widest:
        ada.post("/rooms", 201, json={"name": name, "visibility": "public"})
    assert [r["name"] for r in ada.pages("/rooms", scope=scope, q=mark, limit=1)] == longest + widest


def test_public_rooms_come_page_by_page_each_once(ada):
    mark = unique("many")
    made = {
        ada.post("/rooms", 201, json={"name": f"{mark} {n}", "visibility": "public"}).json()["id"] for n in range(5)
    }
    listed = ada.pages("/rooms", scope="public", q=mark, limit=2)
    assert len(listed) == 5
    assert {r["id"] for r in listed} == made


def test_mine_is_the_default_and_holds_only_what_i_am_in(ada, grace, new_user):
    user = new_user()
    room = ada.create_room()
    assert user.get("/rooms").json()["items"] == []
    user.join(room)
    (mine,) = user.get("/rooms").json()["items"]
    assert (mine["id"], mine["role"], mine["member_count"]) == (room["id"], "member", 2)


def test_a_room_says_how_many_messages_it_has_had(ada, linus):
    """Wherever it is shown; joining and renaming do not count."""
    room = ada.create_room("private")
    assert room["messages"] == 0
    for n in range(3):
        ada.say(room, f"message {n}")
    ada.patch(f"/rooms/{room['id']}", json={"description": "renamed"})
    with linus.socket() as socket:
        ada.add(room, linus)
        assert socket.expect("room_added", room_id=room["id"])["room"]["messages"] == 3
    assert ada.get(f"/rooms/{room['id']}").json()["messages"] == 3
    assert {r["id"]: r["messages"] for r in ada.pages("/rooms")}[room["id"]] == 3
    last = ada.say(room, "and one more")
    assert linus.get(f"/rooms/{room['id']}").json()["messages"] == last["messages"] == 4


def test_a_public_room_joined_says_how_many_messages_it_has_had(ada, linus):
    room = ada.create_room()
    ada.say(room, "before you came")
    assert {r["id"]: r["messages"] for r in linus.pages("/rooms", scope="public", q=room["name"])}[room["id"]] == 1
    assert linus.join(room)["messages"] == 1


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"scope": "theirs"}, "validation_failed", "scope"),
        ({"limit": "0"}, "validation_failed", "limit"),
        ({"limit": "101"}, "validation_failed", "limit"),
        ({"limit": "x"}, "validation_failed", "limit"),
        ({"limit": "-1"}, "validation_failed", "limit"),
        ({"limit": "1e1"}, "validation_failed", "limit"),
        ({"limit": "99999999999999999999"}, "validation_failed", "limit"),
        ({"cursor": "forged!"}, "validation_failed", "cursor"),
        ({"cursor": "AAAA"}, "validation_failed", "cursor"),
        ({"sort": "name"}, "unknown_field", "sort"),
        ({"q": "x" * 65}, "validation_failed", "q"),
    ],
)
def test_bad_queries_are_refused_by_name(ada, query, code, field):
    refused(ada.get("/rooms", None, params=query), 422, code, field)


# --- joining, leaving, who may know


def test_anyone_joins_a_public_room_and_reads_all_of_its_history(ada, linus):
    room = ada.create_room()
    said = [ada.say(room, f"before you came {n}") for n in range(3)]
    refused(linus.get(f"/rooms/{room['id']}/messages", None), 403, "forbidden")
    joined = linus.join(room)
    assert (joined["role"], joined["member_count"]) == ("member", 2)
    assert linus.page(room)["messages"] == said


def test_repeating_join_and_leave_is_fine(room, linus):
    first = linus.join(room)
    assert linus.join(room) == first, "nothing is written for the second"
    linus.post(f"/rooms/{room['id']}/leave", 204)
    linus.post(f"/rooms/{room['id']}/leave", 204)
    assert linus.get(f"/rooms/{room['id']}").json()["head"] == first["head"] + 1


def test_leaving_a_private_room_twice_answers_as_the_first_time_did(private_room, grace):
    grace.post(f"/rooms/{private_room['id']}/leave", 204)
    grace.post(f"/rooms/{private_room['id']}/leave", 204)
    refused(grace.get(f"/rooms/{private_room['id']}", None), 404, "not_found")


def test_who_has_left_reads_and_writes_no_more(room, grace):
    grace.say(room)
    grace.post(f"/rooms/{room['id']}/leave", 204)
    refused(grace.get(f"/rooms/{room['id']}/messages", None), 403, "forbidden")
    refused(grace.post(f"/rooms/{room['id']}/messages", json={"content": "x"}), 403, "forbidden")
    refused(grace.get(f"/rooms/{room['id']}/presence", None), 403, "forbidden")
    assert grace.get(f"/rooms/{room['id']}").json()["role"] is None


def everything_about(room_id, user_id):
    """Every call that names a room, as (method, path, body)."""
    base = f"/rooms/{room_id}"
    return [
        ("GET", base, None),
        ("PATCH", base, {"description": "x"}),
        ("DELETE", base, None),
        ("POST", f"{base}/join", None),
        ("GET", f"{base}/members", None),
        ("PUT", f"{base}/members/{user_id}", {}),
        ("PATCH", f"{base}/members/{user_id}", {"role": "admin"}),
        ("DELETE", f"{base}/members/{user_id}", None),
        ("GET", f"{base}/invites", None),
        ("POST", f"{base}/invites", {}),
        ("DELETE", f"{base}/invites/{UNKNOWN}", None),
        ("GET", f"{base}/messages", None),
        ("POST", f"{base}/messages", {"content": "x"}),
        ("GET", f"{base}/presence", None),
    ]


def test_a_private_room_looks_absent_to_others_at_every_call(private_room, ada, grace, linus):
    def answer(method, path, body):
        problem = refused(linus.call(method, path, **({} if body is None else {"json": body})), 404, "not_found")
        problem.pop("request_id")
        return {**problem, "detail": problem["detail"].replace(private_room["id"], "").replace(UNKNOWN, "")}

    there = [*everything_about(private_room["id"], grace.id), ("POST", f"/rooms/{private_room['id']}/leave", None)]
    nowhere = [*everything_about(UNKNOWN, grace.id), ("POST", f"/rooms/{UNKNOWN}/leave", None)]
    for private, unknown in zip(there, nowhere, strict=True):
        assert answer(*private) == answer(*unknown), private[:2]
    assert private_room["id"] not in [r["id"] for r in linus.pages("/rooms", scope="public")]
    assert ada.get(f"/rooms/{private_room['id']}").json()["member_count"] == 2


def test_of_a_public_room_others_read_name_and_size_and_nothing_else(room, grace, linus):
    seen = linus.get(f"/rooms/{room['id']}").json()
    assert (seen["name"], seen["member_count"], seen["role"]) == (room["name"], 2, None)
    for method, path, body in everything_about(room["id"], grace.id):
        if path.endswith("/join") or (method, path) == ("GET", f"/rooms/{room['id']}"):
            continue
        refused(linus.call(method, path, **({} if body is None else {"json": body})), 403, "forbidden")


def test_nothing_of_rooms_is_told_to_who_is_not_signed_in(server, room, grace):
    for method, path, body in everything_about(room["id"], grace.id):
        refused(Api(server).call(method, path, **({} if body is None else {"json": body})), 401, "unauthorized")


@pytest.mark.parametrize(
    "bad",
    ["1", "nonsense", "01J9Z3K6V8M2N4P6Q8R0S2T4V6", "01j9z3k6v8m2n4p6q8r0s2t4vu", "%00", "..%2f..", "%ff", "x" * 300],
)
def test_an_id_of_the_wrong_form_is_an_unknown_one(ada, bad):
    assert ada.get(f"/rooms/{bad}", None).status_code in (400, 404)
    if "%" not in bad:
        refused(ada.get(f"/rooms/{bad}", None), 404, "not_found")


# --- changing


def test_a_change_is_an_entry_that_subscribers_see(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        changed = ada.patch(f"/rooms/{room['id']}", json={"description": "new words"}).json()
        entry = socket.next_entry(room)
        assert (entry["type"], entry["description"], entry["name"], entry["user_id"]) == (
            "room_changed",
            "new words",
            room["name"],
            ada.id,
        )
        assert entry["seq"] == changed["head"]


def test_admins_may_change_a_room_and_members_may_not(room, ada, grace):
    refused(grace.patch(f"/rooms/{room['id']}", None, json={"description": "mine"}), 403, "forbidden")
    ada.patch(f"/rooms/{room['id']}/members/{grace.id}", json={"role": "admin"})
    assert grace.patch(f"/rooms/{room['id']}", json={"description": "ours"}).json()["description"] == "ours"


def test_a_change_of_nothing_is_refused(room, ada):
    problem = ada.patch(f"/rooms/{room['id']}", None, json={}, check=False)
    assert problem.status_code == 422
    refused(ada.patch(f"/rooms/{room['id']}", None, json={"owner_id": ada.id}), 422, "unknown_field", "owner_id")


def test_a_hidden_room_disappears_for_others_but_not_for_members(room, ada, grace, linus):
    assert linus.get(f"/rooms/{room['id']}").status_code == 200
    ada.patch(f"/rooms/{room['id']}", json={"visibility": "private"})
    refused(linus.get(f"/rooms/{room['id']}", None), 404, "not_found")
    assert grace.get(f"/rooms/{room['id']}").json()["visibility"] == "private"


# --- deleting


def test_a_deleted_room_is_gone_for_everyone_and_subscriptions_end_in_order(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        ada.say(room, "last words")
        ada.delete(f"/rooms/{room['id']}")
        assert socket.next_entry(room)["content"] == "last words"
        assert socket.next_entry(room)["type"] == "room_deleted"
        socket.expect("removed", room_id=room["id"])
        socket.expect("room_removed", room_id=room["id"])
        assert socket.refuse("subscribe", room_id=room["id"])["code"] == "not_found"
        assert socket.refuse("send", room_id=room["id"], key=unique("k"), content="x")["code"] == "not_found"
    for api in (ada, grace):
        for path in ("", "/messages", "/members", "/presence"):
            refused(api.get(f"/rooms/{room['id']}{path}", None), 404, "not_found")
        assert room["id"] not in [r["id"] for r in api.pages("/rooms", scope="mine")]
    refused(grace.post(f"/rooms/{room['id']}/join"), 404, "not_found")


def test_only_the_owner_deletes(room, ada, grace):
    ada.patch(f"/rooms/{room['id']}/members/{grace.id}", json={"role": "admin"})
    refused(grace.delete(f"/rooms/{room['id']}", None), 403, "forbidden")
    assert ada.get(f"/rooms/{room['id']}").status_code == 200


def test_the_name_of_a_deleted_room_is_free_again(ada, grace):
    room = ada.create_room()
    ada.delete(f"/rooms/{room['id']}")
    again = grace.post("/rooms", 201, json={"name": room["name"], "visibility": "public"}).json()
    assert again["id"] != room["id"]
