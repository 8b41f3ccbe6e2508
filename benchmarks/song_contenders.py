"""From the bytes of a song to three pictures: mlmusic, and as users of others would write it.

``python -m benchmarks.song_contenders NAME SONG SHORT_SONG`` does it once, after a short song
that does not count: what is loaded at the first call is loaded then.
"""

import io
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import STATUS, tell

if TYPE_CHECKING:
    from mlmusic.audio.clip import Clip
    from mlmusic.audio.spectrum import Spectra

Work = Callable[[bytes], object]


def decoding() -> Work:
    """Decode alone."""
    from mlmusic.audio.decode import decode

    return lambda content: decode(io.BytesIO(content))


def mlmusic() -> Work:
    """Decode, compute and draw, as the app and the command line do."""
    from mlmusic.audio.decode import decode

    def work(content: bytes) -> None:
        clip = decode(io.BytesIO(content))
        _draw(_spectra(clip))

    return work


def another_look() -> Work:
    """Draw the pictures in other colours: of the short song, whose spectra are there."""
    from mlmusic.audio.decode import decode

    spectra = None

    def work(content: bytes) -> None:
        nonlocal spectra
        if spectra is None:
            spectra = _spectra(decode(io.BytesIO(content)))
        _draw(spectra, colour_map="viridis")

    return work


def torchaudio() -> Work:
    """Three transforms of torchaudio, and three images of whole matrices."""
    import matplotlib.pyplot as plt
    import torchaudio
    from torchaudio import transforms

    stft = {"n_fft": 2048, "hop_length": 512}

    def work(content: bytes) -> None:
        samples, sample_rate = torchaudio.load(io.BytesIO(content))
        mono = samples.mean(dim=0)
        decibels = transforms.AmplitudeToDB(top_db=80)
        pictures = (
            decibels(transforms.Spectrogram(**stft)(mono)),
            decibels(transforms.MelSpectrogram(sample_rate, n_mels=128, **stft)(mono)),
            transforms.MFCC(sample_rate, n_mfcc=13, melkwargs={"n_mels": 128, **stft})(mono),
        )
        figure, axes = plt.subplots(1, 3, figsize=(15, 4))
        for one, picture in zip(axes, pictures, strict=True):
            one.imshow(picture, origin="lower", aspect="auto")
        figure.savefig(io.BytesIO())
        plt.close(figure)

    return work


def librosa() -> Work:
    """Three features of librosa, and three times its specshow."""
    import librosa
    import librosa.display
    import matplotlib.pyplot as plt
    import numpy as np

    def work(content: bytes) -> None:
        mono, sample_rate = librosa.load(io.BytesIO(content), sr=None)
        mel = librosa.feature.melspectrogram(y=mono, sr=sample_rate)
        figure, axes = plt.subplots(1, 3, figsize=(15, 4))
        for one, picture, rows in (
            (axes[0], librosa.amplitude_to_db(np.abs(librosa.stft(mono)), ref=np.max), "hz"),
            (axes[1], librosa.power_to_db(mel, ref=np.max), "mel"),
            (axes[2], librosa.feature.mfcc(y=mono, sr=sample_rate, n_mfcc=13), None),
        ):
            librosa.display.specshow(picture, sr=sample_rate, x_axis="time", y_axis=rows, ax=one)
        figure.savefig(io.BytesIO())
        plt.close(figure)

    return work


def _spectra(clip: "Clip") -> "Spectra":
    """Return the spectra of a whole clip, folded to a picture's columns."""
    from mlmusic.audio.settings import SpectrumSettings
    from mlmusic.audio.spectrum import compute_spectra
    from mlmusic.audio.waveform import clip_part
    from mlmusic.plots.rows import COLUMNS

    return compute_spectra(clip_part(clip), clip.sample_rate, SpectrumSettings(), columns=COLUMNS)


def _draw(spectra: "Spectra", *, colour_map: str = "magma") -> None:
    """Draw the three pictures as PNG."""
    from mlmusic.plots.png import png_bytes
    from mlmusic.plots.rows import mel_rows, mfcc_rows, stft_rows
    from mlmusic.plots.spectrograms import mel_figure, mfcc_figure, stft_figure
    from mlmusic.plots.view import View

    view = View(duration_s=spectra.duration_s, colour_map=colour_map)
    mel = mel_rows(spectra.mel_db, frequencies=spectra.mel_frequencies)
    for figure in (
        stft_figure(stft_rows(spectra.stft_db, sample_rate=spectra.sample_rate), view),
        mel_figure(mel, view),
        mfcc_figure(mfcc_rows(spectra.mfcc), view),
    ):
        png_bytes(figure)


def main() -> None:
    """Do one contender's work, and tell how long it took."""
    name, song, short_song = sys.argv[1:]
    if STATUS.exists():  # whole matrices of a long song must not take the machine's last memory
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(one for one in lines if one.startswith("MemAvailable"))
        most = int(free.split()[1]) * 1024 * 3 // 4
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    work = CONTENDERS[name]()
    content = Path(song).read_bytes()
    work(Path(short_song).read_bytes())
    tell(lambda: work(content))


CONTENDERS: dict[str, Callable[[], Work]] = {
    "decoding": decoding,
    "mlmusic": mlmusic,
    "look": another_look,
    "torchaudio": torchaudio,
    "librosa": librosa,
}

if __name__ == "__main__":
    main()
