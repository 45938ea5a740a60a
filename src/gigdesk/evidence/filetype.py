"""What a file is, by its first bytes alone; what its name or its sender says is never believed.

Only leading bytes are looked at: whether the rest is what it claims to be, the decoder judges later.
"""

from gigdesk.evidence.model import Kind, MediaType

HEAD_BYTES = 4096
"""So many leading bytes decide; whoever has fewer because the file is smaller gives all of them."""

JPEG = MediaType(name="image/jpeg", extension="jpg", kind=Kind.IMAGE)
PNG = MediaType(name="image/png", extension="png", kind=Kind.IMAGE)
WEBP = MediaType(name="image/webp", extension="webp", kind=Kind.IMAGE)
AVIF = MediaType(name="image/avif", extension="avif", kind=Kind.IMAGE)
GIF = MediaType(name="image/gif", extension="gif", kind=Kind.IMAGE)
HEIC = MediaType(name="image/heic", extension="heic", kind=Kind.IMAGE)
HEIF = MediaType(name="image/heif", extension="heif", kind=Kind.IMAGE)
PDF = MediaType(name="application/pdf", extension="pdf", kind=Kind.PDF)
MP4 = MediaType(name="video/mp4", extension="mp4", kind=Kind.VIDEO)
MOV = MediaType(name="video/quicktime", extension="mov", kind=Kind.VIDEO)
WEBM = MediaType(name="video/webm", extension="webm", kind=Kind.VIDEO)

ALLOWED: tuple[MediaType, ...] = (JPEG, PNG, WEBP, AVIF, GIF, HEIC, HEIF, PDF, MP4, MOV, WEBM)

_BY_NAME = {media_type.name: media_type for media_type in ALLOWED}

# Brands of ISO base media files (ISO/IEC 14496-12 §4.3; registered at mp4ra.org) that settle the type alone.
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")
_AVIF_BRANDS = (b"avif", b"avis", b"avio", b"MA1A", b"MA1B")
_MP4_BRANDS = (
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"isoa"),
    *(b"mp41", b"mp42", b"mp71", b"avc1", b"hvc1", b"hev1", b"M4V ", b"M4VH", b"M4VP", b"mmp4", b"f4v "),
    *(b"dash", b"msdh", b"cmfc", b"cmf2", b"MSNV", b"NDAS", b"NDSC", b"NDSH", b"NDSM", b"NDSP", b"XAVC"),
)
_BRANDS: dict[bytes, MediaType] = {
    **dict.fromkeys(_HEIC_BRANDS, HEIC),
    **dict.fromkeys(_AVIF_BRANDS, AVIF),
    **dict.fromkeys(_MP4_BRANDS, MP4),
    b"qt  ": MOV,
    b"mqt ": MOV,
}
# Says "some HEIF": what is in it stands among the compatible brands (ISO/IEC 23008-12 §10.2).
_ANY_HEIF = (b"mif1", b"mif2", b"msf1", b"miaf", b"MiHB", b"MiHE", b"MiPr")
# Name MP4 brands as compatible and are something else: sound alone, raw photos, JPEG 2000 and XL.
_OTHERS = (
    *(b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"aax ", b"aaxc"),
    *(b"crx ", b"jp2 ", b"jpx ", b"jpm ", b"mjp2", b"jxl ", b"mif3"),
)

# QuickTime from before ``ftyp`` begins with one of these (QuickTime File Format, "Atoms").
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_QUICKTIME_NEXT = (*_OLD_QUICKTIME, b"PICT", b"uuid")
_MOVIE_PARTS = (b"mvhd", b"cmov", b"rmra", b"trak", b"udta", b"iods", b"prfl", b"clip", b"free", b"wide")

_EBML = b"\x1a\x45\xdf\xa3"
_DOC_TYPE = 0x4282
# A real header has seven elements; a real brand list is below a hundred.
_EBML_ELEMENTS = 32
_BRAND_LIST = 512
_PDF_LEAD = 32


