"""Members and their roles, invites to rooms, and that who is removed at entry n gets nothing after n (G7)."""

import json
import threading

import pytest
from support.client import Api, refused, unique
from support.socket import is_entry_of

UNKNOWN = "01j9z3k6v8m2n4p6q8r0s2t4v6"


def roles(api, room):
    return {m["username"]: m["role"] for m in api.pages(f"/rooms/{room['id']}/members")}


def promote(owner, room, other, role="admin"):
    return owner.patch(f"/rooms/{room['id']}/members/{other.id}", json={"role": role}).json()


def test_members_are_listed_with_their_role_by_name(room, ada, grace, linus):
    linus.join(room)
    promote(ada, room, grace)
    members = ada.pages(f"/rooms/{room['id']}/members", limit=2)
    assert [(m["username"], m["role"]) for m in members] == [("ada", "owner"), ("grace", "admin"), ("linus", "member")]
    assert members[0] == {
        "user_id": ada.id,
        "username": "ada",
        "display_name": ada.user["display_name"],
        "role": "owner",
    }


def test_owner_and_admins_add_members_and_members_do_not(private_room, ada, grace, linus):
    refused(grace.put(f"/rooms/{private_room['id']}/members/{linus.id}", None, json={}), 403, "forbidden")
    promote(ada, private_room, grace)
    assert grace.add(private_room, linus)["role"] == "member"
    assert linus.get(f"/rooms/{private_room['id']}").json()["role"] == "member"


def test_a_member_may_be_added_without_a_body(private_room, ada, linus):
    assert ada.put(f"/rooms/{private_room['id']}/members/{linus.id}").json()["role"] == "member"


def test_adding_twice_changes_nothing(private_room, ada, grace):
    promote(ada, private_room, grace)
    head = ada.get(f"/rooms/{private_room['id']}").json()["head"]
    assert ada.add(private_room, grace)["role"] == "admin"
    assert ada.get(f"/rooms/{private_room['id']}").json()["head"] == head


def test_only_the_owner_adds_an_admin(private_room, ada, grace, linus):
    promote(ada, private_room, grace)
    refused(
        grace.put(f"/rooms/{private_room['id']}/members/{linus.id}", None, json={"role": "admin"}), 403, "forbidden"
    )
    assert ada.add(private_room, linus, role="admin")["role"] == "admin"


@pytest.mark.parametrize("role", ["owner", "boss", "", None, 1])
def test_nobody_is_added_as_something_else(private_room, ada, linus, role):
    refused(
        ada.put(f"/rooms/{private_room['id']}/members/{linus.id}", None, json={"role": role}),
        422,
        "validation_failed",
        "role",
    )
    assert linus.username not in roles(ada, private_room)


def test_an_unknown_user_cannot_be_added(private_room, ada):
    refused(ada.put(f"/rooms/{private_room['id']}/members/{UNKNOWN}", None, json={}), 404, "not_found")


def test_a_disabled_user_is_no_member_to_add(private_room, ada, admin, new_user):
    user = new_user()
    admin.patch(f"/admin/users/{user.id}", json={"disabled": True})
    response = ada.put(f"/rooms/{private_room['id']}/members/{user.id}", None, json={})
    assert response.status_code in (404, 409)


def test_being_added_is_told_by_ones_own_stream(private_room, ada, linus):
    with linus.socket() as socket:
        ada.add(private_room, linus)
        entry = socket.expect("room_added", room_id=private_room["id"])
        assert entry["room"]["name"] == private_room["name"]
        assert entry["user_id"] == ada.id
        assert entry["seq"] == socket.hello["user_head"] + 1


def test_adding_is_an_entry_that_subscribers_see(private_room, ada, grace, linus):
    with grace.socket() as socket:
        head = socket.subscribe(private_room)["head"]
        ada.add(private_room, linus)
        entry = socket.next_entry(private_room)
        assert (entry["type"], entry["seq"], entry["role"]) == ("member_added", head + 1, "member")
        assert entry["member"] == {"user_id": linus.id, "username": linus.username}
        assert entry["user_id"] == ada.id


def test_joining_and_leaving_are_entries_too(room, grace, linus):
    with grace.socket() as socket:
        socket.subscribe(room)
        linus.join(room)
        linus.post(f"/rooms/{room['id']}/leave", 204)
        came, went = socket.entries(room, 2)
        assert (came["type"], went["type"]) == ("member_added", "member_removed")
        assert came["member"]["user_id"] == went["member"]["user_id"] == came["user_id"] == went["user_id"] == linus.id
        assert came["seq"] + 1 == went["seq"]


