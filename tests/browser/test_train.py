import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mlmusic.digits.runs import list_runs
from tests.browser.conftest import WAIT_MS, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this file's own, with no run yet."""
    server = Server(tmp_path_factory.mktemp("train") / "runs")
    yield server
    server.stop()


@pytest.fixture
def train_page(page: Page, server: Server) -> Iterator[Page]:
    """The Train page with no run going on, before and after."""
    page.goto(f"{server.url}/Train")
    yield page
    stop = page.get_by_role("button", name="Stop")
    if page.url.endswith("/Train") and stop.is_enabled():
        stop.click()
        expect(stop).to_be_disabled()


def metric(page: Page, label: str) -> str:
    """Return a metric's value as it stands."""
    return metric_value(page, label).inner_text()


def metric_value(page: Page, label: str):  # type: ignore[no-untyped-def]
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def fill(page: Page, label: str, value: str) -> None:
    """Type into a number input as a person does."""
    page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Enter")


def step_of(page: Page) -> int:
    text = metric(page, "Step")
    return int(text.split("/")[0].replace(",", "")) if "/" in text else 0


def wait_for_more_steps(page: Page, than: int) -> None:
    page.wait_for_function(
        """than => {
            const metric = [...document.querySelectorAll('[data-testid=stMetric]')]
                .find(one => one.innerText.startsWith('Step'));
            const match = metric && metric.innerText.replace(/,/g, '').match(/(\\d+) \\//);
            return match && Number(match[1]) > than;
        }""",
        arg=than,
    )


def start(page: Page) -> None:
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()


def test_a_run_is_watched_from_the_first_step_to_its_accuracy(
    train_page: Page, server: Server
) -> None:
    train_page.get_by_text("More settings").click()
    fill(train_page, "Training images", "2000")
    fill(train_page, "Epochs", "1")
    expect(train_page.get_by_label("Recipe", exact=True)).to_have_value("custom")
    start(train_page)
    chart = train_page.get_by_label("Loss curve").first
    expect(chart).to_be_visible()
    wait_for_more_steps(train_page, 2)
    assert re.fullmatch(r"\d\.\d{3}", metric(train_page, "Training loss"))
    expect(train_page.get_by_text(re.compile("^Finished 1 epoch"))).to_be_visible()
    assert metric(train_page, "Step") == "20 / 20"
    assert re.fullmatch(r"\d+\.\d\d%", metric(train_page, "Test accuracy"))
    run = list_runs(server.home)[0][0]
    assert f"{run.test_accuracy:.2%}" == metric(train_page, "Test accuracy")
    expect(train_page.get_by_role("button", name="Start training")).to_be_enabled()


def test_neither_a_reload_nor_another_page_stops_a_run_or_loses_its_curve(
    train_page: Page,
) -> None:
    train_page.get_by_text("More settings").click()
    fill(train_page, "Training images", "60000")
    start(train_page)
    wait_for_more_steps(train_page, 2)
    before = step_of(train_page)
    train_page.reload()
    wait_for_more_steps(train_page, before)
    expect(train_page.get_by_label("Loss curve").first).to_be_visible()
    train_page.get_by_role("link", name="Home").click()
    expect(train_page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    train_page.get_by_role("link", name="Train", exact=True).click()
    wait_for_more_steps(train_page, before + 2)


def test_what_was_set_is_still_there_after_a_visit_to_another_page(train_page: Page) -> None:
    fill(train_page, "Seed", "42")
    train_page.get_by_role("link", name="Home").click()
    expect(train_page.get_by_role("heading", name="mlmusic", level=1)).to_be_visible()
    train_page.get_by_role("link", name="Train", exact=True).click()
    expect(train_page.get_by_label("Seed", exact=True)).to_have_value("42")


def test_stop_works_within_a_second(train_page: Page) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 1)
    train_page.get_by_role("button", name="Stop").click()
    expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()


def test_pause_resume_and_single_steps(train_page: Page) -> None:
    train_page.get_by_role("button", name="One step").click()
    expect(train_page.get_by_text(re.compile("^Paused in epoch 1"))).to_be_visible()
    assert step_of(train_page) == 1
    train_page.get_by_role("button", name="One step").click()
    expect(metric_value(train_page, "Step")).to_have_text(re.compile("^2 /"))
    train_page.get_by_role("button", name="Resume").click()
    wait_for_more_steps(train_page, 3)
    train_page.get_by_role("button", name="Pause").click()
    expect(train_page.get_by_text(re.compile("^Paused in epoch 1"))).to_be_visible()


