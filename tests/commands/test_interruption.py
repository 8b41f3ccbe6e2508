"""Ctrl-C on the command line."""

import signal

import pytest

from mlmusic.commands.interruption import interruption


def test_ctrl_c_is_noted_and_a_second_one_acts_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruption() as is_interrupted:
        assert not is_interrupted()
        signal.raise_signal(signal.SIGINT)
        assert is_interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before