def recognise(head: bytes, name: str = "") -> MediaType | None:
    """The type that these leading bytes have, or None where it is none that is taken.

    ``head`` is the file's first ``HEAD_BYTES``, or the whole of a smaller file; with 16 bytes most types are
    told, PDF with 8, WebM and the brand of a HEIF need what their headers take. ``name`` is not believed, and
    is there so that no caller is tempted to judge by it apart.
    """
    first = head[0] if head else -1
    if first == 0xFF:
        return JPEG if head[:3] == b"\xff\xd8\xff" and head[3:4] >= b"\xc0" else None
    if first == 0x89:
        return PNG if head[:8] == b"\x89PNG\r\n\x1a\n" else None
    if first == 0x52:
        return WEBP if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None
    if first == 0x47:
        return GIF if head[:6] in (b"GIF87a", b"GIF89a") else None
    if first == 0x1A:
        return _matroska(head)
    if 0 <= first < 0x20 and len(head) >= 16:  # a size below 512 MiB: text never passes for it
        found = _boxes(head)
        if found:
            return found
    return _document(head)


def media_type(name: str) -> MediaType | None:
    """The type that is taken under this IANA name."""
    return _BY_NAME.get(name)


def allowed_words() -> str:
    """What is taken, for a sentence: ``JPEG, PNG, …``."""
    return "JPEG, PNG, WebP, AVIF, GIF, HEIC, PDF, MP4, MOV, WebM"


def _boxes(head: bytes) -> MediaType | None:
    kind = head[4:8]
    if kind == b"ftyp":
        return _by_brand(head)
    if kind in _OLD_QUICKTIME and _quicktime(head, kind):
        return MOV
    return None


def _by_brand(head: bytes) -> MediaType | None:
    major = head[8:12]
    settled = _BRANDS.get(major)
    if settled or major in _OTHERS:
        return settled
    end = min(int.from_bytes(head[:4], "big"), len(head), _BRAND_LIST)
    compatible = [head[at : at + 4] for at in range(16, end - 3, 4)]
    if major in _ANY_HEIF:
        return _heif(compatible)
    # 3GP of phones, cameras' own brands: taken where they say that an MP4 player can play them.
    return next((MP4 for brand in compatible if brand in _MP4_BRANDS), None)


def _heif(compatible: list[bytes]) -> MediaType:
    named = (_BRANDS.get(brand) for brand in compatible)
    return next((found for found in named if found in (HEIC, AVIF)), HEIF)


def _quicktime(head: bytes, kind: bytes) -> bool:
    size = int.from_bytes(head[:4], "big")
    if kind == b"moov":
        return size >= 16 and head[12:16] in _MOVIE_PARTS
    if kind == b"mdat":
        return size in (0, 1) or size >= 8
    after = head[size + 4 : size + 8]
    return size >= 8 and (len(after) < 4 or after in _QUICKTIME_NEXT)


def _matroska(head: bytes) -> MediaType | None:
    """WebM says so in its EBML header (RFC 8794 §11.2); Matroska of another DocType is not taken."""
    if head[:4] != _EBML:
        return None
    length, at = _vint(head, 4, keep_marker=False)
    end = min(len(head), at + length)
    for _ in range(_EBML_ELEMENTS):
        element, at = _vint(head, at, keep_marker=True)
        size, at = _vint(head, at, keep_marker=False)
        if element == _DOC_TYPE:
            return WEBM if head[at : at + size].rstrip(b"\0") == b"webm" else None
        at += size
        if at >= end:
            break
    return None


def _vint(head: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number of variable size (RFC 8794 §4) and where it ends; past the end of ``head`` for none."""
    first = head[at] if at < len(head) else 0
    width = 9 - first.bit_length()
    if width > 8:
        return 0, len(head) + 1
    number = int.from_bytes(head[at : at + width], "big")
    return (number if keep_marker else number & (1 << 7 * width) - 1), at + width


def _document(head: bytes) -> MediaType | None:
    """PDF by a header that begins the file (ISO 32000-2 §7.5.2), but for a byte order mark and white space.

    Readers search the first 1,024 bytes for it. Here nothing may stand before it: what does is a page or a
    script that carries a PDF.
    """
    lead = head[:_PDF_LEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\f")
    return PDF if lead[:6] in (b"%PDF-1", b"%PDF-2") and lead[6:7] == b"." else None