def test_a_second_tab_sees_the_same_run_and_cannot_start_another(
    train_page: Page, browser: Browser, server: Server
) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 1)
    other = browser.new_page()
    other.goto(f"{server.url}/Train")
    other.set_default_timeout(WAIT_MS)
    wait_for_more_steps(other, 1)
    expect(other.get_by_role("button", name="Start training")).to_be_disabled()
    other.get_by_role("button", name="Stop").click()
    expect(train_page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
    other.close()


def test_nothing_is_fetched_from_outside(page: Page, server: Server) -> None:
    outside: list[str] = []
    page.on(
        "request",
        lambda request: (
            outside.append(request.url)
            if not request.url.startswith((server.url, "data:", "blob:"))
            else None
        ),
    )
    for name in ("", "Train", "Evaluate", "Audio"):
        page.goto(f"{server.url}/{name}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert outside == []


def test_ctrl_c_in_the_middle_of_a_run_ends_the_server_cleanly(page: Page, tmp_path: Path) -> None:
    server = Server(tmp_path / "runs")
    page.goto(f"{server.url}/Train")
    start(page)
    wait_for_more_steps(page, 1)
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
    assert list_runs(server.home)[0][0].status == "stopped"


def test_test_digits_filters_and_the_sentence_move_while_it_learns(train_page: Page) -> None:
    expect(train_page.get_by_alt_text(re.compile("^Test digit . not read yet"))).to_have_count(0)
    expect(train_page.get_by_alt_text(re.compile("^Test digit ., "))).to_have_count(10)
    start(train_page)
    wait_for_more_steps(train_page, 4)
    expect(train_page.get_by_alt_text(re.compile(r"^Test digit \d, read as \d: "))).to_have_count(
        10
    )
    expect(train_page.get_by_alt_text(re.compile("^The 32 filters"))).to_be_visible()
    expect(train_page.get_by_text(re.compile("^The training loss is "))).to_be_visible()
    wait_for_more_steps(train_page, 20)
    train_page.get_by_role("radio", name="its mistakes").click()
    expect(train_page.get_by_alt_text(re.compile(r"^Test digit \d, read as"))).to_have_count(10)


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
    sure = train_page.get_by_text(re.compile(r"% sure$"))
    first = sure.inner_text()
    expect(sure).not_to_have_text(first)  # no new stroke: the network has learned on


def test_the_axis_and_the_smoothing_can_be_changed_while_it_learns(train_page: Page) -> None:
    start(train_page)
    wait_for_more_steps(train_page, 2)
    train_page.get_by_role("radio", name="log").click()
    expect(train_page.get_by_role("radio", name="log")).to_be_checked()
    slider = train_page.get_by_role("slider", name="Smoothing")
    slider.focus()
    train_page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("0.89")
    expect(train_page.get_by_label("Loss curve").first).to_be_visible()


def test_the_page_says_how_long_a_run_will_take(train_page: Page) -> None:
    expect(
        train_page.get_by_text(re.compile(r"1,200 steps and takes about .*(s|min)"))
    ).to_be_visible()


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("Batch size", "60001", "batch_size=60001 cannot be used"),
        ("Epochs", "0", "epochs=0 cannot be used"),
        ("Seed", "-1", "seed=-1 cannot be used"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_reason(
    train_page: Page, label: str, value: str, reason: str
) -> None:
    fill(train_page, label, value)
    expect(train_page.get_by_text(reason)).to_be_visible()
    expect(train_page.get_by_role("button", name="Start training")).to_be_disabled()


def test_a_learning_rate_of_10_is_said_to_diverge(train_page: Page) -> None:
    fill(train_page, "Learning rate", "10")
    start(train_page)
    expect(train_page.get_by_text(re.compile("is diverging|beyond all bounds"))).to_be_visible()


def test_the_article_and_the_layer_table_stand_below(train_page: Page) -> None:
    expect(train_page.get_by_role("heading", name="What you are looking at")).to_be_visible()
    expect(train_page.get_by_role("cell", name="3,274,634")).to_be_visible()


def test_a_newcomer_gets_from_the_first_page_to_a_run_by_what_is_written(
    page: Page, server: Server
) -> None:
    page.goto(server.url)
    page.get_by_role("link", name="Watch it learn").click()
    page.get_by_role("button", name="Start training").click()
    wait_for_more_steps(page, 1)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped in epoch 1"))).to_be_visible()
