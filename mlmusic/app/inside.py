"""What a network makes of one drawing: why centring matters, what it does, what is nearest."""

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from mlmusic.app.addresses import png_address, svg_address
from mlmusic.app.nearest import show_nearest
from mlmusic.app.percentages import percentage
from mlmusic.app.reading import reader
from mlmusic.app.sketchpad import SIDE
from mlmusic.digits.evaluation import classify
from mlmusic.digits.explaining import feature_maps, hidden_direction, saliency
from mlmusic.digits.model import AlexNet
from mlmusic.digits.normalise import Picture
from mlmusic.digits.placement import placement_of_strokes, uncentred_picture
from mlmusic.digits.sketch import read_strokes
from mlmusic.plots.digits import enlarged
from mlmusic.plots.drawing import AGAINST, FOR, Colour, drawing_svg, map_grid, saliency_picture
from mlmusic.plots.theme import THEMES, Theme

PEN = 0.05 * SIDE  # as thick as the pad's pen at first; later on the browser alone knows


@dataclass(frozen=True)
class _Findings:
    """What a network makes of a picture, and of the one that nobody centred."""

    probabilities: Tensor  # (2, 10): with centring and without
    maps: tuple[Tensor, Tensor]
    saliency: Tensor  # (28, 28), for the guess
    direction: Tensor  # (1024,)

    @property
    def guess(self) -> int:
        """The likeliest digit of the centred picture."""
        return int(self.probabilities[0].argmax())


def show_inside(
    network: AlexNet, strokes: object, picture: Picture | None, *, network_key: str
) -> None:
    """Show why centring matters, what the network does, and the nearest test images.

    Parameters
    ----------
    network : AlexNet
        It may be in training meanwhile.
    strokes : nested sequence, ``[[[x, y], ...], ...]``
        In the sketch pad's units, as `read_strokes` accepts them.
    picture : array, shape (28, 28), or None
        What `picture_of_strokes` made of them. None where nothing is drawn.
    network_key : str
        Tells networks apart: what was computed for one is kept under it.
    """
    if picture is None:
        st.caption("Draw a digit, and here you see what the network does with it.")
        return
    uncentred = uncentred_picture(strokes, side=SIDE, pen=PEN)
    findings = reader().submit(_find, network, picture, uncentred).result()
    theme = THEMES["dark" if st.context.theme.type == "dark" else "light"]
    st.html(f"{_centring(strokes, picture, uncentred, findings, theme)}{_STYLE}")
    st.html(_doing(picture, findings))
    show_nearest(network, findings.direction, network_key=network_key)


def _find(network: AlexNet, picture: Picture, uncentred: Picture) -> _Findings:
    """Compute all that is shown of a drawing."""
    centred = torch.from_numpy(picture)
    probabilities = classify(network, torch.stack([centred, torch.from_numpy(uncentred)]))
    return _Findings(
        probabilities,
        feature_maps(network, centred),
        saliency(network, centred, int(probabilities[0].argmax())),
        hidden_direction(network, centred),
    )


def _centring(
    strokes: object, picture: Picture, uncentred: Picture, findings: _Findings, theme: Theme
) -> str:
    """Return the drawing, and the guess with centring beside the one without."""
    placement = placement_of_strokes(strokes)
    if placement is None:  # a picture that was not drawn here
        return ""
    drawing = drawing_svg(
        read_strokes(strokes),
        side=SIDE,
        pen=PEN,
        corner=placement.corner,
        size=placement.size,
        centre_of_mass=placement.centre_of_mass,
        frame=placement.frame,
        frame_side=placement.frame_side,
        theme=theme,
    )
    with_it, without = (_guess(row) for row in findings.probabilities)
    figures = (
        _figure(
            svg_address(drawing),
            "Your drawing with its bounding box and its centre of mass",
            "<b>Your drawing.</b> The dashed box is fitted into 20 × 20 pixels, and the cross, "
            "its centre of mass, is put in the middle of 28 × 28, the dotted square.",
        ),
        _figure(
            png_address(enlarged(picture, times=1)),
            f"The picture with centring, read as {with_it}",
            f"<b>With centring</b> it is read as <b>{with_it}</b>.",
        ),
        _figure(
            png_address(enlarged(uncentred, times=1)),
            f"The picture without centring, read as {without}",
            f"<b>Without</b>, the pad merely made smaller, it is read as <b>{without}</b>.",
        ),
    )
    return (
        "<h4>Why centring matters</h4>"
        "<p>The network has only met digits that fill the box and lie in the middle.</p>"
        f'<div class="mlmusic-inside">{"".join(figures)}</div>'
    )


def _doing(picture: Picture, findings: _Findings) -> str:
    """Return the ink that spoke for the guess, and the feature maps of both convolutions."""
    guess = findings.guess
    first, second = (png_address(map_grid(maps.numpy())) for maps in findings.maps)
    coloured = saliency_picture(picture, findings.saliency.numpy())
    figures = (
        _figure(
            png_address(coloured),
            f"Saliency map: which ink spoke for {guess} and which against it",
            f"<b>Saliency.</b> {_patch(FOR)} Yellow ink spoke for {guess}, {_patch(AGAINST)} "
            "blue ink against it, and grey ink for neither.",
        ),
        _figure(
            first,
            "The 32 feature maps of the first convolution",
            "<b>First convolution:</b> where each of its 32 filters found its small pattern.",
            wide=True,
        ),
        _figure(
            second,
            "The 64 feature maps of the second convolution",
            "<b>Second convolution:</b> where its 64 filters found patterns of those patterns.",
            wide=True,
        ),
    )
    return (
        "<h4>What the network does</h4>"
        f"<p>Which ink decided for {guess}, and what both convolutions found: the brighter, the "
        "more.</p>"
        f'<div class="mlmusic-inside">{"".join(figures)}</div>'
    )


def _guess(probabilities: Tensor) -> str:
    """Return the likeliest digit and how sure the network is."""
    return f"{int(probabilities.argmax())}, {percentage(float(probabilities.max()))} sure"


def _figure(source: str, alternative: str, sentence: str, *, wide: bool = False) -> str:
    """Return a picture with its sentence as HTML; it holds nothing that a person wrote."""
    return (
        f'<figure class="{"wide" if wide else "narrow"}"><img src="{source}" '
        f'alt="{alternative}"><figcaption>{sentence}</figcaption></figure>'
    )


def _patch(colour: Colour) -> str:
    """Return a small square of a colour."""
    return f'<span class="patch" style="background: rgb{colour}"></span>'


_STYLE = """<style>
.mlmusic-inside { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
.mlmusic-inside figure { margin: 0; }
.mlmusic-inside .narrow { width: min(168px, calc(50% - 10px)); }
.mlmusic-inside .wide { flex: 1 1 290px; max-width: 356px; }
.mlmusic-inside img { width: 100%; display: block; image-rendering: pixelated; }
.mlmusic-inside .narrow img { aspect-ratio: 1; border-radius: 4px; }
.mlmusic-inside figcaption { font-size: 14px; line-height: 1.4; margin-top: 6px; }
.mlmusic-inside .patch { display: inline-block; width: 12px; height: 12px; border-radius: 2px;
  border: 1px solid #8a8d99; vertical-align: -1px; }
</style>"""
