"""The Train page in Chromium: what is to be seen while the network learns."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import Server
from tests.browser.tabs import PHONE, Chromium
from tests.browser.training import (
    end_run,
    fill,
    metric_value,
    start,
    start_a_short_run,
    step_of,
    wait_for_more_steps,
)

DIGITS = """[...document.querySelectorAll('.mlmusic-strip img')]
    .map(image => image.alt.match(/^Test digit (\\d)/)[1]).join('')"""

BARS = "document.querySelector('.mlmusic-bars').innerHTML"  # wide to a thousandth


def digits(page: Page) -> str:
    """Return the labels of the test digits in the strip, in their order."""
    labels = page.evaluate(DIGITS)
    assert isinstance(labels, str)
    return labels


def choose(page: Page, option: str) -> None:
    """Open the view's inputs and choose an option there."""
    if not page.get_by_role("radio", name=option).is_visible():
        page.get_by_role("button", name="View").click()
    page.get_by_role("radio", name=option).click()
    expect(page.get_by_role("radio", name=option)).to_be_checked()
    page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def watched(chromium: Chromium, train_server: Server) -> Iterator[Page]:
    """The Train page in one tab, with its messages noted from the begin on, and steady fades."""
    with chromium.tab() as tab:
        tab.add_init_script(NOTE_FADES)
        tab.on("websocket", lambda socket: socket.on("framereceived", note))
        tab.goto(f"{train_server.url}/Train")
        end_run(tab)
        yield tab
        end_run(tab)


@pytest.fixture
def learning(watched: Page) -> Page:
    """The Train page while a network learns; the tests look at one run, one after another."""
    if watched.get_by_role("button", name="Start training").is_enabled():
        fill(watched, "Epochs", "50")
        start(watched)
    wait_for_more_steps(watched, 3)
    return watched


# Without transitions, a fade is whole at once.
NOTE_FADES = """(() => {
    window.opacities = [];
    const steady = document.createElement('style');
    steady.textContent = '* { transition: none !important; }';
    addEventListener('DOMContentLoaded', () => {
        document.head.append(steady);
        new MutationObserver(changes => {
            for (const { target } of changes)
                if (target.dataset.stale === 'true')
                    opacities.push(getComputedStyle(target).opacity);
        }).observe(document.body, { subtree: true, attributeFilter: ['data-stale'] });
    });
})()"""
KINDS: list[str | None] = []  # of the messages that the page got


def note(frame: bytes | str) -> None:
    assert isinstance(frame, bytes)
    KINDS.append(ForwardMsg.FromString(frame).WhichOneof("type"))


def test_before_a_run_ten_test_digits_wait_and_the_page_explains_itself(watched: Page) -> None:
    expect(watched.get_by_alt_text(re.compile("^Test digit ., "))).to_have_count(10)
    expect(
        watched.get_by_text(re.compile(r"1,200 steps and takes about .*(s|min)"))
    ).to_be_visible()
    expect(watched.get_by_role("heading", name="What you are looking at")).to_be_visible()
    expect(watched.get_by_role("cell", name="3,274,634")).to_be_visible()


def test_test_digits_filters_and_the_sentence_move_while_it_learns(learning: Page) -> None:
    expect(learning.get_by_alt_text(re.compile(r"^Test digit \d, read as \d: "))).to_have_count(10)
    expect(learning.get_by_alt_text(re.compile("^The 32 filters"))).to_be_visible()
    expect(learning.get_by_text(re.compile("^The training loss is "))).to_be_visible()
    assert digits(learning) == "0123456789"
    choose(learning, "its mistakes")
    wait_for_more_steps(learning, 41)  # the first test, which finds them, is at step 40
    learning.wait_for_function(f"{DIGITS} !== '0123456789'")


def test_a_drawing_is_read_again_and_again_as_the_network_learns(learning: Page) -> None:
    pad = learning.get_by_label("Sketch pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    learning.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2)
    learning.mouse.down()
    learning.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8, steps=10)
    learning.mouse.up()
    expect(metric_value(learning, "Prediction")).to_have_text(re.compile(r"^\d$"))
    expect(learning.get_by_text(re.compile(r"^unsure: \d or \d$|% sure$"))).to_be_visible()
    learning.wait_for_function(  # no new stroke: the network has learned on
        f"first => {BARS} !== first", arg=learning.evaluate(BARS)
    )


def test_the_axis_and_the_smoothing_can_be_changed_while_it_learns(learning: Page) -> None:
    choose(learning, "log")
    learning.get_by_role("button", name="View").click()
    slider = learning.get_by_role("slider", name="Smoothing")
    slider.focus()
    learning.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("0.89")
    learning.keyboard.press("Escape")
    expect(learning.get_by_label("Loss curve").first).to_be_visible()


def test_the_pointer_over_a_curve_reads_out_step_and_value(learning: Page) -> None:
    wait_for_more_steps(learning, 41)
    chart = learning.get_by_label("Accuracy curve")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    value = learning.get_by_text(re.compile(r"^Step [\d,]+, of 1,000: \d+\.\d\d%$"))
    expect(value).to_have_count(0)
    for share in range(15, 90, 3):  # the first tests, of 30,000 steps, are close to the axis
        learning.mouse.move(box["x"] + 60, box["y"] + box["height"] * share / 100)
        if value.is_visible():
            break
    expect(value).to_be_visible()


def test_nothing_below_moves_while_it_learns(learning: Page) -> None:
    below = learning.get_by_role("heading", name="Runs")
    before, step = below.bounding_box(), step_of(learning)
    wait_for_more_steps(learning, step + 15)
    assert below.bounding_box() == before


def test_no_part_of_the_page_is_sent_as_a_reference(learning: Page) -> None:
    """The reference may come for a part that is not there; `.streamlit/config.toml` has why."""
    wait_for_more_steps(learning, step_of(learning) + 3)  # the same parts have been drawn again
    assert "delta" in KINDS
    assert "ref_hash" not in KINDS


def test_nothing_fades_while_it_is_drawn_anew(learning: Page) -> None:
    learning.wait_for_function("opacities.length >= 20")
    assert set(learning.evaluate("opacities")) == {"1"}


def test_the_page_fits_a_phone_while_it_learns(
    learning: Page, chromium: Chromium, train_server: Server
) -> None:
    assert learning  # a run that somebody else has started
    with chromium.tab(**PHONE) as phone:
        phone.goto(f"{train_server.url}/Train")
        wait_for_more_steps(phone, 2)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        chart = phone.get_by_label("Loss curve").bounding_box()
        assert chart
        assert chart["width"] > 300
        phone.get_by_role("button", name="Stop").click()
        expect(phone.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()


def test_the_moving_curve_has_faint_batches_under_its_line_and_marks_epochs(
    train_page: Page,
) -> None:
    train_page.evaluate(
        """() => {
            const stroke = CanvasRenderingContext2D.prototype.stroke;
            window.strokes = [];
            CanvasRenderingContext2D.prototype.stroke = function () {
                if (this.canvas.getAttribute('aria-label') === 'Loss curve')
                    strokes.push([this.globalAlpha, this.lineWidth, String(this.getLineDash())]);
                stroke.call(this);
            };
        }"""
    )
    start_a_short_run(train_page, images=500, epochs=50)
    epoch, batches, line = [1, 1, "2,3"], [0.55, 1, ""], [1, 2.5, ""]
    train_page.wait_for_function("strokes.some(([, , dash]) => dash === '2,3')")
    strokes = train_page.evaluate("strokes")
    first = strokes.index(epoch)
    assert strokes.index(batches, first) < strokes.index(line, first)
