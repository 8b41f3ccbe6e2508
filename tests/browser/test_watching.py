"""The Train page in Chromium: what is to be seen while the network learns."""

import re

from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.server import Server
from tests.browser.tabs import PHONE, Chromium
from tests.browser.training import (
    fill,
    metric_value,
    start,
    start_a_short_run,
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


def test_test_digits_filters_and_the_sentence_move_while_it_learns(train_page: Page) -> None:
    expect(train_page.get_by_alt_text(re.compile("^Test digit ., "))).to_have_count(10)
    fill(train_page, "Batch size", "10")  # quick steps: the mistakes come with the 40th
    expect(train_page.get_by_label("Recipe", exact=True)).to_have_value("custom")
    start(train_page)
    wait_for_more_steps(train_page, 4)
    expect(train_page.get_by_alt_text(re.compile(r"^Test digit \d, read as \d: "))).to_have_count(
        10
    )
    expect(train_page.get_by_alt_text(re.compile("^The 32 filters"))).to_be_visible()
    expect(train_page.get_by_text(re.compile("^The training loss is "))).to_be_visible()
    wait_for_more_steps(train_page, 20)
    assert digits(train_page) == "0123456789"
    choose(train_page, "its mistakes")
    train_page.wait_for_function(f"{DIGITS} !== '0123456789'")


def test_a_drawing_is_read_again_and_again_as_the_network_learns(train_page: Page) -> None:
    pad = train_page.get_by_label("Sketch pad")
    start(train_page)
    wait_for_more_steps(train_page, 1)
    box = pad.bounding_box()
    assert box
    train_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2)
    train_page.mouse.down()
    train_page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8, steps=10)
    train_page.mouse.up()
    expect(metric_value(train_page, "Prediction")).to_have_text(re.compile(r"^\d$"))
    expect(train_page.get_by_text(re.compile(r"^unsure: \d or \d$|% sure$"))).to_be_visible()
    train_page.wait_for_function(  # no new stroke: the network has learned on
        f"first => {BARS} !== first", arg=train_page.evaluate(BARS)
    )


def test_the_axis_and_the_smoothing_can_be_changed_while_it_learns(train_page: Page) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 2)
    choose(train_page, "log")
    slider = train_page.get_by_role("slider", name="Smoothing")
    slider.focus()
    train_page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("0.89")
    expect(train_page.get_by_label("Loss curve").first).to_be_visible()


def test_the_article_and_the_layer_table_stand_below(train_page: Page) -> None:
    expect(train_page.get_by_role("heading", name="What you are looking at")).to_be_visible()
    expect(train_page.get_by_role("cell", name="3,274,634")).to_be_visible()


def test_the_pointer_over_a_curve_reads_out_step_and_value(train_page: Page) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 3)
    chart = train_page.get_by_label("Accuracy curve")
    box = chart.bounding_box()
    assert box
    value = train_page.get_by_text(re.compile(r"^Step [\d,]+, of 1,000: \d+\.\d\d%$"))
    expect(value).to_have_count(0)
    wait_for_more_steps(train_page, 41)
    for share in range(15, 90, 3):  # the first test, at step 40 of 1,200, is close to the axis
        train_page.mouse.move(box["x"] + 64, box["y"] + box["height"] * share / 100)
        if value.is_visible():
            break
    expect(value).to_be_visible()


def test_nothing_below_moves_while_it_learns(train_page: Page) -> None:
    below = train_page.get_by_role("heading", name="Runs")
    start(train_page)
    wait_for_more_steps(train_page, 3)
    before = below.bounding_box()
    wait_for_more_steps(train_page, 15)
    assert below.bounding_box() == before


def test_the_page_fits_a_phone_while_it_learns(chromium: Chromium, train_server: Server) -> None:
    with chromium.tab(**PHONE) as phone:
        phone.goto(f"{train_server.url}/Train")
        start(phone)
        wait_for_more_steps(phone, 2)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        chart = phone.get_by_label("Loss curve").bounding_box()
        assert chart
        assert chart["width"] > 300
        phone.get_by_role("button", name="Stop").click()
        expect(phone.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()


def test_no_part_of_the_page_is_sent_as_a_reference(train_page: Page) -> None:
    """The reference may come for a part that is not there; `.streamlit/config.toml` has why."""
    kinds: list[str | None] = []

    def note(frame: bytes | str) -> None:
        assert isinstance(frame, bytes)
        kinds.append(ForwardMsg.FromString(frame).WhichOneof("type"))

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", note)

    train_page.on("websocket", listen)
    train_page.reload()
    start(train_page)
    wait_for_more_steps(train_page, 3)  # the same parts have been drawn again by then
    assert "delta" in kinds
    assert "ref_hash" not in kinds


def test_nothing_fades_while_it_is_drawn_anew(train_page: Page) -> None:
    # Without transitions, a fade is whole at once.
    train_page.add_style_tag(content="* { transition: none !important; }")
    start(train_page)
    train_page.evaluate(
        """() => {
            window.opacities = [];
            new MutationObserver(changes => {
                for (const { target } of changes)
                    if (target.dataset.stale === 'true')
                        opacities.push(getComputedStyle(target).opacity);
            }).observe(document.body, { subtree: true, attributeFilter: ['data-stale'] });
        }"""
    )
    train_page.wait_for_function("opacities.length >= 20")
    assert set(train_page.evaluate("opacities")) == {"1"}


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
