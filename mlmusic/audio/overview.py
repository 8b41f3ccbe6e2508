"""The whole song's waveform in as many columns as a picture has: lowest and highest sample."""

from dataclasses import dataclass

import numpy as np

from mlmusic.folding import Edges, FloatArray, fold_edges

COLUMNS = 1000  # of an overview; a shorter song has one for each sample
FINE = 16 * 1024  # columns while the song goes on; the more, the evener are those in the end


@dataclass(frozen=True)
class Overview:
    """Even columns over a whole song; a click in one is one of its ends."""

    lowest: FloatArray  # (columns,), full scale [-1, 1]
    highest: FloatArray  # (columns,)


class OverviewWriter:
    """Takes the samples of a song as they are decoded; how many there will be is not known.

    Each of its fine columns holds one sample at first. When there are too many of them, two
    neighbours become one: its memory stays the same, however long the song.

    Parameters
    ----------
    rows : int > 0
        Waveforms that are seen at once, as the mix and two channels.
    """

    def __init__(self, rows: int) -> None:
        self._lowest = np.full((rows, FINE), np.inf, np.float32)
        self._highest = np.full((rows, FINE), -np.inf, np.float32)
        self._width = 1  # samples in a fine column
        self._length = 0  # samples so far

    def append(self, block: FloatArray) -> None:
        """See a block, shape (rows, samples)."""
        begin, end = self._length, self._length + block.shape[1]
        while end > FINE * self._width:
            self._fold_in_pairs()
        columns = slice(begin // self._width, -(-end // self._width))
        starts = np.maximum(np.arange(columns.start, columns.stop) * self._width - begin, 0)
        if len(starts):
            for edge, extreme in ((self._lowest, np.minimum), (self._highest, np.maximum)):
                found = extreme.reduceat(block, starts, axis=1)
                edge[:, columns] = extreme(edge[:, columns], found)
        self._length = end

    def close(self) -> tuple[list[Overview], Edges]:
        """Return the overview of each row, and the sample where each column begins and ends."""
        edges = fold_edges(-(-self._length // self._width), COLUMNS)
        lowest = np.minimum.reduceat(self._lowest, edges[:-1], axis=1)
        highest = np.maximum.reduceat(self._highest, edges[:-1], axis=1)
        overviews = [Overview(*row) for row in zip(lowest, highest, strict=True)]
        return overviews, np.minimum(edges * self._width, self._length)

    def _fold_in_pairs(self) -> None:
        """Let each fine column be twice as wide."""
        half = FINE // 2
        self._lowest[:, :half] = np.minimum(self._lowest[:, ::2], self._lowest[:, 1::2])
        self._highest[:, :half] = np.maximum(self._highest[:, ::2], self._highest[:, 1::2])
        self._lowest[:, half:], self._highest[:, half:] = np.inf, -np.inf
        self._width *= 2
