"""Bad input at every edge: a precise problem, one line in the log, and nothing changed."""

import contextlib
import json
import sqlite3

import pytest
from support import contract
from support.client import PASSWORD, Api, refused, register, unique
from support.waiting import eventually

JSON = {"Content-Type": "application/json"}


def calls():
    """(method, path template, operation) of every call; the templates of those at the root begin with `//`."""
    for path, item in contract.openapi()["paths"].items():
        for method, operation in item.items():
            if method != "servers":
                yield method.upper(), ("/" + path if "servers" in item else path), operation


def bodies():
    """(method, path template, request schema, example) of every call that takes a body."""
    schemas = contract.openapi()["components"]["schemas"]
    for method, path, operation in calls():
        if "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]
            schema = schemas[body["schema"]["$ref"].rsplit("/", 1)[1]]
            yield pytest.param(method, path, schema, body["example"], id=operation["operationId"])


def without_body(*, safe):
    """(method, path template) of every call that takes no body and (safe) changes nothing or (not) does."""
    for method, path, operation in calls():
        if "requestBody" not in operation and (method == "GET") is safe:
            yield pytest.param(method, path, id=operation["operationId"])


def query_names(operation):
    shared = contract.openapi()["components"]["parameters"]
    for parameter in operation.get("parameters", []):
        found = shared[parameter["$ref"].rsplit("/", 1)[1]] if "$ref" in parameter else parameter
        if found["in"] == "query":
            yield found["name"]


def lists(name):
    """Path templates of the calls whose query has a parameter of that name."""
    for _, path, operation in calls():
        if name in query_names(operation):
            yield pytest.param(path, id=operation["operationId"])


@pytest.fixture(scope="module")
def one_room(shared_people):
    made = shared_people["ada"].create_room()
    shared_people["grace"].join(made)
    return made


@pytest.fixture
def room(one_room):
    """The same for all: what is refused changes nothing, and one owns 500 rooms at most."""
    return one_room


@pytest.fixture
def real_path(room, grace, request):
    """Fills a path template with ids that exist, so that only what else is sent can be at fault."""
    made = {
        "{room_id}": lambda: room["id"],
        "{user_id}": lambda: grace.id,
        "{session_id}": lambda: request.getfixturevalue("caller").session_id,
        "{token_id}": lambda: request.getfixturevalue("caller").personal_token()["id"],
        "{invite_id}": lambda: request.getfixturevalue("invite")["id"],
        "{token}": lambda: request.getfixturevalue("invite")["token"],
    }

    def fill(template):
        for name, make in made.items():
            if name in template:
                template = template.replace(name, make())
        return template

    return fill


def sender(path, admin, ada):
    return admin if path.startswith("/admin") else ada


