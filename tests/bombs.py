"""Pictures that are small as files and huge once somebody believes them."""

import struct
import zlib

import samples
from polyglots import png_chunk


def flood(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20), 9) * 2
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    )


def chunk_bomb(kind: bytes, lead: bytes) -> bytes:
    """A PNG chunk of 200 kB that unpacks to 200 MB."""
    return (
        samples.png()[:33] + png_chunk(kind, lead + zlib.compress(bytes(200 << 20), 9)) + samples.png()[33:]
    )


def gif_of_frames(count: int) -> bytes:
    lead = b"GIF89a\x08\0\x08\0\x80\0\0\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\4\0\1\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\2\2\x4c\1\0"
    return lead + frame * count + b";"


def jpeg_flood() -> bytes:
    """The sample JPEG, whose header promises 65,500 times 65,500 pixels."""
    plain = samples.jpeg()
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", 65500, 65500) + plain[at + 4 :]


def webp_flood() -> bytes:
    canvas = (16382).to_bytes(3, "little") * 2
    return (
        b"RIFF"
        + struct.pack("<I", 22 + 8)
        + b"WEBPVP8X"
        + struct.pack("<I", 10)
        + b"\x02\0\0\0"
        + canvas
        + samples.webp()[12:]
    )


def gif_flood() -> bytes:
    lead = b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6)
    return lead + b"\x2c" + bytes(4) + b"\xff\xff\xff\xff\0\2\2\x4c\1\0;"


# Bytes, declared type, and the reason of the refusal; None where a picture comes out all the same.
BOMBS = {
    "a PNG of 64k by 64k": (flood(65500, 65500), "image/png", "too_many_pixels"),
    "a PNG of 2 billion by 1": (flood(2**31 - 1, 1), "image/png", "too_many_pixels"),
    "a JPEG of 64k by 64k": (jpeg_flood(), "image/jpeg", "too_many_pixels"),
    "a WebP of 16k by 16k": (webp_flood(), "image/webp", None),
    "a GIF of 64k by 64k": (gif_flood(), "image/gif", "too_many_pixels"),
    "a GIF of 10,000 frames": (gif_of_frames(10_000), "image/gif", "too_many_frames"),
    "a packed text of 200 MB": (chunk_bomb(b"zTXt", b"a\0\0"), "image/png", None),
    "an international text of 200 MB": (chunk_bomb(b"iTXt", b"a\0\1\0\0\0"), "image/png", None),
    "a profile of 200 MB": (chunk_bomb(b"iCCP", b"a\0\0"), "image/png", None),
}  # fmt: skip
