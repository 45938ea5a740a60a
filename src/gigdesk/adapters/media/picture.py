"""A stranger's picture in, two plain pictures out. Runs in the child process alone.

What comes out is drawn anew, pixel by pixel, upright and in sRGB: nothing of what else the file carried
(place, owner, camera, comments, profiles, thumbnails, other frames, appended bytes) can come along.
"""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from gigdesk.adapters.media import frames

DERIVATIVE_SIDE = 2560
THUMBNAIL_SIDE = 400
QUALITY = 85

MAX_PIXELS = 50_000_000
"""Of what has to be decoded whole; the largest photos that phones write outside JPEG have 48 megapixels."""

MAX_PIXELS_COSTLY = 25_000_000
"""Of a picture with transparency or a WebP, which take twice the memory."""

MAX_PIXELS_REDUCED = 210_000_000
"""Of a baseline JPEG, which is decoded at a fraction of its size; phones write up to 200 megapixels."""

MAX_FRAMES = 1000
"""Of an animation, of which the first is shown."""

MAX_PROFILE_BYTES = 4 << 20

_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/avif": ("AVIF",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF", "AVIF"),
}
_HEIF = ("image/heic", "image/heif")

# EXIF's orientation → what brings the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PROFILE_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "CMYK": "CMYK"}


class Refused(Exception):  # noqa: N818
    """The picture is not taken; the text is a reason's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What both pictures are, and the size of the larger one in pixels."""

    media_type: str
    width: int
    height: int


def prepare(media_type: str) -> None:
    """Load all code that this type needs; afterwards no file need be opened."""
    from PIL import TiffImagePlugin  # noqa: F401  # reads EXIF

    Image.preinit()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS_REDUCED
    if media_type == "image/webp":
        from PIL import WebPImagePlugin  # noqa: F401
    if media_type == "image/jpeg":
        from PIL import MpoImagePlugin  # noqa: F401
    if media_type in ("image/avif", "image/heif"):
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    if media_type in _HEIF:
        import pillow_heif

        # An embedded thumbnail need not show what the picture shows: only the picture itself is decoded.
        pillow_heif.register_heif_opener(
            thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
        )


def render(source: BinaryIO, media_type: str, derivative: BinaryIO, thumbnail: BinaryIO) -> Rendered:
    """Write both pictures; raises Refused, MemoryError, or whatever a decoder raises."""
    image = _opened(source, media_type)
    drawn = image.mode in ("P", "1") and max(image.size) <= DERIVATIVE_SIDE
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    shown = _in_srgb(_small(image, DERIVATIVE_SIDE), profile)
    if turn is not None:
        shown = shown.transpose(turn)
    shown = _bare(_opaque(shown))
    save = _as_png if drawn or shown.mode == "RGBA" else _as_jpeg
    name = save(shown, derivative)
    width, height = shown.size
    shown.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    save(shown, thumbnail)
    return Rendered(media_type=name, width=width, height=height)


def _opened(source: BinaryIO, media_type: str) -> Image.Image:
    """The picture, judged by its header; nothing is decoded yet."""
    if media_type == "image/gif" and frames.more_than(source, MAX_FRAMES):
        raise Refused("too_many_frames")
    source.seek(0)
    try:
        image: Image.Image = Image.open(source, formats=_FORMATS[media_type])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too_many_pixels") from None
    except UnidentifiedImageError:
        raise Refused("damaged") from None
    if image.width * image.height > _most_pixels(image):
        raise Refused("too_many_pixels")
    if media_type != "image/gif" and getattr(image, "n_frames", 1) > MAX_FRAMES:
        raise Refused("too_many_frames")
    return image


def _most_pixels(image: Image.Image) -> int:
    if image.format in ("JPEG", "MPO") and not image.info.get("progressive"):
        return MAX_PIXELS_REDUCED
    costly = image.format == "WEBP" or image.has_transparency_data
    return MAX_PIXELS_COSTLY if costly else MAX_PIXELS


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001  # EXIF is a guest's handwriting: whatever it does to its reader, it is 1
        return 1


def _small(image: Image.Image, side: int) -> Image.Image:
    """At most so many pixels a side, in RGB, RGBA, L or CMYK."""
    image.draft(None, (side, side))  # a JPEG is decoded at an eighth, a quarter, a half of its size
    plain = _in_plain_mode(image)
    image.load()
    factor = max(plain.size) // side
    if factor > 1:
        large, plain = plain, plain.reduce(factor)
        large.close()
    if plain is not image:
        image.close()
    plain.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=None)
    return plain


def _in_plain_mode(image: Image.Image) -> Image.Image:
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        return image.point(_SIXTEEN_TO_EIGHT).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Shown as its colour profile means; one that cannot be read or does not fit is passed over."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            fits = meant.profile.xcolor_space.strip() == _PROFILE_SPACES.get(image.mode)
            if fits and "sRGB" not in (meant.profile.profile_description or ""):
                shown = ImageCms.profileToProfile(
                    image, meant, ImageCms.createProfile("sRGB"), outputMode=mode
                )
                return shown or image.convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image


def _opaque(image: Image.Image) -> Image.Image:
    """Without an alpha channel that hides nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _bare(image: Image.Image) -> Image.Image:
    """The pixels and nothing else: what an encoder would write out of ``info`` stays behind."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _as_jpeg(image: Image.Image, target: BinaryIO) -> str:
    image.save(target, "JPEG", quality=QUALITY, optimize=True)
    return "image/jpeg"


def _as_png(image: Image.Image, target: BinaryIO) -> str:
    image.save(target, "PNG")
    return "image/png"


def _eighth_bit(value: float) -> float:
    return value / 256


_SIXTEEN_TO_EIGHT: Callable[[float], float] = _eighth_bit