def kept(server):
    """All that the store holds, but for when somebody was last seen."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'parley.db'}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {table: map(dict, database.execute(f"SELECT * FROM {table}")) for table in tables}
        return {
            table: sorted(repr({k: v for k, v in row.items() if k != "last_used_at"}) for row in found)
            for table, found in rows.items()
        }


@pytest.mark.parametrize(("method", "path", "schema", "example"), list(bodies()))
class TestEveryBody:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, server, admin, ada, real_path):
        eventually(lambda: not kept(server)["unsettled"])  # what making the room has yet to do
        before = kept(server)
        assert len(before["users"]) >= 2
        yield
        assert kept(server) == before

    def test_an_unknown_field_is_refused_by_name(self, method, path, schema, example, admin, ada, real_path):
        response = sender(path, admin, ada).call(method, real_path(path), json={**example, "surprise": 1})
        refused(response, 422, "unknown_field", "surprise")

    def test_malformed_json_is_refused(self, method, path, schema, example, admin, ada, real_path):
        for body in (
            b"{",
            b"nonsense",
            b'{"a":1,}',
            b"{'a':1}",
            b'{"a":NaN}',
            b'{"a":01}',
            b'{"a":"\x01"}',
            b"{} {}",
            b"\xef\xbb\xbf{}x",
            b"\x00",
            b'{"a":"\xff"}',
            b"[" * 3000,
        ):
            response = sender(path, admin, ada).call(method, real_path(path), content=body, headers=JSON)
            refused(response, 400, "malformed_json")

    def test_something_else_than_an_object_is_refused(self, method, path, schema, example, admin, ada, real_path):
        for body in (b"[]", b"7", b'"text"', b"null", b"true"):
            response = sender(path, admin, ada).call(method, real_path(path), content=body, headers=JSON)
            assert response.status_code in (400, 422), response.text

    def test_a_wrong_content_type_is_refused(self, method, path, schema, example, admin, ada, real_path):
        for media in (
            "text/plain",
            "application/xml",
            "multipart/form-data; boundary=x",
            "application/jsonx",
            "nonsense",
            "application/json-seq",
        ):
            body = json.dumps(example).encode()
            response = sender(path, admin, ada).call(
                method, real_path(path), content=body, headers={"Content-Type": media}
            )
            refused(response, 415, "unsupported_media_type")
        response = sender(path, admin, ada).call(method, real_path(path), content=json.dumps(example).encode())
        refused(response, 415, "unsupported_media_type")

    def test_missing_fields_are_named(self, method, path, schema, example, admin, ada, real_path):
        for field in schema.get("required", []):
            body = {k: v for k, v in example.items() if k != field}
            refused(sender(path, admin, ada).call(method, real_path(path), json=body), 422, "validation_failed", field)

    def test_wrong_types_are_named(self, method, path, schema, example, admin, ada, real_path):
        for field in schema["properties"]:
            for value in (None, [], {}, [1], {"a": 1}):
                response = sender(path, admin, ada).call(method, real_path(path), json={**example, field: value})
                refused(response, 422, "validation_failed", field)

    def test_a_number_is_no_text_and_a_text_no_number(self, method, path, schema, example, admin, ada, real_path):
        for field, rule in schema["properties"].items():
            value = "1" if rule.get("type") in ("integer", "boolean") else 1
            response = sender(path, admin, ada).call(method, real_path(path), json={**example, field: value})
            refused(response, 422, "validation_failed", field)

    def test_a_body_that_is_too_large_is_refused(self, method, path, schema, example, admin, ada, real_path):
        body = json.dumps({**example, "surprise": "x" * 2_000_000}).encode()
        response = sender(path, admin, ada).call(method, real_path(path), content=body, headers=JSON)
        refused(response, 413, "body_too_large")


class TestEveryCall:
    """Not only those that take a body: each refuses what it does not know, and has done nothing by then."""

    @pytest.fixture
    def caller(self, path, admin, ada, new_user):
        """Who may make the call; whoever could lose a session by it is nobody's but this test's."""
        ends_sessions = path.startswith(("/auth/log", "/auth/sessions/", "/auth/refresh"))
        return new_user() if ends_sessions else sender(path, admin, ada)

    @pytest.fixture
    def invite(self, path, room, admin, ada):
        if path.startswith("/admin"):
            return admin.post("/admin/invites", 201, json={}).json()
        return ada.post(f"/rooms/{room['id']}/invites", 201, json={}).json()

    @pytest.fixture
    def target(self, path, real_path, caller):
        return real_path(path)

    @pytest.fixture(autouse=True)
    def nothing_changes(self, server, target):
        eventually(lambda: not kept(server)["unsettled"])  # what making the room has yet to do
        before = kept(server)
        assert len(before["users"]) >= 2
        yield
        assert kept(server) == before

    @pytest.mark.parametrize(
        ("method", "path", "operation"),
        [pytest.param(*call, id=call[2]["operationId"]) for call in calls() if not call[1].endswith("z")],
    )
    def test_an_unknown_query_parameter_is_refused_by_name(self, method, path, operation, target, caller):
        body = operation.get("requestBody")
        options = {"json": body["content"]["application/json"]["example"]} if body else {}
        for query in ("surprise=1", "surprise=", "surprise"):
            refused(caller.call(method, f"{target}?{query}", **options), 422, "unknown_field", "surprise")

    @pytest.mark.parametrize(("method", "path"), list(without_body(safe=False)))
    def test_a_field_of_a_body_that_the_call_does_not_take_is_refused_by_name(self, method, path, target, caller):
        refused(caller.call(method, target, json={"surprise": 1}), 422, "unknown_field", "surprise")

    @pytest.mark.parametrize(("method", "path"), list(without_body(safe=False)))
    def test_a_body_that_is_no_object_is_refused_where_none_is_taken(self, method, path, target, caller):
        for body in (b"{", b"[" * 3000, b'{"a":"\xff"}', b"\x00"):
            refused(caller.call(method, target, content=body, headers=JSON), 400, "malformed_json")
        for body in (b"[]", b"7", b"null"):
            assert caller.call(method, target, content=body, headers=JSON).status_code in (400, 422)

    @pytest.mark.parametrize(("method", "path"), list(without_body(safe=False)))
    def test_text_is_refused_where_no_body_is_taken(self, method, path, target, caller):
        response = caller.call(method, target, content=b"hello", headers={"Content-Type": "text/plain"}, check=False)
        contract.check_problem(response.status_code, response.headers, response.content)
        refused(response, 415, "unsupported_media_type")

    @pytest.mark.parametrize(("method", "path"), list(without_body(safe=True)))
    def test_a_get_does_not_look_at_a_body(self, method, path, target, caller):
        """It has no meaning there (RFC 9110, section 9.3.1), be it ever so wrong; nor is it taken for the next request."""
        query = {"ids": caller.id} if path == "/users" else {}
        for body in (b'{"surprise":1}', b"{", b"GET /x HTTP/1.1\r\n\r\n"):
            answer = caller.call("GET", target, content=body, headers=JSON, params=query)
            assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize("path", list(lists("limit")))
    def test_a_limit_that_is_out_of_bounds_or_no_number_is_refused_by_name(self, path, target, caller):
        for limit in ("0", "101", "-1", "x", "", "1.5", "1e1", "0x5", " 5", "5 ", "+5", "\u0665", "9" * 30):
            response = caller.get(target, None, params={"limit": limit})
            refused(response, 422, "validation_failed", "limit")
        for limit in (1, 100):
            assert caller.get(target, params={"limit": limit}).status_code == 200

    @pytest.mark.parametrize("path", list(lists("limit")))
    def test_a_parameter_that_is_given_twice_is_refused_by_name(self, path, target, caller):
        response = caller.get(f"{target}?limit=1&limit=2", None)
        refused(response, 400, "bad_request", "limit")

    @pytest.mark.parametrize("path", list(lists("cursor")))
    def test_a_cursor_of_a_wrong_length_or_with_nul_is_refused_by_name(self, path, target, caller):
        for cursor in ("", "x" * 513, "a\0b"):
            refused(caller.get(target, None, params={"cursor": cursor}), 422, "validation_failed", "cursor")

    @pytest.mark.parametrize("path", list(lists("cursor")))
    def test_a_cursor_that_no_list_gave_is_refused_by_name(self, path, target, caller):
        for cursor in ("x y", "../..", "%", "ü" * 10, "x" * 512):
            refused(caller.get(target, None, params={"cursor": cursor}), 422, "validation_failed", "cursor")

    @pytest.mark.parametrize("name", ["before", "after"])
    @pytest.mark.parametrize("path", list(lists("before")))
    def test_a_place_in_a_log_that_is_no_number_is_refused_by_name(self, path, name, target, caller):
        for place in ("-1", "x", "", "1.5", "9" * 30):
            refused(caller.get(target, None, params={name: place}), 422, "validation_failed", name)

    @pytest.mark.parametrize("path", ["/users"])
    def test_who_is_asked_for_is_checked_by_name(self, path, target, caller):
        for ids in ("", ",", "x y", ",".join([caller.id] * 101), caller.id + ","):
            refused(caller.get(target, None, params={"ids": ids}), 422, "validation_failed", "ids")
        for name in ("", "x y", "u" * 33):
            refused(caller.get(target, None, params={"username": name}), 422, "validation_failed", "username")


def test_the_contract_has_the_refusal_of_text_where_no_body_is_taken():
    without = [o["operationId"] for m, _, o in calls() if m != "GET" and "415" not in o["responses"]]
    assert without == []


@pytest.mark.parametrize("path", ["//healthz", "//readyz"])
def test_probes_do_not_look_at_their_query(server, path):
    assert Api(server).get(path + "?surprise=1").json()["status"] == "ok"


def test_a_form_is_as_strict_as_json(server, ada):
    right = {"username": ada.username, "password": PASSWORD}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body, code, field in (
        ({**right, "surprise": "1"}, "unknown_field", "surprise"),
        ({"username": ada.username}, "validation_failed", "password"),
        ({**right, "device": "a\0b"}, "validation_failed", "device"),
    ):
        refused(Api(server).post("/auth/login", data=body), 422, code, field)
    refused(Api(server).post("/auth/login?surprise=1", data=right), 422, "unknown_field", "surprise")
    for body in (b"username=%zz", b"username=%ff", b"username=a&username=b", b"=x"):
        refused(Api(server).post("/auth/login", content=body, headers=form), 400, "bad_request")
    Api(server).post("/auth/login", 200, data=right)


def test_text_with_nul_is_refused_wherever_text_goes(server, ada, room):
    refused(ada.post("/rooms", json={"name": "a\u0000", "visibility": "public"}), 422, "validation_failed", "name")
    refused(ada.post("/auth/tokens", json={"name": "a\u0000"}), 422, "validation_failed", "name")
    refused(ada.get("/rooms", None, params={"q": "a\u0000"}), 422, "validation_failed", "q")
    body = {"username": unique("u")[:32], "password": PASSWORD + "\u0000"}
    refused(Api(server).post("/auth/register", json=body), 422, "validation_failed", "password")
    login = {"username": ada.username, "password": PASSWORD, "device": "a\u0000b"}
    refused(Api(server).post("/auth/login", json=login), 422, "validation_failed", "device")


def test_a_field_whose_name_is_empty_is_refused_by_name(ada):
    refused(ada.post("/rooms", json={"name": unique("room"), "visibility": "private", "": 1}), 422, "unknown_field", "")


def test_deeply_nested_json_is_refused_quickly(ada):
    body = b'{"name":' + b"[" * 20000 + b"]" * 20000 + b"}"
    refused(ada.post("/rooms", content=body, headers=JSON), 400, "malformed_json")


def test_the_same_field_twice_is_refused_or_counts_once(ada):
    """RFC 8259 leaves it open; what may not happen is that two parts of the server read two values."""
    body = b'{"name":"%s","name":"","visibility":"private"}' % unique("twice").encode()
    response = ada.post("/rooms", content=body, headers=JSON)
    assert response.status_code in (400, 422), response.text


def test_numbers_out_of_bounds_are_refused(ada):
    for value in (b"1e400", b"99999999999999999999999", b"-1", b"0", b"1.5", b"-0.0", b"1e-5"):
        body = b'{"name":"n","expires_in_days":' + value + b"}"
        response = ada.post("/auth/tokens", content=body, headers=JSON)
        assert response.status_code in (400, 422), (value, response.text)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/rooms",
        "/api/v1/rooms/",
        "/api/v1/nothing",
        "/api/v1//rooms",
        "/api/v1/rooms/x/y/z",
        "/api/v1/Rooms",
    ],
)
def test_unknown_paths_of_the_api_are_not_found(ada, path):
    response = ada.get("/" + path, None, headers={"Accept": "application/json"}, check=False)
    if path == "/":
        assert response.status_code in (200, 404)
    else:
        contract.check_problem(response.status_code, response.headers, response.content)
        refused(response, 404, "not_found")


def operations():
    for path, item in contract.openapi()["paths"].items():
        yield pytest.param(path, sorted(m.upper() for m in item if m != "servers"), "servers" in item, id=path)


@pytest.mark.parametrize(("path", "methods", "at_root"), list(operations()))
def test_a_wrong_method_is_refused_with_those_that_are_right(ada, room, grace, path, methods, at_root):
    target = path.replace("{room_id}", room["id"]).replace("{user_id}", grace.id)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(methods):
        response = ada.call(method, ("//" + target[1:]) if at_root else target)
        refused(response, 405, "method_not_allowed")
        allowed = {m.strip() for m in response.headers["allow"].split(",")}
        assert set(methods) <= allowed <= {*methods, "HEAD", "OPTIONS"}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "get", "PROPFIND"])
def test_methods_that_nobody_knows_are_refused(server, method):
    from support.raw import Raw

    with Raw(server) as raw:
        raw.send(f"{method} /api/v1/server HTTP/1.1\r\nHost: {raw.host}\r\n\r\n")
        status, headers, _ = raw.response()
        assert status in (400, 405, 501), status
        if status == 405:
            assert "GET" in headers["allow"]


@pytest.mark.parametrize("path", ["/server", "/rooms"])
def test_head_is_get_without_a_body_or_not_allowed(server, ada, path):
    response = ada.call("HEAD", path, check=False)
    assert response.status_code in (200, 405)
    assert response.content == b""


def test_what_is_refused_is_logged_in_one_line_with_its_request_id(own_server):
    """On a server of its own: where many are refused, their lines are thinned out."""
    server = own_server
    response = register(server, "ada").post("/rooms", json={"name": "", "visibility": "public"})
    request_id = refused(response, 422, "validation_failed", "name")["request_id"]
    lines = [line for line in server.log.splitlines() if request_id in line]
    assert len(lines) == 1, lines
    assert "validation_failed" in lines[0]


def test_escapes_in_a_path_mean_what_they_stand_for(ada, room):
    escaped = "".join(f"%{ord(c):02x}" for c in room["id"])
    assert ada.get(f"/rooms/{escaped}", None, check=False).status_code in (200, 404)
    for path in ("/rooms/%2e%2e/server", "/rooms/..%2fserver", "/%2e%2e/%2e%2e/healthz"):
        assert ada.get(path, None, check=False).status_code in (400, 404)
