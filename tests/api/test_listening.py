"""Where it listens: TLS, IPv6, any free port."""

import contextlib
import json
import re
import socket
import ssl
import subprocess
import time

import httpx
import pytest
from support.client import PASSWORD, Api
from support.raw import Raw
from websockets.sync.client import connect


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "1",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return folder


@pytest.fixture
def tls_server(start_server, certificate):
    server = start_server(start=False, PARLEY_TLS_CERT=certificate / "cert.pem", PARLEY_TLS_KEY=certificate / "key.pem")
    server.launch()
    context = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    deadline = time.monotonic() + 20
    with httpx.Client(base_url=f"https://127.0.0.1:{server.port}", verify=context) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if client.get("/readyz").status_code == 200:
                    break
            assert server.alive, server.log
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield server, client, context


def test_https_and_wss_work_and_the_cookie_is_secure(tls_server):
    server, client, context = tls_server
    body = {"username": "ada", "password": PASSWORD}
    assert client.post("/api/v1/auth/register", json=body).status_code == 201
    login = client.post("/api/v1/auth/login", json=body)
    assert "secure" in login.headers["set-cookie"].lower()
    token = login.json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    room = client.post("/api/v1/rooms", json={"name": "general", "visibility": "public"}, headers=bearer).json()
    url = f"wss://127.0.0.1:{server.port}/ws"
    origin = f"https://127.0.0.1:{server.port}"
    with connect(
        url, subprotocols=["parley.v1"], additional_headers={**bearer, "Origin": origin}, ssl=context, proxy=None
    ) as ws:
        assert '"hello"' in ws.recv(timeout=5)
        big = "x" * 4000
        for n in range(50):
            send = {"type": "send", "ref": str(n), "room_id": room["id"], "key": f"k{n}", "content": big}
            ws.send(json.dumps(send))
        refs = []
        while len(refs) < 50:
            frame = json.loads(ws.recv(timeout=10))
            # The room's coming into the list may be told only now.
            if frame["type"] != "room_added":
                refs.append(frame["ref"])
        assert refs == [str(n) for n in range(50)]
    page = client.get(f"/api/v1/rooms/{room['id']}/messages", headers=bearer).json()
    assert [m["content"] for m in page["messages"]] == [big] * 50


def test_health_asks_over_tls_where_the_server_speaks_it(tls_server):
    server, _, _ = tls_server
    assert server.run("health", "--ready").stdout == "The server is ready.\n"
    plain = server.run("health", PARLEY_TLS_CERT="", PARLEY_TLS_KEY="")
    assert plain.returncode == 1
    assert f"http://127.0.0.1:{server.port}/healthz" in plain.stderr


def test_plain_http_on_a_tls_port_and_stalled_handshakes_harm_nobody(tls_server):
    server, client, _ = tls_server
    with Raw(server) as plain:
        plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert plain.ends(10)
    stalled = [Raw(server) for _ in range(50)]
    for raw in stalled:
        raw.send(b"\x16\x03\x01\x02\x00\x01\x00\x01")
    assert client.get("/api/v1/server", timeout=5).status_code == 200
    for raw in stalled:
        raw.close()


def test_strangers_to_tls_1_2_are_refused(tls_server):
    server, _, _ = tls_server
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(ValueError):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", server.port)) as raw, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(raw)


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_it_listens_on_ipv6(start_server):
    server = start_server(start=False, HOST="::1")
    server.launch()
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://[::1]:{server.port}/readyz").status_code == 200:
                break
        assert time.monotonic() < deadline, server.log
        time.sleep(0.02)
    told = httpx.get(f"http://[::1]:{server.port}/api/v1/server").json()
    assert told["setup_code_required"] is False, "::1 is loopback as well"


def test_port_0_takes_a_free_one_and_says_which(start_server):
    server = start_server(start=False, PORT="0")
    server.launch()
    deadline, found = time.monotonic() + 20, None
    while not found:
        assert time.monotonic() < deadline, server.log
        time.sleep(0.02)
        found = re.search(r"(?:localhost|127\.0\.0\.1):(\d+)", server.log)
    server.port = int(found.group(1))
    assert Api(server).get("/server").status_code == 200


def test_links_lead_to_the_public_address(start_server):
    server = start_server(PARLEY_PUBLIC_URL="https://chat.example.org")
    server.run("user", "create", "boss", "--admin", "--password-stdin", stdin=PASSWORD + "\n")
    boss = Api(server).sign_in("boss", PASSWORD)
    room = boss.create_room()
    for made in (
        boss.post("/admin/invites", 201, json={}).json(),
        boss.post(f"/rooms/{room['id']}/invites", 201, json={}).json(),
        boss.post(f"/admin/users/{boss.id}/password-reset", 201).json(),
    ):
        assert made["url"].startswith("https://chat.example.org/"), made["url"]
        assert made["token"] in made["url"]
