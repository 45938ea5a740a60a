"""A real photo for the curl line of the demo."""

from pathlib import Path


def photo(path: Path) -> Path:
    """A real photo for the curl line: drawn here, with the time in its metadata as a phone writes it."""
    if path.is_file():
        return path
    from PIL import Image, ImageDraw, ImageFilter

    image = Image.new("RGB", (1600, 1200), (176, 132, 84))
    draw = ImageDraw.Draw(image)
    for board in range(0, 1200, 120):
        shade = 8 * (board // 120 % 3)
        draw.rectangle((0, board, 1600, board + 116), fill=(182 - shade, 138 - shade, 90 - shade))
    for scratch in range(3):
        draw.line((420 + 60 * scratch, 380, 900 + 70 * scratch, 700), fill=(92, 62, 36), width=7)
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "Example", "2026:11:21 09:41:00"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    image.filter(ImageFilter.GaussianBlur(1.2)).save(path, quality=88, exif=exif)
    return path
