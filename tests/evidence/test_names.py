"""Display names are harmless, and keep what people called their files."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.evidence.filetype import ALLOWED, JPEG, PDF
from gigdesk.evidence.names import MAX_BYTES, MAX_CHARACTERS, content_disposition, display_name

GIVEN = [
    ("photo.jpg", "photo.jpg"),
    ("Photo of the door.JPG", "Photo of the door.jpg"),
    ("IMG_1234.HEIC", "IMG_1234.jpg"),
    ("IMG_1234.jpeg", "IMG_1234.jpg"),
    ("C:\\Users\\me\\Desktop\\door.jpg", "door.jpg"),
    ("/etc/passwd", "passwd.jpg"),
    ("../../../../var/secret", "secret.jpg"),
    ("..\\..\\boot.ini", "boot.ini.jpg"),
    ("C:evil.jpg", "evil.jpg"),
    ("a/b\\c.jpg", "c.jpg"),
    ("", "file.jpg"),
    (".", "file.jpg"),
    ("..", "file.jpg"),
    (".jpg", "file.jpg"),
    ("   ", "file.jpg"),
    ("folder/", "file.jpg"),
    (".htaccess", "htaccess.jpg"),
    ("\u200b.htaccess", "htaccess.jpg"),
    (".hta\u200bccess", "htaccess.jpg"),
    ("shell.php", "shell.php.jpg"),
    ("shell.php.jpg", "shell.php.jpg"),
    ("shell.jpg.php", "shell.jpg.php.jpg"),
    ("shell.php\0.jpg", "shell.php.jpg"),
    ("shell.php%00.jpg", "shell.php%00.jpg"),
    ("invoice\u202egpj.exe", "invoicegpj.exe.jpg"),
    ("\ufeffphoto.jpg", "photo.jpg"),
    ("pho\U000e0041to.jpg", "photo.jpg"),
    ("a\r\nContent-Type: text/html.jpg", "html.jpg"),
    ("a\r\nb.jpg", "a b.jpg"),
    ("door.jpg:evil.exe", "door.jpg_evil.exe.jpg"),
    ("door.jpg::$DATA", "door.jpg__$DATA.jpg"),
    ('<img src=x onerror="alert(1)">.jpg', "_img src=x onerror=_alert(1)__.jpg"),
    ("CON", "_CON.jpg"),
    ("con.jpg", "_con.jpg"),
    ("aux .tar.gz", "_aux .tar.gz.jpg"),
    ("LPT¹.jpg", "_LPT¹.jpg"),
    ("console.jpg", "console.jpg"),
    ("door. . .", "door.jpg"),
    ("door.exe ", "door.exe.jpg"),
    ("cafe\u0301.jpg", "café.jpg"),
    ("café 2024.05.01.jpg", "café 2024.05.01.jpg"),
    ("写真。.jpg", "写真。.jpg"),
    ("صورة.jpg", "صورة.jpg"),
    ("…", "….jpg"),
    ("a／b＼c∕d⁄e.jpg", "a_b_c_d_e.jpg"),
    ("\ud800\udfffx.jpg", "x.jpg"),
]


@pytest.mark.parametrize(("raw", "shown"), GIVEN, ids=range(len(GIVEN)))
def test_a_jpeg_called_this_is_shown_as_that(raw: str, shown: str) -> None:
    assert display_name(raw, JPEG) == shown


def test_a_file_that_was_refused_keeps_the_ending_it_came_with() -> None:
    assert display_name("../evil\u202e.exe", None) == "evil.exe"
    assert display_name("w" * 500 + ".exe", None).endswith("….exe")
    assert display_name(".", None) == "file"


def test_a_long_name_is_cut_before_its_ending() -> None:
    cut = display_name("n" * 400 + ".pdf", PDF)
    assert len(cut) == MAX_CHARACTERS
    assert cut.endswith("n….pdf")
    wide = display_name("宽" * 400, PDF)
    assert len(wide.encode()) <= MAX_BYTES
    assert wide.endswith("宽….pdf")


names = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.sampled_from("a.… /\\:\u202e\u200b\0\tcon%🎉é\u0301jpg"), max_size=300),
    st.from_regex(r"(?s)(CON|nul|com1|\.+)[ .]*(\.jpg|\.php)?"),
)


@given(names, st.sampled_from([*ALLOWED, None]))
def test_whatever_it_was_called_its_name_is_harmless(raw, media_type):
    name = display_name(raw, media_type)
    assert 0 < len(name) <= MAX_CHARACTERS
    assert 0 < len(name.encode()) <= MAX_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert not re.search(r'[<>:"|?*/\\\x00-\x1f\x7f]', name)
    assert not {unicodedata.category(c) for c in name} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert name == name.strip(" .")
    assert media_type is None or name.endswith(f".{media_type.extension}")
    device = name.partition(".")[0].rstrip().upper()
    assert device not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1", "CONIN$", "CLOCK$"}


@given(names, st.sampled_from([*ALLOWED, None]))
def test_cleaning_a_clean_name_changes_nothing(raw, media_type):
    name = display_name(raw, media_type)
    assert display_name(name, media_type) == name


@given(st.one_of(st.text(max_size=200), names.map(lambda raw: display_name(raw, JPEG))))
def test_a_download_header_is_one_line_of_ascii_that_saves_and_never_shows(name):
    header = content_disposition(name)
    assert re.fullmatch(
        r'attachment; filename="[ !#-\[\]-~]+"(; filename\*=UTF-8\'\'[!#$&+.^_`|~%0-9A-Za-z-]*)?', header
    )


def test_a_download_header_carries_both_spellings() -> None:
    assert content_disposition("door 1.jpg") == 'attachment; filename="door 1.jpg"'
    assert content_disposition("Tür €.jpg") == (
        "attachment; filename=\"T_r _.jpg\"; filename*=UTF-8''T%C3%BCr%20%E2%82%AC.jpg"
    )
    assert content_disposition('a"; x="\r\n') == (
        "attachment; filename=\"a__ x=___\"; filename*=UTF-8''a%22%3B%20x%3D%22%0D%0A"
    )
