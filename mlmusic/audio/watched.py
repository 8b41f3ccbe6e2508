"""A sound file that tells how far it has been read."""

import io
from collections.abc import Callable
from typing import BinaryIO, cast

# Takes the seconds that are decoded, and the share of the whole where that is known.
Report = Callable[[float, float | None], None]


class Watched:
    """What decoders use of a file; every read is told, as the share of the file before it.

    A decoder that answers only at its end is followed by what it reads.
    """

    def __init__(self, file: BinaryIO, on_read: Callable[[float], None]) -> None:
        self._file = file
        self._on_read = on_read
        self._length = max(1, file.seek(0, io.SEEK_END))
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        self._on_read(min(1.0, self._file.tell() / self._length))
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def watched(file: BinaryIO, on_read: Callable[[float], None] | None) -> BinaryIO:
    """Return a file watched; the file itself where nobody listens."""
    return file if on_read is None else cast(BinaryIO, Watched(file, on_read))
