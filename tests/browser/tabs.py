"""Chromium, and the tabs that tests open in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page

from tests.browser.server import ARGUMENTS, HEADLESS_CHROMIUM

WAIT_MS = 60_000.0  # for anything that a person would wait for; machines may be busy
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}


class Chromium:
    """A running Chromium.

    Tabs of the same options share a cache, which makes each but the first quicker. What a page
    has stored is forgotten when no tab of these options is left.

    Parameters
    ----------
    kind : BrowserType
        Playwright's own.
    *arguments : str
        More of Chromium's.
    """

    def __init__(self, kind: BrowserType, *arguments: str) -> None:
        self._kind = kind
        self._browser = kind.launch(
            executable_path=HEADLESS_CHROMIUM, args=[*ARGUMENTS, *arguments]
        )
        self._contexts: dict[str, BrowserContext] = {}

    @contextmanager
    def another(self, *arguments: str) -> Iterator["Chromium"]:
        """Start one more Chromium, with more arguments."""
        other = Chromium(self._kind, *arguments)
        try:
            yield other
        finally:
            other.close()

    @contextmanager
    def tab(self, *, apart: bool = False, **options: Any) -> Iterator[Page]:
        """Open a tab, of a laptop where no option says otherwise.

        An uncaught error of the page's own scripts fails the test, and so does a request that
        leaves this computer.

        Parameters
        ----------
        apart : bool
            Whether it belongs to somebody else, and shares nothing.
        **options
            Of Playwright's ``Browser.new_context``.
        """
        options = LAPTOP | options
        context = self._browser.new_context(**options) if apart else self._shared(options)
        tab = context.new_page()
        tab.set_default_timeout(WAIT_MS)
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        outside: list[str] = []
        tab.on("request", lambda request: _is_outside(request.url) and outside.append(request.url))
        try:
            yield tab
        finally:
            tab.close()
            if apart:
                context.close()
            elif not context.pages:
                context.set_storage_state({"cookies": [], "origins": []})
        assert not errors, errors
        assert not outside, outside

    def _shared(self, options: dict[str, Any]) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in self._contexts:
            self._contexts[key] = self._browser.new_context(**options)
        return self._contexts[key]

    def close(self) -> None:
        self._browser.close()


def _is_outside(url: str) -> bool:
    return not url.startswith(("http://localhost:", "data:", "blob:", "about:"))
