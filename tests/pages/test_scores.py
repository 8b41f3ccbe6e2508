"""The section on how good a network is, on an artificial evaluation, without a browser."""

import json
import re

import pytest
import torch
from streamlit.testing.v1 import AppTest

from mlmusic.digits.evaluation import Evaluation
from mlmusic.digits.metrics import confused, mistakes
from mlmusic.digits.mnist import load_mnist


def artificial(*, errors: int = 200, seed: int = 0) -> Evaluation:
    """Return an evaluation of the 10,000 test images with so many of them read wrong."""
    generator = torch.Generator().manual_seed(seed)
    labels = load_mnist().test_labels
    said = labels.clone()
    wrong = torch.randperm(len(labels), generator=generator)[:errors]
    said[wrong] = (labels[wrong] + torch.randint(1, 10, (errors,), generator=generator)) % 10
    logits = torch.randn(len(labels), 10, generator=generator)
    logits[torch.arange(len(labels)), said] = 4 + 4 * torch.rand(len(labels), generator=generator)
    loss = torch.nn.functional.cross_entropy(logits, labels).item()
    return Evaluation(logits.softmax(1), labels, loss, 2.0)


def page(errors: int = 200) -> None:
    import streamlit as st
    from torch import Tensor, nn

    from mlmusic.app.ongoing_evaluation import OngoingEvaluation
    from mlmusic.app.scores import show_scores
    from mlmusic.errors import InputError
    from tests.pages.test_scores import artificial

    class ReadsOnlyOnes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Parameter(nn.functional.one_hot(Tensor([1]).long(), 10).float())

        def forward(self, pixels: Tensor) -> Tensor:
            return self.one.expand(len(pixels), 10)

    @st.cache_resource
    def ones() -> OngoingEvaluation:
        return OngoingEvaluation(ReadsOnlyOnes())  # type: ignore[arg-type]

    def damaged() -> OngoingEvaluation:
        raise InputError("weights.safetensors is not a safetensors file")

    show_scores(
        artificial(errors=errors), name="tried", others={"only ones": ones, "damaged": damaged}
    )


def opened(tab: str | None = None, *, errors: int = 200) -> AppTest:
    app = AppTest.from_function(page, kwargs={"errors": errors}, default_timeout=30)
    if tab:
        app.session_state["scores_tab"] = tab
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(str(item.value) for kind in ("caption", "markdown") for item in app.get(kind))


def html(app: AppTest) -> str:
    return "".join(item.proto.body for item in app.get("html"))


def shown(app: AppTest) -> list[str]:
    return re.findall(r'alt="([^"]*)"', html(app))


def choose(app: AppTest, label: int, prediction: int) -> AppTest:
    app.selectbox(key="true_digit").set_value(label)
    app.selectbox(key="read_as").set_value(prediction).run()
    assert not app.exception
    return app


def test_loss_and_time_have_their_units() -> None:
    assert re.search(r"Test loss 0\.\d{4} nats an image", texts(opened()))
    assert "10,000 images were read in 2.0 s, 5,000 a second" in texts(opened())


def test_the_fullest_cell_of_mistakes_is_shown_at_first() -> None:
    app, confusion = opened(), artificial().confusion.fill_diagonal_(0)
    label, prediction = (app.selectbox(key=key).value for key in ("true_digit", "read_as"))
    assert confusion[label, prediction] == confusion.max() == len(shown(app))


@pytest.mark.parametrize(("label", "prediction"), [(4, 9), (8, 3)])
def test_the_images_of_a_cell_are_those_very_images(label: int, prediction: int) -> None:
    app = choose(opened(), label, prediction)
    indices = confused(artificial(), label=label, prediction=prediction).tolist()
    article = "an" if label == 8 else "a"
    assert shown(app) == [
        f"Test image {index:,}: {article} {label}, read as {prediction}" for index in indices
    ]
    assert f"**{len(indices)}** of the" in texts(app)


