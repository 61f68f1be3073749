"""``offerodds serve`` as a process: it prints its address, serves, and stops."""

import gc
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from click import unstyle
from starlette.testclient import TestClient

from offerodds import InputError
from offerodds.data.errors import Fault
from offerodds.data.language import use_language
from offerodds.web import app
from offerodds.web.app import TimedProtocol, create_app, create_server, listen, qr_code
from offerodds.web.security import RequestGuard
from offerodds.web.settings import Settings
from offerodds.web.state import AppState

WRONG_HOST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


@contextmanager
def serving(folder, *arguments):
    """Run the command; yield the process and the address that it prints."""
    command = [sys.executable, "-m", "offerodds", "serve", "--no-open", *arguments]
    environment = os.environ | {"OFFERODDS_HOME": str(folder), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder
    )
    try:
        yield process, re.search(r"https?://\S+", process.stdout.readline())[0]
    finally:
        process.kill()
        process.communicate()


def fetch(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT reaches no child on Windows")
def test_it_prints_its_address_serves_and_stops_at_ctrl_c(tmp_path):
    with serving(tmp_path, "--port", str(free_port())) as (process, url):
        with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(url) as page:
            assert "How did it go?" in page.read().decode()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "X-Offerodds-Secret" in err
        assert "Traceback" not in out + err
        assert err.endswith("Stopped.\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_everyone_needs_the_printed_token_and_programs_the_secret(tmp_path, host, monkeypatch):
    """On this computer too, which other people may use."""
    monkeypatch.setenv("OFFERODDS_SECRET", "of-mine")
    port = free_port()
    with serving(tmp_path, "--port", str(port), "--host", host) as (process, url):
        token = url.partition("?token=")[2]
        assert len(token) >= 24
        here = f"http://127.0.0.1:{port}/"
        for path in ("", "journal", "api/journal", "journal/export.csv", "docs", "static/style.css"):
            assert fetch(here + path)[0] == 401
        assert fetch(here, Authorization=f"Bearer {token}")[0] == 200
        assert fetch(here + "api/journal", **{"X-Offerodds-Secret": "of-mine"})[0] == 200
        assert fetch(here + "api/journal", **{"X-Offerodds-Secret": "of-theirs"})[0] == 401
        process.kill()
        assert "of-mine" not in "".join(process.communicate())


def test_the_browser_is_opened_by_a_link_that_works_once(tmp_path, monkeypatch):
    """It is in the list of processes, which other people can read."""
    settings = Settings.of("127.0.0.1", 8765, tmp_path / "journal.db", "default")
    browser = TestClient(create_app(settings), base_url="http://127.0.0.1:8765")
    assert settings.token not in settings.url_once
    assert browser.get(settings.url_once).url.path == "/"
    assert browser.get("/journal").status_code == 200
    stranger = TestClient(browser.app, base_url="http://127.0.0.1:8765")
    assert stranger.get(settings.url_once).status_code == 401


def test_a_bookmark_works_after_a_restart_on_this_computer_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFERODDS_HOME", str(tmp_path))
    first, second = (Settings.of("127.0.0.1", 1, None, None) for _ in range(2))
    assert first.token == second.token
    assert (tmp_path / "page.token").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("host", "route", "shown"),
    [
        ("0.0.0.0", "192.168.1.7", "192.168.1.7"),
        ("::", "fd00::7", "[fd00::7]"),
        ("0.0.0.0", None, "0.0.0.0"),  # no network
        ("10.0.0.9", "192.168.1.7", "10.0.0.9"),
    ],
)
def test_a_link_for_other_devices_has_the_address_of_this_computer(monkeypatch, host, route, shown):
    class Probe(socket.socket):
        def connect(self, *_):
            if route is None:
                raise OSError

        def getsockname(self):
            return route, 5

    monkeypatch.setattr(socket, "socket", Probe)
    assert Settings(host=host).address == f"http://{shown}:8765/"


def test_a_qr_code_fits_a_terminal_and_sets_its_own_colours():
    lines = qr_code("http://192.168.100.100:8765/?token=" + "a" * 32).splitlines()
    assert {len(unstyle(line)) for line in lines} == {41}
    assert len(lines) == 21
    assert all(line.startswith("\x1b[97m\x1b[40m") for line in lines)
    assert unstyle("".join(lines)).strip(" ▀▄█") == ""


def test_a_port_in_use_is_reported_with_its_remedy(offerodds):
    with socket.create_server(("127.0.0.1", 0)) as other:
        ran = offerodds("serve", "--no-open", "--port", str(other.getsockname()[1]))
    assert ran.code == 2
    assert "choose another --port" in ran.err


@pytest.mark.parametrize("host", ["192.0.2.1", "", " "])
def test_an_invalid_address_is_reported(offerodds, host):
    ran = offerodds("serve", "--no-open", "--host", host)
    assert ran.code == 2
    assert "choose another --host" in ran.err


@pytest.fixture
def certificate(tmp_path):
    """Make a certificate that signs itself, with its key in the same file."""
    if shutil.which("openssl") is None and not os.environ.get("CI"):
        pytest.skip("openssl makes the certificate")
    path = tmp_path / "mine.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-noenc",
    ]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command, "-keyout", path, "-out", path.with_suffix(".crt")], check=True, capture_output=True
    )
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


