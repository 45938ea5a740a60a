"""Small real files, made in memory: what people send, what phones write, and what attackers send.

Pictures come from the encoders; films and documents are put together box by box, so that their structure is
right while nothing is downloaded.
"""

import io
import struct
from functools import cache
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

GPS = {1: "N", 2: (41.0, 23.0, 12.5), 3: "E", 4: (2.0, 9.0, 59.9), 29: "2024:05:01"}
OWNER = "Avery Quill"
PLACE = "+41.3868+002.1666/"
"""Where ``*_with_gps`` were taken, and whose camera it was; neither may reach who is shown a derivative."""

MARKER = b"<script>alert(document.domain)</script>"
"""What the polyglots carry."""


def picture(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Red at the left, blue at the right, a white mark at the top left: turned is told from upright."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height), fill=(30, 30, 200))
    draw.rectangle((0, 0, width // 8, height // 8), fill=(255, 255, 255))
    if mode == "P":
        return image.quantize(16)
    return image if mode == "RGB" else image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Place, owner, camera, and a way up."""
    found = Image.Exif()
    found[0x010F], found[0x0110] = "Quillphone", "Q7"
    found[0x0112], found[0xA430], found[0x013B] = orientation, OWNER, OWNER
    found.get_ifd(0x8825).update(GPS)
    found.get_ifd(0x8769).update({0x9003: "2024:05:01 10:00:00", 0xA430: OWNER})
    return found


def xmp() -> bytes:
    return f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{OWNER}</dc:creator></x:xmpmeta>".encode()


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
        if isinstance(options.get("exif"), Image.Exif):
            options["exif"] = options["exif"].tobytes()  # only then is the way up written as a property
    image.save(target, form, **options)
    return target.getvalue()


@cache
def jpeg(width: int = 96, height: int = 64) -> bytes:
    return saved(picture(width, height), "JPEG", quality=90)


@cache
def noisy_jpeg(width: int = 1600, height: int = 1200) -> bytes:
    """One that no encoder makes small."""
    return saved(Image.effect_noise((width, height), 100).convert("RGB"), "JPEG", quality=95)


@cache
def jpeg_with_gps(orientation: int = 1, width: int = 96, height: int = 64) -> bytes:
    """EXIF with a place, XMP, a comment and IPTC."""
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\x12\x1c\x02\x50\0\x0b" + OWNER.encode() + b"\0\0"
    plain = saved(
        picture(width, height), "JPEG", exif=exif(orientation), xmp=xmp(), comment=f"Photo by {OWNER}"
    )
    return plain[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + plain[2:]


@cache
def png(width: int = 96, height: int = 64) -> bytes:
    return saved(picture(width, height), "PNG")


@cache
def png_with_gps() -> bytes:
    """eXIf, tEXt, zTXt and iTXt."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", OWNER)
    info.add_text("Comment", OWNER * 40, zip=True)
    info.add_itxt("XML:com.adobe.xmp", xmp().decode())
    return saved(picture(), "PNG", pnginfo=info, exif=exif())


@cache
def webp() -> bytes:
    return saved(picture(), "WEBP")


@cache
def webp_with_gps() -> bytes:
    return saved(picture(), "WEBP", exif=exif(), xmp=xmp())


@cache
def gif(frames: int = 1) -> bytes:
    first = picture(mode="P")
    if frames == 1:
        return saved(first, "GIF", comment=f"made by {OWNER}")
    rest = [Image.new("P", (96, 64), number % 250) for number in range(1, frames)]
    return saved(first, "GIF", save_all=True, append_images=rest, duration=40)


@cache
def avif() -> bytes:
    return saved(picture(), "AVIF", exif=exif(), xmp=xmp())


@cache
def heic() -> bytes:
    return saved(picture(), "HEIF", exif=exif(), xmp=xmp())


def heif() -> bytes:
    """The same under a brand that does not say how it is encoded."""
    brands = int.from_bytes(heic()[:4], "big") // 4 - 4
    return ftyp(b"mif1", *[b"mif1", b"miaf", *[b"mif1"] * brands][:brands]) + heic()[brands * 4 + 16 :]


def pdf() -> bytes:
    """One page that says nothing, with a cross-reference table that is true."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    )
    body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n%btrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(body),
        )
    )


def box(kind: bytes, *parts: bytes) -> bytes:
    """An ISO base media box (ISO/IEC 14496-12 §4.2)."""
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def ftyp(major: bytes, *compatible: bytes, minor: int = 0) -> bytes:
    return box(b"ftyp", major, struct.pack(">I", minor), *compatible)


def mp4() -> bytes:
    """One frame, one track, and where it was filmed in ``©xyz``."""
    return _film(ftyp(b"mp42", b"isom", b"mp42", minor=512))


def mov() -> bytes:
    """As phones write it: ``wide`` before the data."""
    return _film(ftyp(b"qt  ", b"qt  ") + box(b"wide"))


def old_mov() -> bytes:
    """QuickTime from before brands."""
    return _film(b"")


def webm() -> bytes:
    """EBML header, segment with info, one video track and a cluster of one block."""
    track = _ebml(0xD7, b"\1") + _ebml(0x73C5, b"\1") + _ebml(0x83, b"\1") + _ebml(0x86, b"V_VP8")
    video = _ebml(0xE0, _ebml(0xB0, b"\x60") + _ebml(0xBA, b"\x40"))
    info = _ebml(0x1549A966, _ebml(0x2AD7B1, b"\x0f\x42\x40") + _ebml(0x5741, b"gigdesk"))
    cluster = _ebml(0x1F43B675, _ebml(0xE7, b"\0") + _ebml(0xA3, b"\x81\0\0\x80" + bytes(16)))
    segment = info + _ebml(0x1654AE6B, _ebml(0xAE, track + video)) + cluster
    return ebml_header(b"webm") + _ebml(0x18538067, segment)


def ebml_header(doc_type: bytes) -> bytes:
    numbers = b"".join(_ebml(element, bytes([value])) for element, value in _EBML_NUMBERS)
    versions = _ebml(0x4287, b"\4") + _ebml(0x4285, b"\2")
    return _ebml(0x1A45DFA3, numbers + _ebml(0x4282, doc_type) + versions)


def eicar() -> bytes:
    """The test file that every scanner finds; in two pieces, so that no scanner finds this module."""
    return rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def jpeg_with_eicar() -> bytes:
    """A real photo that carries it, so that it comes past the check of types."""
    return jpeg() + eicar()


def svg() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + MARKER + b"</svg>"


def html() -> bytes:
    return b"<!doctype html><html><body>" + MARKER + b"</body></html>"


def zipped(name: str = "index.html", content: bytes = MARKER) -> bytes:
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def every_type() -> dict[str, bytes]:
    """A file of each type that is taken, by its IANA name."""
    return {
        "image/jpeg": jpeg(),
        "image/png": png(),
        "image/webp": webp(),
        "image/avif": avif(),
        "image/gif": gif(),
        "image/heic": heic(),
        "image/heif": heif(),
        "application/pdf": pdf(),
        "video/mp4": mp4(),
        "video/quicktime": mov(),
        "video/webm": webm(),
    }


def polyglots() -> list[tuple[str, bytes]]:
    """Files of two natures, and files that are not what they are called."""
    from polyglots import corpus

    return corpus()


def phones() -> list[tuple[str, bytes, str]]:
    """Who writes it, how it begins, what it is."""
    from phones import corpus

    return corpus()


_EBML_NUMBERS = ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))


def _ebml(element: int, body: bytes) -> bytes:
    name = element.to_bytes((element.bit_length() + 7) // 8, "big")
    return name + (0x10000000 | len(body)).to_bytes(4, "big") + body


def _film(lead: bytes) -> bytes:
    data = box(b"mdat", struct.pack(">I", 4) + b"\x65\x88\x84\0")
    return lead + data + box(b"moov", _movie_header(), _track(len(lead) + 8), _taken_at())


def _taken_at() -> bytes:
    place = struct.pack(">HH", len(PLACE), 0x15C7) + PLACE.encode()
    return box(b"udta", box(b"\xa9xyz", place))


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", flags), *parts)


def _words(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def _movie_header() -> bytes:
    return _full(b"mvhd", _words(0, 0, 1000, 40, 0x10000, 0x01000000, 0, 0), _MATRIX, bytes(24), _words(2))


def _track(data_at: int) -> bytes:
    header = _full(b"tkhd", _words(0, 0, 1, 0, 40, 0, 0, 0, 0), _MATRIX, _words(96 << 16, 64 << 16), flags=7)
    media = _full(b"mdhd", _words(0, 0, 1000, 40, 0x55C40000))
    handler = _full(b"hdlr", _words(0), b"vide", bytes(12), b"video\0")
    source = box(b"dinf", _full(b"dref", _words(1), _full(b"url ", flags=1)))
    return box(
        b"trak",
        header,
        box(
            b"mdia", media, handler, box(b"minf", _full(b"vmhd", bytes(8), flags=1), source, _table(data_at))
        ),
    )


def _table(data_at: int) -> bytes:
    settings = box(b"avcC", bytes.fromhex("0142c00affe1000467 42c00a01000468ce3c80".replace(" ", "")))
    look = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HHIIIH", 96, 64, 0x480000, 0x480000, 0, 1)
    frame = box(b"avc1", look, bytes(32), b"\0\x18\xff\xff", settings)
    return box(
        b"stbl",
        _full(b"stsd", _words(1), frame),
        _full(b"stts", _words(1, 1, 40)),
        _full(b"stsc", _words(1, 1, 1, 1)),
        _full(b"stsz", _words(0, 1, 8)),
        _full(b"stco", _words(1, data_at)),
    )


_MATRIX = _words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