# --- roles


def test_the_owner_makes_admins_and_unmakes_them(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        assert promote(ada, room, grace)["role"] == "admin"
        assert promote(ada, room, grace, "member")["role"] == "member"
        up, down = socket.entries(room, 2)
        assert [(e["type"], e["role"], e["member"]["user_id"]) for e in (up, down)] == [
            ("member_role", "admin", grace.id),
            ("member_role", "member", grace.id),
        ]


def test_nobody_else_changes_roles(room, ada, grace, linus):
    linus.join(room)
    refused(grace.patch(f"/rooms/{room['id']}/members/{linus.id}", None, json={"role": "admin"}), 403, "forbidden")
    promote(ada, room, grace)
    refused(grace.patch(f"/rooms/{room['id']}/members/{linus.id}", None, json={"role": "admin"}), 403, "forbidden")
    refused(grace.patch(f"/rooms/{room['id']}/members/{grace.id}", None, json={"role": "owner"}), 403, "forbidden")
    assert roles(ada, room) == {"ada": "owner", "grace": "admin", "linus": "member"}


def test_handing_over_makes_the_owner_an_admin(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        assert promote(ada, room, grace, "owner")["role"] == "owner"
        entry = socket.next_entry(room)
        assert (entry["type"], entry["member"]["user_id"]) == ("owner_changed", grace.id)
    assert roles(ada, room) == {"ada": "admin", "grace": "owner"}
    assert ada.get(f"/rooms/{room['id']}").json()["owner_id"] == grace.id
    refused(ada.delete(f"/rooms/{room['id']}", None), 403, "forbidden")


def test_the_owner_hands_over_before_leaving(room, ada, grace):
    refused(ada.post(f"/rooms/{room['id']}/leave"), 409, "owner_must_hand_over")
    refused(ada.delete(f"/rooms/{room['id']}/members/{ada.id}", None), 409, "owner_must_hand_over")
    promote(ada, room, grace, "owner")
    ada.post(f"/rooms/{room['id']}/leave", 204)
    assert roles(grace, room) == {"grace": "owner"}


def test_the_owners_own_role_changes_only_by_handing_over(room, ada):
    for role in ("member", "admin"):
        response = ada.patch(f"/rooms/{room['id']}/members/{ada.id}", None, json={"role": role})
        assert response.status_code == 409
    assert roles(ada, room)["ada"] == "owner"


def test_two_hand_overs_at_once_leave_one_owner(ada, grace, linus):
    room = ada.create_room()
    grace.join(room)
    linus.join(room)
    heirs = [grace, linus]
    calls = [
        threading.Thread(
            target=lambda h=h: Api(ada.server, ada.token).patch(
                f"/rooms/{room['id']}/members/{h.id}", None, json={"role": "owner"}
            )
        )
        for h in heirs
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert sorted(roles(ada, room).values()).count("owner") == 1


def test_a_role_is_for_members(room, ada, linus):
    refused(ada.patch(f"/rooms/{room['id']}/members/{linus.id}", None, json={"role": "admin"}), 404, "not_found")


# --- removing


def test_who_may_remove_whom(room, ada, grace, linus, new_user):
    other = new_user()
    for user in (linus, other):
        user.join(room)
    refused(grace.delete(f"/rooms/{room['id']}/members/{linus.id}", None), 403, "forbidden")
    promote(ada, room, grace)
    promote(ada, room, other)
    refused(grace.delete(f"/rooms/{room['id']}/members/{other.id}", None), 403, "forbidden")
    refused(grace.delete(f"/rooms/{room['id']}/members/{ada.id}", None), 403, "forbidden")
    grace.remove(room, linus)
    ada.remove(room, other)
    assert roles(ada, room) == {"ada": "owner", "grace": "admin"}


def test_removing_twice_is_fine(room, ada, grace):
    ada.remove(room, grace)
    head = ada.get(f"/rooms/{room['id']}").json()["head"]
    ada.remove(room, grace)
    assert ada.get(f"/rooms/{room['id']}").json()["head"] == head


def test_removing_oneself_is_leaving(room, ada, grace):
    grace.delete(f"/rooms/{room['id']}/members/{grace.id}")
    assert roles(ada, room) == {"ada": "owner"}


def test_a_removed_member_gets_nothing_after_the_removal(room, ada, grace):
    with grace.socket() as socket:
        socket.subscribe(room)
        ada.say(room, "you could hear this")
        assert socket.next_entry(room)["content"] == "you could hear this"
        ada.remove(room, grace)
        ada.say(room, "but not this")
        last = socket.next_entry(room)
        assert (last["type"], last["member"]["user_id"]) == ("member_removed", grace.id)
        socket.expect("room_removed", room_id=room["id"])
        socket.skip_to("removed", room_id=room["id"])
        # Her own stream may say late that she was added; of the room's nothing more comes.
        of_room = [f for f in socket.settle() if f.get("room_id") == room["id"] and f.get("stream") != "user"]
        assert of_room == []
        assert socket.refuse("send", room_id=room["id"], key=unique("k"), content="x")["code"] == "forbidden"
        socket.raw(json.dumps({"type": "typing", "room_id": room["id"]}))
        assert socket.expect("error")["code"] == "forbidden"
        assert socket.refuse("subscribe", room_id=room["id"])["code"] == "forbidden"
    refused(grace.get(f"/rooms/{room['id']}/messages", None), 403, "forbidden")


def test_a_removal_cuts_exactly_while_others_write_at_full_speed(room, ada, grace, linus):
    """Whatever lies after the removal in the log must not have reached the removed member; whatever lies before must have."""
    linus.join(room)
    stop = threading.Event()

    def flood():
        with linus.socket(check=False) as writer:
            while not stop.is_set():
                refs = [writer.post("send", room_id=room["id"], key=unique("k"), content="x") for _ in range(20)]
                for ref in refs:
                    writer.answer(ref)

    flooding = threading.Thread(target=flood)
    with grace.socket(check=False) as socket:
        head = socket.subscribe(room)["head"]
        flooding.start()
        try:
            for _ in range(50):
                socket.next_entry(room)
            ada.remove(room, grace)
            socket.expect("removed", room_id=room["id"])
            before = [f for f in socket.backlog if is_entry_of(room, f)]
            after = [f for f in socket.settle() if is_entry_of(room, f) and f not in before]
        finally:
            stop.set()
            flooding.join()
        assert after == []
        assert before[-1]["type"] == "member_removed"
        seqs = [f["seq"] for f in before]
        assert seqs == list(range(head + 51, head + 51 + len(seqs)))
    assert ada.get(f"/rooms/{room['id']}").json()["head"] > seqs[-1], "the log went on"


def test_a_removed_member_who_retries_gets_seq_and_timestamp_and_nothing_else(room, ada, grace):
    key = unique("k")
    with grace.socket() as socket:
        sent = socket.send(room, "before", key)
        ada.remove(room, grace)
        again = socket.ask("send", room_id=room["id"], key=key, content="before")
        assert (again["seq"], again["timestamp"]) == (sent["seq"], sent["timestamp"])
        assert set(again) == {"type", "ref", "ok", "seq", "timestamp"}


def test_who_is_added_again_hears_again(room, ada, grace):
    ada.remove(room, grace)
    ada.add(room, grace)
    with grace.socket() as socket:
        socket.subscribe(room)
        ada.say(room, "welcome back")
        assert socket.next_entry(room)["content"] == "welcome back"


# --- invites to rooms


def invite(api, room, **fields):
    return api.post(f"/rooms/{room['id']}/invites", 201, json=fields).json()


def test_an_invite_lets_somebody_into_a_private_room(server, private_room, ada, linus):
    made = invite(ada, private_room, max_uses=1)
    assert made["token"] in made["url"]
    seen = Api(server).get(f"/invites/{made['token']}").json()
    assert (seen["kind"], seen["valid"], seen["room"]["name"]) == ("room", True, private_room["name"])
    joined = linus.post(f"/invites/{made['token']}/accept", 200).json()
    assert (joined["id"], joined["role"]) == (private_room["id"], "member")
    assert linus.get(f"/rooms/{private_room['id']}").json()["role"] == "member"


def test_a_used_up_invite_says_so_and_shows_no_room(server, private_room, ada, linus, new_user):
    made = invite(ada, private_room, max_uses=1)
    linus.post(f"/invites/{made['token']}/accept", 200)
    seen = Api(server).get(f"/invites/{made['token']}").json()
    assert (seen["valid"], seen["room"]) == (False, None)
    refused(new_user().post(f"/invites/{made['token']}/accept"), 403, "invite_invalid")
    assert linus.post(f"/invites/{made['token']}/accept").status_code in (200, 403)


def test_accepting_as_a_member_counts_no_use(private_room, ada, grace):
    made = invite(ada, private_room, max_uses=1)
    assert grace.post(f"/invites/{made['token']}/accept", 200).json()["role"] == "member"
    (listed,) = ada.pages(f"/rooms/{private_room['id']}/invites")
    assert listed["uses"] == 0


def test_an_invite_with_one_use_lets_in_one_of_many_at_once(private_room, ada, new_user):
    from concurrent.futures import ThreadPoolExecutor

    made = invite(ada, private_room, max_uses=1)
    users = [new_user() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda u: u.post(f"/invites/{made['token']}/accept").status_code, users))
    assert sorted(statuses) == [200, 403, 403, 403]
    assert ada.get(f"/rooms/{private_room['id']}").json()["member_count"] == 3


def test_a_withdrawn_invite_is_dead(server, private_room, ada, linus):
    made = invite(ada, private_room)
    ada.delete(f"/rooms/{private_room['id']}/invites/{made['id']}")
    ada.delete(f"/rooms/{private_room['id']}/invites/{made['id']}")
    refused(linus.post(f"/invites/{made['token']}/accept"), 403, "invite_invalid")
    assert ada.pages(f"/rooms/{private_room['id']}/invites") == []


def test_invites_are_for_owner_and_admins(private_room, ada, grace):
    made = invite(ada, private_room)
    refused(grace.post(f"/rooms/{private_room['id']}/invites", json={}), 403, "forbidden")
    refused(grace.get(f"/rooms/{private_room['id']}/invites", None), 403, "forbidden")
    refused(grace.delete(f"/rooms/{private_room['id']}/invites/{made['id']}", None), 403, "forbidden")
    promote(ada, private_room, grace)
    assert made["id"] in [i["id"] for i in grace.pages(f"/rooms/{private_room['id']}/invites")]
    assert made["token"] not in grace.get(f"/rooms/{private_room['id']}/invites").text


def test_the_invite_of_a_deleted_room_is_dead(server, ada, linus):
    room = ada.create_room("private")
    made = invite(ada, room)
    ada.delete(f"/rooms/{room['id']}")
    refused(linus.post(f"/invites/{made['token']}/accept"), 403, "invite_invalid")
    response = Api(server).get(f"/invites/{made['token']}", None)
    assert response.status_code == 404 or response.json()["valid"] is False


def test_an_unknown_invite(server, linus):
    refused(Api(server).get("/invites/0123456789abcdef", None), 404, "not_found")
    refused(linus.post("/invites/0123456789abcdef/accept"), 404, "not_found")


def test_an_invite_to_the_server_opens_no_room(server, admin, linus):
    made = admin.post("/admin/invites", 201, json={}).json()
    seen = Api(server).get(f"/invites/{made['token']}").json()
    assert (seen["kind"], seen["valid"], seen["room"]) == ("server", True, None)
    refused(linus.post(f"/invites/{made['token']}/accept"), 409, "conflict")


def test_an_invite_to_a_room_is_no_invite_to_the_server(start_server):
    from support.client import PASSWORD, register

    server = start_server(PARLEY_REGISTRATION="invite")
    admin = register(server, "first")
    made = invite(admin, admin.create_room())
    body = {"username": "newcomer", "password": PASSWORD, "invite": made["token"]}
    refused(Api(server).post("/auth/register", json=body), 403, "invite_invalid")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": -1}, "max_uses"),
        ({"max_uses": "1"}, "max_uses"),
        ({"max_uses": 1.5}, "max_uses"),
        ({"max_uses": True}, "max_uses"),
        ({"expires_in_hours": 0}, "expires_in_hours"),
        ({"expires_in_hours": 8761}, "expires_in_hours"),
        ({"expires_in_hours": 1e30}, "expires_in_hours"),
    ],
)
def test_bad_invites_are_refused(room, ada, fields, field):
    refused(ada.post(f"/rooms/{room['id']}/invites", json=fields), 422, "validation_failed", field)