def test_a_certificate_encrypts_everything(tmp_path, certificate):
    with serving(tmp_path, "--port", str(free_port()), "--certfile", str(certificate)) as (_, url):
        assert url.startswith("https://")
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as plain:
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert b"HTTP" not in plain.recv(1000)
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certificate))
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(secure, urllib.request.HTTPCookieProcessor(jar))
        with browser.open(url) as page:
            secret = re.search(r'name="secret" value="([^"]+)', page.read().decode())[1]
        assert [cookie.secure for cookie in jar] == [True]
        address = url.partition("?")[0]
        form = f"rapport=warm&secret={secret}".encode()
        posted = urllib.request.Request(f"{address}estimate", form, {"origin": address.rstrip("/")})
        with browser.open(posted) as page:
            assert "Chance of an offer" in page.read().decode()
        posted.add_header("origin", address.rstrip("/").replace("https", "http"))
        with pytest.raises(urllib.error.HTTPError, match="403"):
            browser.open(posted)


def test_a_certificate_makes_its_names_known_to_other_computers(tmp_path):
    settings = Settings(host="0.0.0.0", journal=tmp_path / "j.db", token="t")
    for certificate, status in ((None, 421), (tmp_path / "mine.pem", 401)):
        app = create_app(replace(settings, certificate=certificate))
        assert TestClient(app, base_url="https://nas.example:8765").get("/").status_code == status


def test_a_certificate_that_cannot_be_used_is_reported(offerodds, tmp_path):
    (tmp_path / "bad.pem").write_text("no certificate", encoding="utf-8")
    for name, reason in (("bad.pem", "cannot be used"), ("lost.pem", "no such file")):
        ran = offerodds("serve", "--no-open", "--port", free_port(), "--certfile", tmp_path / name)
        assert ran.code == 2
        assert f"{name}: {reason}" in ran.err
        assert "a certificate in PEM with its key" in ran.err
    assert "it needs --certfile" in offerodds("serve", "--keyfile", tmp_path / "bad.pem").err


def test_an_unreadable_journal_is_reported_before_serving(offerodds, tmp_path):
    (tmp_path / "bad.db").write_text("no journal", encoding="utf-8")
    ran = offerodds("serve", "--no-open", "--journal", tmp_path / "bad.db")
    assert ran.code == 2
    assert "not a journal, or damaged" in ran.err


def test_small_responses_are_sent_at_once():
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP  # what asyncio looks at before it sets TCP_NODELAY
        with pytest.raises(InputError, match="choose another port"):
            listen("127.0.0.1", listening.getsockname()[1])
        with use_language("es"), pytest.raises(InputError, match="la dirección ya está en uso"):
            listen("127.0.0.1", listening.getsockname()[1])


