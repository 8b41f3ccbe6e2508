"""Whatever weights say, they are refused or finite."""

import json
import struct
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlmusic.digits.model import new_network
from mlmusic.digits.weights import pack_weights, unpack_weights
from mlmusic.errors import InputError
from tests.properties.trying import EDITS, JSON, attempt, edited, kind, tried

PACKED = pack_weights(new_network(seed=0), half=True)
LENGTH = 8 + int.from_bytes(PACKED[:8], "little")  # of the header
HEADER = json.loads(PACKED[8:LENGTH])
SIDES = st.integers(0, 5) | st.sampled_from([-1, 2**31, 2**62, 2**63 - 1, 2**64 - 1, 2**64])
TENSORS = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F16", "F32", "BF16", "F64", "I64", "C64", "F4", "F8_E4M3", "X"]),
        "shape": st.lists(SIDES, max_size=4),
        "data_offsets": st.sampled_from([[0, 0], [0, 64]]) | st.lists(SIDES, max_size=3),
    }
)
VALUES = st.sampled_from([0, 1, -1, 64, 2**63, 2**64 - 1, "F32", "BF16", "I16", [32], [0, 64], {}])


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """Draw the header with some values changed, or one of other tensors; its length may lie."""
    if draw(st.booleans()):
        header = json.loads(json.dumps(HEADER))
        for name in draw(st.lists(st.sampled_from(sorted(HEADER)), max_size=2)):
            field = draw(st.sampled_from(["dtype", "shape", "data_offsets", "other"]))
            header[name][field] = draw(VALUES | JSON | st.lists(SIDES, max_size=4))
    else:
        names = st.sampled_from([*sorted(HEADER), "__metadata__"]) | st.text(max_size=4)
        header = draw(st.dictionaries(names, TENSORS, max_size=3))
    text = json.dumps(header).encode()
    length = draw(st.just(len(text)) | st.sampled_from([0, 10**8 + 1, 2**63, 2**64 - 1]))
    return struct.pack("<Q", length) + text


def test_whatever_weights_say_they_are_refused_or_finite() -> None:
    ends = Counter[str]()
    bodies = st.just(PACKED[LENGTH:]) | st.binary(max_size=64)
    places = st.sampled_from([0, LENGTH])  # the header, or the first weights alone
    broken = st.builds(edited, st.just(PACKED), EDITS, places)

    @tried(60)
    @given(broken | st.builds(bytes.__add__, headers(), bodies) | st.binary(max_size=64))
    def check(content: bytes) -> None:
        network = attempt(unpack_weights, content, name="w")
        ends[kind(network)] += 1
        if not isinstance(network, InputError):
            assert all(value.isfinite().all() for value in network.parameters())

    check()
    assert min(ends["AlexNet"], ends["InputError"]) > 4


@pytest.mark.parametrize("side", [2**63, 2**64 - 1])
def test_an_empty_tensor_with_an_endless_side_is_refused(side: int) -> None:
    tensor = {"dtype": "F32", "shape": [0, side], "data_offsets": [0, 0]}
    header = json.dumps({"conv1.bias": tensor}).encode()
    with pytest.raises(InputError, match="w is not a safetensors file of weights"):
        unpack_weights(struct.pack("<Q", len(header)) + header, name="w")
