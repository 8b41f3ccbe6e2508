"""The Audio page, opened and used without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from mlmusic.audio.demos import DEMOS

ROOT = Path(__file__).parents[2]


def open_page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/3_Audio.py").run()
    assert not app.exception
    return app


def upload(page: AppTest, content: bytes, name: str = "song.mp3") -> AppTest:
    page.file_uploader[0].set_value((name, content, "audio/mpeg")).run()
    return opened(page)


def demo(page: AppTest, name: str = "Song") -> AppTest:
    """Use a demo clip."""
    chosen = page.selectbox(key="demo")
    chosen.set_value(next(one for one in DEMOS if one.name == name))
    next(one for one in page.button if one.label == "Use the demo clip").click().run()
    return opened(page)


def opened(page: AppTest) -> AppTest:
    """Wait until the song is decoded."""
    while page.get("progress"):
        assert not page.exception
        page.run()
    assert not page.exception
    return page


def alternative_texts(page: AppTest) -> list[str]:
    return [image.proto.imgs[0].alt for image in page.image]


def addresses(page: AppTest) -> list[str]:
    return [image.proto.imgs[0].url for image in page.image]
