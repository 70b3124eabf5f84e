"""The command line: against a running server through its socket, and without one."""

import json
import os
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest
from support.client import PASSWORD, Api, refused, register
from support.raw import Frames, Raw
from support.server import binary, environment

COMMANDS = [
    [],
    ["serve"],
    ["user", "create"],
    ["user", "list"],
    ["user", "password"],
    ["user", "disable"],
    ["user", "enable"],
    ["room", "list"],
    ["room", "delete"],
    ["invite", "create"],
    ["backup"],
    ["restore"],
    ["health"],
    ["version"],
]


def run(*args, **options):
    return subprocess.run([binary(), *args], capture_output=True, text=True, timeout=30, check=False, **options)


def one_line(text):
    """A message for people: one line, no trace."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command):
    shown = run(*command, "--help")
    assert shown.returncode == 0
    assert shown.stderr == ""
    if command:
        assert "Examples:" in shown.stdout
        assert "parley " + " ".join(command) in shown.stdout


def test_serve_lists_each_setting_with_its_default():
    text = run("serve", "--help").stdout
    for name in ("SECRET_KEY", "PARLEY_DATA_DIR", "HOST", "PORT", "PARLEY_TLS_CERT", "PARLEY_TLS_KEY"):
        assert name in text, name
    for name in ("METRICS_PORT", "REGISTRATION", "ALLOWED_ORIGINS", "TRUSTED_PROXIES"):
        assert f"PARLEY_{name}" in text, name
    for name in ("MESSAGES", "SIGN_IN", "REGISTRATIONS", "REQUESTS"):
        assert f"PARLEY_LIMIT_{name}" in text, name
    assert "--secret-key" not in text, "secrets come from the environment or a file"


@pytest.mark.parametrize(
    "args",
    [
        ["fly"],
        ["user"],
        ["user", "fly"],
        ["user", "create"],
        ["serve", "--fly"],
        ["backup"],
        ["invite", "create", "--uses", "x"],
    ],
)
def test_a_wrong_command_line_gets_one_line_and_a_status(args):
    shown = run(*args)
    assert shown.returncode not in (0, -6, -11)
    assert shown.stdout == ""
    assert "--help" in one_line(shown.stderr)


@pytest.mark.parametrize(("args", "where"), [(["fly"], "parley"), (["user", "fly", "x"], "parley user")])
def test_a_word_that_is_no_command_is_named(args, where):
    assert one_line(run(*args).stderr) == f"parley: there is no command 'fly' (see {where} --help)"


def test_the_version_is_the_servers(server):
    told = json.loads(run("version", "--json").stdout)["version"]
    assert told in run("version").stdout
    assert Api(server).get("/server").json()["version"] == told


def test_health_is_told_by_the_exit_code(own_server):
    shown = own_server.run("health", "--json")
    assert (shown.returncode, json.loads(shown.stdout)["status"]) == (0, "ok")
    assert own_server.run("health").stdout == "The server is well.\n"
    assert own_server.run("health", "--ready").stdout == "The server is ready.\n"
    assert own_server.run("health", HOST="0.0.0.0").returncode == 0
    own_server.process.send_signal(signal.SIGSTOP)
    try:
        hung = own_server.run("health")
    finally:
        own_server.process.send_signal(signal.SIGCONT)
    assert hung.returncode == 1
    assert "no answer from" in one_line(hung.stderr)
    own_server.kill()
    gone = own_server.run("health")
    assert gone.returncode == 1
    assert f"no server answers at {own_server.url}/healthz" in one_line(gone.stderr)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "x"),
        ("PORT", "-1"),
        ("HOST", "nowhere.example"),
        ("PARLEY_REGISTRATION", "maybe"),
        ("PARLEY_LIMIT_MESSAGES", "-5"),
        ("PARLEY_LIMIT_MESSAGES", "many"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("PARLEY_TLS_CERT", "/nonexistent.pem"),
        ("PARLEY_CONFIG", "/nonexistent.conf"),
        ("MONGODB_URL", "mongodb://localhost"),
        ("REDIS_HOST", "localhost"),
        ("REDIS_URL", "redis://localhost"),
    ],
)
def test_a_bad_setting_is_refused_by_name_in_one_line(tmp_path, setting, value):
    env = environment(PARLEY_DATA_DIR=tmp_path / "data", PORT=0)
    shown = run("serve", env={**env, setting: value})
    assert shown.returncode > 0
    line = one_line(shown.stderr)
    assert setting in line or "settings file" in line, line
    assert value not in line or setting != "SECRET_KEY", "a secret must not be shown"


def test_flags_win_over_the_environment_and_that_over_the_file(start_server, tmp_path):
    config = tmp_path / "parley.conf"
    config.write_text("# who may sign up\nPARLEY_REGISTRATION=closed\nPARLEY_LIMIT_REGISTRATIONS=7\n")
    by_file = start_server(PARLEY_CONFIG=config)
    assert Api(by_file).get("/server").json()["registration"] == "closed"
    by_environment = start_server(PARLEY_CONFIG=config, PARLEY_REGISTRATION="invite")
    assert Api(by_environment).get("/server").json()["registration"] == "invite"
    by_flag = start_server(args=["--registration", "open"], PARLEY_CONFIG=config, PARLEY_REGISTRATION="invite")
    assert Api(by_flag).get("/server").json()["registration"] == "open"


def test_a_typing_error_in_the_file_is_told_with_its_line(tmp_path):
    config = tmp_path / "parley.conf"
    config.write_text("PORT=0\nPARLEY_REGISTRATOIN=closed\n")
    shown = run("serve", "--config", str(config), env=environment(PARLEY_DATA_DIR=tmp_path / "data"))
    assert shown.returncode > 0
    assert "line 2" in one_line(shown.stderr)


# --- against a running server


def test_a_user_made_on_the_command_line_signs_in_at_once(own_server):
    made = own_server.run("user", "create", "boss", "--admin", "--password-stdin", stdin=PASSWORD + "\n")
    assert made.returncode == 0, made.stderr
    assert Api(own_server).sign_in("boss", PASSWORD).user["is_admin"] is True
    again = own_server.run("user", "create", "BOSS", "--password-stdin", "--json", stdin=PASSWORD + "\n")
    assert again.returncode == 1
    assert json.loads(one_line(again.stderr))["error"]["code"] == "username_taken"
    weak = own_server.run("user", "create", "other", "--password-stdin", stdin="password\n")
    assert weak.returncode > 0
    assert "password" in one_line(weak.stderr)


def test_users_are_listed_disabled_and_enabled(own_server):
    register(own_server, "boss")
    ada = register(own_server, "ada")
    with ada.socket() as connection:
        assert own_server.run("user", "disable", "ada").returncode == 0
        assert connection.closed(5) == 4003
    refused(
        Api(own_server).post("/auth/login", json={"username": "ada", "password": PASSWORD}), 403, "account_disabled"
    )
    listed = json.loads(own_server.run("user", "list", "--json").stdout)["items"]
    assert {u["username"]: u["disabled"] for u in listed} == {"boss": False, "ada": True}
    assert own_server.run("user", "enable", "ada").returncode == 0
    Api(own_server).sign_in("ada", PASSWORD)
    table = own_server.run("user", "list").stdout
    assert "boss" in table and "ada" in table


def test_a_password_set_on_the_command_line_ends_all_sessions(own_server):
    ada = register(own_server, "ada")
    with ada.socket() as connection:
        done = own_server.run("user", "password", "ada", "--password-stdin", stdin="a brand new secret\n")
        assert done.returncode == 0, done.stderr
        assert connection.closed(5) == 4001
    refused(ada.get("/auth/me", None), 401, "unauthorized")
    Api(own_server).sign_in("ada", "a brand new secret")


def test_a_one_time_link_from_the_command_line_works(own_server):
    register(own_server, "ada")
    shown = json.loads(own_server.run("user", "password", "ada", "--link", "--json").stdout)
    token = shown["url"].rsplit("/", 1)[1].rsplit("=", 1)[-1]
    body = {"token": token, "new_password": "a brand new secret"}
    Api(own_server).post("/auth/password-reset", 204, json=body)
    Api(own_server).sign_in("ada", "a brand new secret")


def test_rooms_are_listed_and_deleted_under_live_subscriptions(own_server):
    ada = register(own_server, "ada")
    room = ada.create_room("private")
    listed = json.loads(own_server.run("room", "list", "--json").stdout)["items"]
    assert [(r["id"], r["name"]) for r in listed] == [(room["id"], room["name"])]
    with ada.socket() as connection:
        connection.subscribe(room)
        assert own_server.run("room", "delete", room["id"]).returncode == 0
        assert connection.next_entry(room)["type"] == "room_deleted"
        connection.expect("removed", room_id=room["id"])
    refused(ada.get(f"/rooms/{room['id']}", None), 404, "not_found")
    missing = own_server.run("room", "delete", room["id"])
    assert missing.returncode > 0
    one_line(missing.stderr)


def test_an_invite_from_the_command_line_registers(start_server):
    server = start_server(PARLEY_REGISTRATION="invite")
    register(server, "boss")
    shown = json.loads(server.run("invite", "create", "--uses", "1", "--expires", "12h", "--json").stdout)
    token = shown["url"].rsplit("/", 1)[1].rsplit("=", 1)[-1]
    assert Api(server).get(f"/invites/{token}").json()["kind"] == "server"
    body = {"username": "newcomer", "password": PASSWORD, "invite": token}
    Api(server).post("/auth/register", 201, json=body)
    refused(Api(server).post("/auth/register", json={**body, "username": "another"}), 403, "invite_invalid")


def test_commands_work_without_a_running_server_too(own_server):
    register(own_server, "boss")
    own_server.stop()
    made = own_server.run("user", "create", "offline", "--password-stdin", stdin=PASSWORD + "\n")
    assert made.returncode == 0, made.stderr
    listed = json.loads(own_server.run("user", "list", "--json").stdout)["items"]
    assert {u["username"] for u in listed} == {"boss", "offline"}
    own_server.start()
    Api(own_server).sign_in("offline", PASSWORD)


def test_what_changes_while_the_server_is_down_is_in_the_log_when_it_is_up(own_server):
    ada = register(own_server, "ada")
    room = ada.create_room()
    own_server.stop()
    assert own_server.run("room", "delete", room["id"]).returncode == 0
    own_server.start()
    refused(Api(own_server, ada.token).get(f"/rooms/{room['id']}", None), 404, "not_found")


def test_a_folder_that_is_none_is_refused_in_one_line(tmp_path):
    for args in (["user", "list"], ["backup", str(tmp_path / "backup")]):
        shown = run(*args, env=environment(PARLEY_DATA_DIR=tmp_path / "nothing"))
        assert shown.returncode > 0
        one_line(shown.stderr)
    assert not (tmp_path / "nothing").exists()


# --- the folder


def modes(folder):
    """Mode bits of everything below, the folder itself included."""
    found = {".": stat.S_IMODE(folder.stat().st_mode)}
    for path in folder.rglob("*"):
        found[str(path.relative_to(folder))] = stat.S_IMODE(path.lstat().st_mode)
    return found


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_folder_is_private_whatever_the_umask(start_server, umask):
    server = start_server(start=False)
    before = os.umask(umask)
    try:
        server.start()
    finally:
        os.umask(before)
    ada = register(server, "ada")
    ada.say(ada.create_room())
    found = modes(server.data)
    assert found.pop(".") == 0o700
    assert len(found) >= 3
    assert set(found.values()) == {0o600}, found


def test_a_folder_that_is_too_open_is_closed_at_the_start(own_server):
    own_server.stop()
    own_server.data.chmod(0o755)
    own_server.start()
    assert modes(own_server.data)["."] == 0o700


def test_a_second_server_on_the_same_folder_is_refused_in_one_line(own_server):
    env = {**own_server.env(), "PORT": "0"}
    shown = run("serve", env=env)
    assert shown.returncode > 0
    line = one_line(shown.stderr)
    assert str(own_server.data) in line, line
    assert Api(own_server).get("//healthz").status_code == 200


def test_a_killed_server_leaves_nothing_in_shared_memory(own_server):
    """What the MongoDB driver would put there made a later process of the same id write a warning."""
    pid = own_server.process.pid
    assert [path for path in Path("/dev/shm").iterdir() if path.name.endswith(f"-{pid}")] == []


def test_a_busy_port_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shown = run("serve", env=environment(PARLEY_DATA_DIR=tmp_path / "data", PORT=port))
    assert shown.returncode > 0
    assert str(port) in one_line(shown.stderr)


def test_a_folder_that_cannot_be_made_is_told_in_one_line():
    shown = run("serve", env=environment(PARLEY_DATA_DIR="/proc/parley", PORT=0))
    assert shown.returncode > 0
    assert "/proc/parley" in one_line(shown.stderr)


def test_the_secret_made_at_the_first_start_stays(start_server):
    server = start_server(SECRET_KEY=None)
    ada = register(server, "ada")
    server.restart()
    assert Api(server, ada.token).get("/auth/me").json()["id"] == ada.id


# --- stopping


def test_on_sigterm_connections_are_closed_with_1001_and_the_exit_status_is_0(own_server):
    ada = register(own_server, "ada")
    room = ada.create_room()
    connections = [ada.socket() for _ in range(5)]
    for connection in connections:
        connection.subscribe(room)
    begin = time.monotonic()
    own_server.process.send_signal(signal.SIGTERM)
    assert [connection.closed(10) for connection in connections] == [1001] * 5
    assert own_server.process.wait(10) == 0
    assert time.monotonic() - begin < 10


def test_sigint_stops_it_as_well(own_server):
    own_server.process.send_signal(signal.SIGINT)
    assert own_server.process.wait(10) == 0


def test_sigterm_waits_for_nobody_who_does_not_answer(own_server):
    ada = register(own_server, "ada")
    deaf = [Frames(own_server, ada.token) for _ in range(3)]
    idle = [Raw(own_server) for _ in range(3)]
    half = Raw(own_server)
    half.send("POST /api/v1/rooms HTTP/1.1\r\nHost: x\r\n")
    begin = time.monotonic()
    assert own_server.stop(within=10) == 0
    assert time.monotonic() - begin < 10
    for raw in (*deaf, *idle, half):
        raw.close()


def test_on_sigterm_nobody_is_let_in_any_more_while_others_are_waited_for(own_server):
    ada = register(own_server, "ada")
    deaf = [Frames(own_server, ada.token) for _ in range(3)]
    own_server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    with pytest.raises(ConnectionRefusedError):
        Raw(own_server)
    assert own_server.process.poll() is None, "it waits for nobody: this proves nothing"
    for raw in deaf:
        raw.close()
    assert own_server.process.wait(10) == 0


def test_what_was_received_before_sigterm_is_finished(own_server):
    """Sends on the wire when the signal comes are answered, or were never stored; never stored and unanswered by a clean stop."""
    ada = register(own_server, "ada")
    room = ada.create_room()
    with ada.socket(check=False) as connection:
        refs = [connection.post("send", room_id=room["id"], key=f"k-{n}", content=str(n)) for n in range(300)]
        connection.answer(refs[0])
        own_server.process.send_signal(signal.SIGTERM)
        assert connection.closed(10) == 1001
        replied = {f["ref"] for f in connection.backlog if f["type"] == "reply"} | {refs[0]}
    assert own_server.process.wait(10) == 0
    own_server.start()
    stored = []
    again, after = Api(own_server, ada.token), 0
    while True:
        page = again.page(room, after=after, limit=100)
        stored += [m["content"] for m in page["messages"]]
        if not page["has_more"]:
            break
        after = page["messages"][-1]["seq"]
    assert stored == [str(n) for n in range(len(stored))]
    assert len(stored) == len(replied)


def test_sigterm_while_starting_is_obeyed(start_server):
    for wait in (0.0, 0.02, 0.1):
        server = start_server(start=False).launch()
        time.sleep(wait)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) in (0, -signal.SIGTERM)


def test_a_broken_pipe_harms_nothing(own_server):
    with socket.create_connection(("127.0.0.1", own_server.port)) as broken:
        broken.send(b"GET /api/v1/server HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    time.sleep(0.2)
    assert Api(own_server).get("//healthz").status_code == 200
    assert Path(f"/proc/{own_server.process.pid}").exists()