def test_the_cell_asks_for_its_digit_to_be_drawn() -> None:
    app = choose(opened(), 8, 3)
    next(one for one in app.button if one.label == "Draw an 8 yourself").click().run()
    assert app.session_state["asked_digit"] == 8
    assert app.session_state["sketch"]["strokes"] == []


def test_of_a_full_cell_the_least_sure_are_shown() -> None:
    app = choose(opened(), 1, 1)
    assert len(shown(app)) == 60
    assert "of the 1,135 images of a 1 were read as a 1" in texts(app)
    assert "These are the 60 least sure." in texts(app)


def test_an_empty_cell_says_so() -> None:
    app = choose(opened(errors=0), 4, 9)
    assert "None of the 982 images of a 4 was read as a 9." in texts(app)
    assert shown(app) == []
    assert not app.button  # there is none to be drawn


def test_a_click_on_the_matrix_chooses_its_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    clicked = {"selection": {"cell": [{"label": 7, "prediction": 2}]}}
    (chart,) = app.get("vega_lite_chart")
    states = chart.root.get_widget_states  # type: ignore[union-attr]

    def with_click():  # type: ignore[no-untyped-def]
        answer = states()
        answer.widgets.add(id=chart.proto.id, string_value=json.dumps(clicked))
        return answer

    monkeypatch.setattr(chart.root, "get_widget_states", with_click)
    app.run()
    assert not app.exception
    assert (app.selectbox(key="true_digit").value, app.selectbox(key="read_as").value) == (7, 2)
    assert all(text.endswith("a 7, read as 2") for text in shown(app))


def test_the_table_has_a_row_for_each_digit() -> None:
    (table,) = opened("Digits").table
    assert table.value.shape == (10, 4)
    assert table.value["Images"].tolist()[4] == "982"
    assert table.value["Recall"].str.endswith("%").all()


def test_the_most_confident_mistakes_come_first() -> None:
    app = opened("Mistakes")
    first = int(mistakes(artificial())[0])
    assert len(shown(app)) == 30
    assert shown(app)[0].startswith(f"Test image {first:,}: ")
    assert "**200** of 10,000 images are read wrong; these are the 30" in texts(app)
    assert "about 15 of the 10,000 labels are known to be wrong" in texts(app)


def test_a_network_without_mistakes_has_none_to_show() -> None:
    assert "No mistakes" in texts(opened("Mistakes", errors=0))
    assert not opened(errors=0).exception


def test_a_second_network_is_evaluated_and_compared() -> None:
    app = opened("Comparison")
    for _ in range(100):  # each run of the page measures a slice
        if "Only the second is right" in texts(app):
            break
        app.run()
    right = artificial().predictions == artificial().labels
    ones = artificial().labels == 1
    assert f"Both are right on {int((right & ones).sum()):,} of 10,000" in texts(app)
    assert f"**Only the second is right:** {int((~right & ones).sum()):,} images" in texts(app)
    assert any(text.endswith("by the second network as 1") for text in shown(app))


def test_a_second_network_that_cannot_be_used_is_named() -> None:
    app = opened("Comparison")
    app.selectbox(key="compare_with").set_value("damaged").run()
    assert r"weights\.safetensors is not a safetensors file" in app.error[0].value


def test_the_calibration_curve_is_explained() -> None:
    app = opened("Calibration")
    assert "expected calibration error" in texts(app)
    assert "Calibration curve" in app.get("vega_lite_chart")[0].proto.spec


def test_after_a_choice_by_hand_the_chart_is_another_one() -> None:
    """The old one would not report a second click on the same cell."""
    app = opened()
    charts = [app.get("vega_lite_chart")[0].proto.id]
    for digit in (5, 6):
        app.selectbox(key="read_as").select(digit).run()
        charts.append(app.get("vega_lite_chart")[0].proto.id)
    assert len(set(charts)) == 3
