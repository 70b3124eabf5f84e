"""The web app and the documentation, as the binary serves them."""

import gzip
import re

import httpx
import pytest


@pytest.fixture
def browser(server):
    with httpx.Client(
        base_url=server.url, headers={"Accept": "text/html,*/*", "Accept-Encoding": "identity"}
    ) as client:
        yield client


def assets(browser):
    return re.findall(r'(?:src|href)="(/assets/[^"]+\.(?:js|css))"', browser.get("/").text)


def test_the_app_is_served_at_the_root_and_at_its_own_pages(browser):
    page = browser.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert 'id="root"' in page.text
    for path in ("/rooms/01j9z3k6v8m2n4p6q8r0s2t4v6", "/invite/abc", "/login"):
        assert browser.get(path).text == page.text


def test_a_missing_file_is_not_the_app(browser):
    for path in ("/assets/missing.js", "/missing.png", "/api/v1/missing"):
        assert browser.get(path).status_code == 404, path


def test_named_by_their_content_files_are_cached_for_ever_and_the_page_never(browser):
    found = assets(browser)
    assert found
    for path in found:
        response = browser.get(path)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        assert "max-age=31536000" in response.headers["cache-control"]
    page = browser.get("/")
    assert "no-cache" in page.headers["cache-control"]
    assert page.headers.get("etag")
    again = browser.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_files_come_compressed_as_the_browser_likes(server, browser):
    path = next(p for p in assets(browser) if p.endswith(".js"))
    plain = browser.get(path)
    with httpx.Client(base_url=server.url) as client:
        for accepted, encoding in (("br, gzip", "br"), ("gzip", "gzip"), ("gzip, br;q=0", "gzip")):
            with client.stream("GET", path, headers={"Accept-Encoding": accepted}) as response:
                raw = b"".join(response.iter_raw())
            assert response.headers["content-encoding"] == encoding, accepted
            assert "accept-encoding" in response.headers["vary"].lower()
            assert len(raw) < len(plain.content) / 2
            if encoding == "gzip":
                assert gzip.decompress(raw) == plain.content
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc/passwd", "/assets//etc/passwd"]
)
def test_no_path_leads_out(server, path):
    from support.raw import Raw

    with Raw(server) as raw:
        raw.send(f"GET {path} HTTP/1.1\r\nHost: {raw.host}\r\n\r\n")
        status, _, body = raw.response()
    assert b"root:" not in body
    assert status in (200, 400, 404)


def test_the_documentation_of_the_api_is_a_page_without_foreign_parts(browser):
    page = browser.get("/docs", follow_redirects=True)
    assert page.status_code == 200
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert linked
    assert not [link for link in linked if link.startswith(("http:", "https:", "//"))]
    for link in linked:
        assert browser.get(str(page.url.join(link))).status_code == 200, link
    assert "<script>" not in page.text


def test_head_tells_the_length_and_sends_no_body(browser):
    page, head = browser.get("/"), browser.head("/")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == page.headers["content-length"]