def test_a_missing_extra_is_reported_with_its_install_command(tmp_path):
    code = (
        "import sys; sys.modules['fastapi'] = None\n"
        "from offerodds.cli.main import run\n"
        "sys.argv = ['offerodds', 'serve', '--no-open']\n"
        "run()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ran.returncode == 1
    assert "pip install 'offerodds[web]'" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.fixture
def connect(tmp_path, monkeypatch, request):
    """Serve in this process with short limits; return a function that opens connections.

    The parameter is the name of a fixture with a certificate.
    """
    secure = request.getfixturevalue(request.param) if hasattr(request, "param") else None
    monkeypatch.setattr(app, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(app, "CONNECTIONS", 5)
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    running = create_server(
        create_app(Settings(port=port, journal=tmp_path / "journal.db", certificate=secure))
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    with ExitStack() as opened:

        def connect(begun=b"GET / HTTP/1.1\r\n"):
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            connection.sendall(begun)
            return connection

        yield connect
    running.should_exit = True
    thread.join(30)
    gc.unfreeze()


def is_closed(connection):
    """Read until the server closes the connection."""
    with suppress(ConnectionError):
        while connection.recv(1000):
            pass
    return True


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST /estimate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\na",
    ],
    ids=["silent", "in the headers", "in the body"],
)
def test_a_client_that_does_not_complete_its_request_is_closed(connect, begun):
    assert is_closed(connect(begun))


def test_a_client_that_sends_a_byte_now_and_then_is_closed(connect):
    connection = connect()
    connection.settimeout(0.05)
    with suppress(ConnectionError):
        for _ in range(600):
            with suppress(TimeoutError):
                assert not connection.recv(1)
                return
            connection.sendall(b"x")
        pytest.fail("still open")


def test_where_many_wait_the_oldest_makes_room(connect, monkeypatch):
    monkeypatch.setattr(app, "REQUEST_SECONDS", 600)
    waiting = [connect() for _ in range(5)]
    served = connect(WRONG_HOST)
    assert served.recv(12) == b"HTTP/1.1 421"
    assert is_closed(waiting[0])
    waiting[4].sendall(b"Host: x\r\n\r\n")
    assert waiting[4].recv(12) == b"HTTP/1.1 421"


def test_where_many_arrive_at_once_each_makes_room_for_one(connect, monkeypatch):
    monkeypatch.setattr(app, "REQUEST_SECONDS", 600)
    waiting = [connect() for _ in range(4)]
    assert connect(WRONG_HOST).recv(12) == b"HTTP/1.1 421"  # so all have been accepted
    all_here = threading.Event()
    connection_made = TimedProtocol.connection_made

    def wait(*arguments):
        all_here.wait(30)
        connection_made(*arguments)

    monkeypatch.setattr(TimedProtocol, "connection_made", wait)
    newer = [connect() for _ in range(5)]
    all_here.set()
    assert all(map(is_closed, waiting))
    newer[0].sendall(b"Host: x\r\n\r\n")
    assert newer[0].recv(12) == b"HTTP/1.1 421"


@pytest.mark.parametrize("connect", ["certificate"], indirect=True)
def test_where_many_are_in_the_handshake_the_oldest_makes_room(connect, certificate):
    waiting = [connect(begun=b"") for _ in range(6)]
    assert is_closed(waiting[0])
    context = ssl.create_default_context(cafile=certificate)
    with context.wrap_socket(waiting[5], server_hostname="127.0.0.1") as secure:
        secure.sendall(WRONG_HOST)
        assert secure.recv(12) == b"HTTP/1.1 421"


def test_ambiguous_and_oversized_headers_are_refused(connect, monkeypatch):
    monkeypatch.setattr(app, "REQUEST_SECONDS", 600)
    for lines in (b"Content-Length: 1\r\nContent-Length: 0", b"Host: x", b"Transfer-Encoding : chunked"):
        assert connect(WRONG_HOST[:-2] + lines + b"\r\n\r\n").recv(12) == b"HTTP/1.1 400"
    assert is_closed(connect(WRONG_HOST[:-2] + b"X: " + b"x" * 100_000))


def test_a_request_that_takes_long_to_answer_is_not_cut_off(connect, monkeypatch):
    def open_journal(_):
        threading.Event().wait(0.5)
        raise InputError([Fault("too late?")])

    monkeypatch.setattr(RequestGuard, "_rejection", lambda *_: None)
    monkeypatch.setattr(AppState, "open_journal", open_journal)
    connection = connect(b"GET /api/journal HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(12) == b"HTTP/1.1 422"
