"""An upload beyond the limit is refused by the page, and by the server if the page is left out."""

import http.client
import re
import select
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.listening import audio_tab, expect_pictures, upload, use_demo
from tests.browser.tabs import Chromium
from tests.sounds import encode, tones

LIMIT_MB = 200


@pytest.fixture
def tab(chromium: Chromium, app_url: str) -> Iterator[Page]:
    with audio_tab(chromium, app_url) as tab:
        yield tab


def test_a_file_above_the_limit_is_refused_by_the_page_and_by_the_server(
    tab: Page, tmp_path: Path
) -> None:
    (tmp_path / "small.wav").write_bytes(encode(tones(), "wav", "pcm_s16le", 44_100))
    with tab.expect_request(lambda one: one.method == "PUT") as small:
        upload(tab, tmp_path / "small.wav")
    expect_pictures(tab, "1.0 s")
    with (tmp_path / "large.wav").open("wb") as file:
        file.truncate((LIMIT_MB + 1) * 2**20)  # takes no room on the disk
    upload(tab, tmp_path / "large.wav")
    expect(tab.get_by_text(re.compile(rf"must be {LIMIT_MB}(\.0)? ?MB or smaller"))).to_be_visible()
    for is_announced in (True, False):
        status = _answer_to_a_large_upload(
            tab, small.value.url, small.value.headers, is_announced=is_announced
        )
        assert status == 413
    use_demo(tab)


def _answer_to_a_large_upload(
    page: Page, url: str, headers: dict[str, str], *, is_announced: bool
) -> int:
    """Upload more than the limit, as a page that does not ask would.

    Its size is said at the begin, or it comes in pieces as if without an end.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=60)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    fields = {name: value for name, value in headers.items() if name != "content-length"}
    fields |= {"content-type": "multipart/form-data; boundary=part", "cookie": cookies}
    if is_announced:
        fields["content-length"] = str((LIMIT_MB + 1) * 2**20)
    else:
        fields["transfer-encoding"] = "chunked"
    connection.putrequest("PUT", address.path)
    for name, value in fields.items():
        connection.putheader(name, value)
    connection.endheaders()
    if not is_announced:
        head = b'--part\r\nContent-Disposition: form-data; name="file"; filename="x.wav"\r\n\r\n'
        pieces = [head, *[bytes(2**20)] * (2 * LIMIT_MB)]
        for piece in pieces:
            if select.select([connection.sock], [], [], 0)[0]:
                break  # the server has answered
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    answer = connection.getresponse()
    print(answer.read())  # for when it is another one than expected
    connection.close()
    return answer.status
