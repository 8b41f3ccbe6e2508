"""A session of the app without a browser: the messages that a page's own scripts would send."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

SECONDS = 120.0  # for a page to be drawn; machines may be busy


class Session:
    """One person's connection to a server.

    Parameters
    ----------
    connection : ClientConnection
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._drawn: list[ForwardMsg] = []  # what came last

    def open(self, page: str) -> list[ForwardMsg]:
        """Open a page by the name in its address; return what the server sends for it."""
        return self._ask(page_name=page)

    def draw_part(self, fragment_id: str, page: str) -> list[ForwardMsg]:
        """Have a part of a page drawn anew, as the page does where a part has an interval."""
        return self._ask(fragment_id=fragment_id, page_name=page)

    def press(self, label: str, page: str) -> list[ForwardMsg]:
        """Press a button of the page that was opened last."""
        elements = [message.delta.new_element for message in self._drawn]
        (button,) = (one.button.id for one in elements if one.button.label == label)
        return self._ask(pressed=button, page_name=page)

    def texts(self) -> str:
        """Return what was said last in texts and at progress bars."""
        elements = [message.delta.new_element for message in self._drawn]
        found = (text for one in elements for text in (one.markdown.body, one.progress.text))
        return "\n".join(filter(None, found))

    def _ask(self, *, pressed: str = "", **state: str) -> list[ForwardMsg]:
        request = BackMsg()
        for name, value in state.items():
            setattr(request.rerun_script, name, value)
        request.rerun_script.is_auto_rerun = "fragment_id" in state
        if pressed:
            request.rerun_script.widget_states.widgets.add(id=pressed, trigger_value=True)
        self._connection.send(request.SerializeToString())
        self._drawn = [*self._until_drawn()]
        return self._drawn

    def _until_drawn(self) -> Iterator[ForwardMsg]:
        while True:
            frame: Any = self._connection.recv(timeout=SECONDS)
            message = ForwardMsg.FromString(frame)
            yield message
            if message.WhichOneof("type") == "script_finished":
                return


@contextmanager
def session(url: str) -> Iterator[Session]:
    """Open a session of the server at an address; it ends with the context."""
    address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    # None of the proxies of the environment, and no compression: the server is this computer.
    with connect(address, origin=url, proxy=None, compression=None, max_size=None) as connection:
        yield Session(connection)
