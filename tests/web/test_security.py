"""Security of every request: hosts, origins, tokens, secrets, sizes, headers."""

import asyncio

import pytest
from starlette.testclient import TestClient

from offerodds import Journal
from offerodds.data.limits import REQUEST_BYTES
from offerodds.web.app import create_app
from offerodds.web.security import COOKIE
from offerodds.web.settings import Settings

OWN = "http://127.0.0.1:8765"


@pytest.fixture
def journal_path(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFERODDS_HOME", str(tmp_path))
    return tmp_path / "journal.db"


@pytest.fixture
def public(journal_path):
    settings = Settings(host="0.0.0.0", journal=journal_path, secret="s", token="t")
    return TestClient(create_app(settings), base_url="http://192.0.2.7:8765", follow_redirects=False)


def test_a_link_of_another_site_cannot_choose_what_the_page_says(client):
    other = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    for link in ("/journal?remark=URGENT", "/journal?added=1000&unused=URGENT", "/?example=1"):
        answer = client.get(link, headers=other)
        assert answer.status_code == 200
        assert answer.text.count("URGENT") == 0
    assert "URGENT" in client.get("/journal?remark=URGENT").text


@pytest.mark.parametrize(
    "path", ["/", "/journal", "/journal/export.csv", "/api/journal", "/static/style.css"]
)
def test_head_is_answered_like_get(client, path):
    answer, same = client.head(path), client.get(path)
    assert (answer.status_code, same.status_code) == (200, 200)
    assert {*answer.headers} == {*same.headers}


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_names_of_this_computer_are_served(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "127.0.0.1.evil.example:8765",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8765:8765",
        f"127.0.0.1:{'9' * 5000}",
        "192.0.2.7:8765",
        "localhost:x",
        "",
    ],
)
def test_a_foreign_host_name_is_refused(client, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "offerodds" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "https://127.0.0.1:8765"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://[127.0.0.1:8765"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_a_page_on_another_site_can_neither_read_nor_post(client, headers, method):
    assert client.request(method, "/", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": OWN},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {},
    ],
)
def test_requests_of_own_pages_and_programs_are_served(client, headers):
    assert client.post("/estimate", headers=headers, data={"rapport": "warm"}).status_code == 200


def test_a_link_from_elsewhere_opens_the_page(client):
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200


def test_no_response_allows_another_site_to_read_it(client):
    answer = client.get("/", headers={"origin": OWN})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_page_can_be_installed_as_an_app(client):
    manifest = client.get("/static/manifest.json").json()
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    for icon in manifest["icons"]:
        answer = client.get(f"/static/{icon['src']}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, icon["type"])
    assert 'rel="manifest" href="/static/manifest.json" crossorigin="use-credentials"' in client.get("/").text
    assert "manifest-src 'self'" in client.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/static/page.js", "/nowhere", "/openapi.json"])
def test_every_response_has_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_pages_have_no_inline_script_or_style(client):
    for path in ("/", "/weights", "/signals/rapport", "/nowhere"):
        text = client.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick" not in text
        assert text.count("<script") == text.count('<script type="module" src="/static/page.js">') == 1


@pytest.mark.parametrize("path", ["/estimate", "/", "/api/predict"])
def test_a_large_body_is_refused_by_its_length(client, path):
    answer = client.post(path, content=b"x" * (REQUEST_BYTES + 1))
    assert answer.status_code == 413
    assert "5 MB" in answer.text


def test_a_body_without_a_length_is_refused_before_it_is_read(client):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/estimate", headers=headers | {"transfer-encoding": "chunked"}).status_code == 411


def test_a_form_that_is_cut_off_raises_nothing(journal_path):
    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    headers = {"host": "127.0.0.1:8765", "content-type": "multipart/form-data; boundary=x"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/journal/import",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(create_app(Settings(journal=journal_path))(scope, receive, send))  # raises nothing


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "٣"])
def test_an_invalid_length_is_refused(client, length):
    assert client.post("/estimate", headers={"content-length": length.encode()}).status_code == 400


def test_a_body_just_below_the_limit_is_read(client):
    notes = "n" * (REQUEST_BYTES - 1000)
    assert client.post("/estimate", data={"rapport": "warm", "notes": notes}).status_code == 200


def test_other_computers_need_the_token_and_the_link_sets_a_cookie(public):
    assert public.get("/").status_code == 401
    assert public.get("/?token=wrong").status_code == 401
    in_a_mail = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    response = public.get("/weights?token=t", headers=in_a_mail)
    assert (response.status_code, response.headers["location"]) == (303, "/weights")
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie  # a link in a mail works; changes need the secret
    assert public.get("/weights").status_code == 200  # the client keeps the cookie
    assert "token=t" not in public.get("/weights").text


def test_a_program_sends_the_token_as_bearer(public):
    body = {"answers": {"rapport": 4}}
    assert public.post("/api/predict", json=body).status_code == 401
    shown = {"authorization": "Bearer t"}
    assert public.post("/api/predict", json=body, headers=shown).status_code == 200


@pytest.mark.parametrize("cookie", [f"{COOKIE}=wrong", f"{COOKIE}=", "=;;=", f'{COOKIE}="\\'])
def test_a_wrong_cookie_lets_nobody_in(public, cookie):
    assert public.get("/", headers={"cookie": cookie}).status_code == 401


def test_the_token_is_found_among_cookies_of_other_programs(public):
    cookie = f'seen={{"a": 1}}; name=a b; {COOKIE}=t'
    assert public.get("/", headers={"cookie": cookie}).status_code == 200


def test_the_link_with_the_token_never_leads_to_another_host(public):
    response = public.get("http://192.0.2.7:8765//evil.example/?token=t")
    assert (response.status_code, response.headers["location"]) == (303, "/evil.example/")


def test_with_a_token_any_ip_address_is_an_allowed_host(public):
    public.cookies.set(COOKIE, "t")
    assert public.get("/", headers={"host": "[2001:db8::1]:8765"}).status_code == 200
    assert public.get("/", headers={"host": "evil.example:8765"}).status_code == 421


def test_host_names_ignore_case(journal_path):
    settings = Settings(host="MyLaptop.local", journal=journal_path, token="t")
    client = TestClient(create_app(settings), base_url="http://mylaptop.local:8765")
    assert client.get("/weights", headers={"authorization": "Bearer t"}).status_code == 200


def test_the_token_for_other_computers_is_new_at_every_start():
    first, second = (Settings.of("0.0.0.0", 1, None, None) for _ in range(2))
    assert first.token != second.token
    assert first.url.endswith(f"?token={first.token}")
    assert first.secret != second.secret
    assert first.token not in repr(first)
    assert first.secret not in repr(first)


@pytest.mark.parametrize("secret", [{}, {"secret": "wrong"}, {"secret": ""}, {"secret": "é"}])
def test_nothing_is_saved_without_the_secret(client, journal_path, secret):
    answer = client.post("/journal", data={"rapport": "warm", "company": "Acme"} | secret)
    assert answer.status_code == 403
    with Journal(journal_path) as journal:
        assert len(journal) == 0
