"""Who may reach the server, and how much it takes from them at once."""

import base64
import http.client
import inspect
import re
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit import config
from streamlit.runtime import app_session

from tests.browser.server import Server

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
TOO_BIG = re.compile(rb"\x88.\x03\xf1", re.DOTALL)  # the frame that closes with reason 1009
QUIET_S = 3.0  # without an answer
ELSEWHERE = "app.example.org"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/net")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("serving") / "runs")
    yield server
    server.stop()


def status(server: Server, method: str, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse().status
    connection.close()
    return answer


def connect(server: Server, **headers: str) -> int:
    """Open the connection that every page has; return the answer's status."""
    key = base64.b64encode(bytes(16)).decode()
    return status(server, "GET", "/_stcore/stream", UPGRADE | {"Sec-WebSocket-Key": key} | headers)


def test_a_page_of_the_app_may_connect(server: Server) -> None:
    assert connect(server, Origin=server.url) == 101


def test_a_page_of_another_site_may_not(server: Server) -> None:
    assert connect(server, Origin=f"https://{ELSEWHERE}") == 403


def test_nor_one_that_gives_the_server_a_name_of_its_own(server: Server) -> None:
    port = urlsplit(server.url).port
    own = f"{ELSEWHERE}:{port}"
    assert connect(server, Host=own, Origin=f"http://{own}") == 403
    for known in ("localhost", "127.0.0.1", "[::1]"):
        host = f"{known}:{port}"
        assert connect(server, Host=host, Origin=f"http://{host}") == 101


def test_a_class_is_served_under_the_names_that_are_allowed(tmp_path: Path) -> None:
    options = ("--server.allowedHosts", ELSEWHERE, "--server.allowedHosts", "localhost")
    server = Server(tmp_path / "runs", *options)
    try:
        host = f"{ELSEWHERE}:{urlsplit(server.url).port}"
        assert connect(server, Host=host, Origin=f"http://{host}") == 101
        assert connect(server, Host="other.example.org", Origin="http://other.example.org") == 403
    finally:
        server.stop()


def test_an_upload_needs_the_token_of_the_page(server: Server) -> None:
    assert status(server, "PUT", "/_stcore/upload_file/a/b", {"Content-Length": "0"}) == 403


def answer_to(server: Server, size: int) -> bytes:
    """Announce a message of so many bytes; return what comes back, until nothing does."""
    address = urlsplit(server.url)
    lines = UPGRADE | {
        "Host": address.netloc,
        "Origin": server.url,
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
    }
    request = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection((address.hostname, address.port or 0), timeout=60) as connection:
        connection.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{request}\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(4096)
        assert received.startswith(b"HTTP/1.1 101")
        # One binary message, masked with zeros, by its head alone: RFC 6455, section 5.2.
        connection.sendall(struct.pack(">BBQ4s", 0x82, 0xFF, size, bytes(4)))
        connection.settimeout(QUIET_S)
        answer = b""
        with suppress(TimeoutError):
            while part := connection.recv(4096):
                answer += part
        return answer


@pytest.mark.slow
def test_a_message_beyond_the_limit_ends_its_own_connection_alone(server: Server) -> None:
    most = 50 * 1_000_000  # as the configuration says
    assert TOO_BIG.search(answer_to(server, most + 1))
    assert not TOO_BIG.search(answer_to(server, most))
    assert connect(server, Origin=server.url) == 101


@LINUX
def test_the_server_listens_on_this_computer_alone(server: Server) -> None:
    port = f"{urlsplit(server.url).port:04X}"
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    listening = [line[1].split(":")[0] for line in lines if line[1].endswith(f":{port}")]
    loopback = (re.compile("0100007F"), re.compile("0{24}01000000"))
    assert listening
    assert all(any(one.fullmatch(address) for one in loopback) for address in listening)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", int(port, 16)), timeout=10)


def test_no_session_waits_until_all_modules_are_looked_through() -> None:
    watching = config.get_option("server.fileWatcherType")
    assert watching == "none"
    session = inspect.getsource(app_session)  # what that takes away, in the Streamlit at hand
    assert 'if config.get_option("server.fileWatcherType") != "none":' in session


def test_one_thread_at_a_time_draws_the_page_of_a_session() -> None:
    assert config.get_option("runner.fastReruns") is False
    session = inspect.getsource(app_session.AppSession.request_rerun)
    assert 'bool(config.get_option("runner.fastReruns"))' in session  # the Streamlit at hand asks
