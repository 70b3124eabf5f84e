"""What nginx, as it is shipped, writes down of requests: each of them, but no token."""

import httpx
import pytest
from support.deployment import listens
from support.nginx import Nginx
from support.server import free_port
from support.stub_instance import Instance

from cluster.waiting import eventually

TOKEN = "Jx3vQ0bT6nRk2WmZ8yPd"
WITH_TOKEN = [
    (f"/invite/{TOKEN}", "/invite/*"),
    (f"/invite/{TOKEN}?from=mail", "/invite/*"),
    (f"/reset/{TOKEN}", "/reset/*"),
    (f"/api/v1/invites/{TOKEN}", "/api/v1/invites/*"),
    (f"/api/v1/invites/{TOKEN}/accept", "/api/v1/invites/*"),
    (f"/sign-in?next=/invite/{TOKEN}", "/sign-in"),
    (f"/sign-up?next=%2Finvite%2F{TOKEN}", "/sign-up"),
]


@pytest.fixture
def lines(folder):
    """Those of a log that hold a text, once there is one."""

    def find(name, text):
        log = folder / "nginx" / name
        found = []
        eventually(lambda: found.extend(line for line in log.read_text().splitlines() if text in line) or found, 5)
        return found

    return find


@pytest.mark.parametrize("status", [200, 404, None])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("path", "logged"), WITH_TOKEN)
def test_a_token_in_a_path_or_a_query_is_logged_nowhere(before, folder, lines, path, logged, method, status):
    client, (instance,) = before(status)
    answer = client.request(method, path)
    assert TOKEN in instance.seen[0][1], "it was to come to the instance"
    (line,) = lines("access.log", f'"{method} {logged} HTTP/1.1" {status or 504} ')
    assert instance.seen[0][2]["X-Request-Id"] in line
    client.request(method, "/api/v1/server")
    lines("access.log", "/api/v1/server")
    if answer.status_code == 504:
        lines("error.log", "/api/v1/server")  # errors are logged: so would the other one have been
    for log in (folder / "nginx").glob("*.log"):
        assert TOKEN not in log.read_text()


def test_nor_is_it_by_the_name_of_the_page_that_asks(before, folder, lines):
    client, _ = before(200)
    client.get("/api/v1/server", headers={"Referer": f"https://chat.example.org/invite/{TOKEN}", "User-Agent": "seen"})
    assert "seen" in lines("access.log", "/api/v1/server")[0]
    assert TOKEN not in (folder / "nginx/access.log").read_text()


def test_nor_where_it_was_one_request_too_many(before, folder, lines):
    client, _ = before(
        200, edit=lambda text: text.replace("zone=parley_requests burst=1000", "zone=parley_requests burst=1")
    )
    answers = [client.get(path).status_code for path in [f"/invite/{TOKEN}", "/healthz"] * 50]
    assert answers[::2].count(429) > 1, "nothing was limited"
    assert answers[1::2].count(429) > 1, "nothing was limited"
    lines("error.log", "/healthz")
    for log in (folder / "nginx").glob("*.log"):
        assert TOKEN not in log.read_text()


@pytest.mark.parametrize("path", ["/", "/api/v1/rooms/r1/messages?before=7", "/invite", "/%E2%80%A6/%22", "/ws"])
def test_every_other_path_is_logged_as_it_is(before, lines, path):
    client, _ = before(200)
    client.get(path)
    assert lines("access.log", f'"GET {path.split("?")[0]} HTTP/1.1" 200 ')


def test_a_log_of_all_sites_gets_none_of_it(folder, lines):
    """As Debian's nginx.conf has one."""
    instance, port = Instance(), free_port()
    proxy = Nginx(folder / "nginx", port, [instance.port], lambda: listens(port))
    main = proxy.folder / "nginx.conf"
    main.write_text(main.read_text().replace("http {", f"http {{ access_log {proxy.folder}/all.log;"))
    proxy.start()
    try:
        httpx.get(f"http://127.0.0.1:{port}/invite/{TOKEN}", trust_env=False)
        lines("access.log", "/invite/*")
        assert (proxy.folder / "all.log").read_text() == ""
    finally:
        proxy.stop()
        instance.shutdown()
        instance.server_close()
