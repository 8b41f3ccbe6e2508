"""The whole song's waveform in as many columns as a picture has: lowest and highest sample."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mlmusic.audio.clip import Clip, FloatArray
from mlmusic.folding import Edges, fold_edges

COLUMNS = 1000


@dataclass(frozen=True)
class Overview:
    """Each column spans the samples between two edges; a click in it is one of its ends."""

    lowest: FloatArray  # (columns,), full scale [-1, 1]
    highest: FloatArray  # (columns,)
    edges: Edges  # (columns + 1,): the sample where each column begins, and the end
    sample_rate: int  # Hz


def overview(clip: Clip, channel: str = "mix", *, columns: int = COLUMNS) -> Overview:
    """Return the lowest and the highest sample of each column of a clip.

    No more than one column's samples are in memory at a time.

    Parameters
    ----------
    clip : Clip
    channel : str
        One of ``clip.channel_choices``.
    columns : int > 0
        As many as samples where these are fewer.

    Raises
    ------
    InputError
        If the clip has no such channel.
    """
    edges = fold_edges(clip.samples.shape[1], columns)
    lowest = np.empty(len(edges) - 1, np.float32)
    highest = np.empty_like(lowest)
    for column, (begin, end) in enumerate(pairwise(edges)):
        samples = clip.part(begin, end, channel)
        lowest[column], highest[column] = samples.min(), samples.max()
    return Overview(lowest, highest, edges, clip.sample_rate)
