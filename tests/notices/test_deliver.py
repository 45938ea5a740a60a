"""Letters: what is written is what is read back, and nobody writes a header of their own."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gigdesk.adapters.mail.maildir import MaildirMailer
from gigdesk.notices.deliver import Post, address, header_text
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Letter, Notice
from gigdesk.notices.plain import one_line
from gigdesk.notices.ports import Undeliverable

CASE = uuid4()
AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


class Stopped:
    """A clock that stands still."""

    def now(self) -> datetime:
        return AT


POST = Post(MaildirMailer(Path("nowhere")), Stopped(), "Nearhand <help@market.example>")


def notice(subject: str = "A report", to: str = "support@market.example", **more: object) -> Notice:
    given = {"id": uuid4(), "kind": Kind.MESSAGE, "thread": CASE, "text": "Grüße,\nyours\n", **more}
    return Notice(to=to, subject=subject, **given)  # type: ignore[arg-type]


def read(letter: Letter) -> EmailMessage:
    return email.message_from_bytes(letter.content, policy=email.policy.default)  # type: ignore[return-value]


def test_a_letter_has_what_the_standards_ask_for() -> None:
    said = notice(html="<p>Grüße</p>")
    letter = POST.letter(said)
    message = read(letter)

    assert (letter.sender, letter.recipient) == ("help@market.example", "support@market.example")
    assert message["From"] == "Nearhand <help@market.example>"
    assert message["To"] == "support@market.example"
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == f"<{said.id}@market.example>"
    assert message["References"] == message["In-Reply-To"] == f"<{CASE}@market.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"
    assert message.get_content_type() == "multipart/alternative"
    assert not message.defects
    text, html = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == "Grüße,\nyours\n"
    assert html.get_content().strip() == "<p>Grüße</p>"


def test_a_letter_of_an_effect_is_always_the_same() -> None:
    said = notice()

    assert POST.letter(said).content == POST.letter(said).content


def test_a_letter_is_seven_bit_with_short_lines_ended_by_crlf() -> None:
    content = POST.letter(
        notice("é" * 300, text="ü" * 5000 + "\n.\n\nFrom me", html="<p>" + "ö" * 3000)
    ).content

    assert content.isascii()
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


HOSTILE = [
    "Hello\r\nBcc: mallory@evil.example",
    "Hello\nBcc: mallory@evil.example",
    "Hello\rBcc: mallory@evil.example",
    "Hello\r\n\r\n<script>alert(1)</script>",
    "Hello\r\n Bcc: folded@evil.example",
    "Hello\u2028Bcc: mallory@evil.example\u2029\x85\x0b\x0c\x1c\x1d\x1e",
    "=?utf-8?q?Hello=0D=0ABcc:_mallory@evil.example?=",
    "=?utf-8?b?SGVsbG8NCkJjYzogbQ==?=",
    "a =?iso-8859-1?q?b?= =?us-ascii?q?c?= d",
    "\x00\x01Hello\x7f",
    "\u202eolleH\u2066",
    "é" * 200 + "\r\nBcc: x@evil.example",
    "",
    "   ",
]  # fmt: skip


@pytest.mark.abuse(43)
@pytest.mark.parametrize("subject", HOSTILE)
def test_a_subject_stays_one_header(subject: str) -> None:
    message = read(POST.letter(notice(subject)))

    assert message["Subject"] == header_text(subject)
    assert message["Bcc"] is None
    assert sorted(message.keys()) == sorted(read(POST.letter(notice())).keys())
    assert len(message.get_all("Subject")) == 1
    assert not message.defects


@pytest.mark.abuse(43)
@example("0000 00000¡¡¡¡𐀀𐀀𐀀𐀀𐀀𐀀 ¡")
@given(st.text(max_size=200))
def test_every_subject_is_read_back_equal(subject: str) -> None:
    message = read(POST.letter(notice(subject)))

    assert message["Subject"] == header_text(subject)
    assert sorted(message.keys()) == sorted(read(POST.letter(notice())).keys())
    assert message.get_content().replace("\r\n", "\n") == "Grüße,\nyours\n"


@pytest.mark.abuse(43)
@given(st.text(max_size=80))
def test_a_subject_without_what_is_not_seen_is_not_changed(subject: str) -> None:
    plain = one_line(subject).replace("=?", "")

    assert read(POST.letter(notice(plain)))["Subject"] == plain


@pytest.mark.abuse(43)
@pytest.mark.parametrize(
    "name", ["Near\r\nBcc: x@evil.example", "=?utf-8?q?x?=", 'Near"hand', "Näär, Hand", "a@b <c@d>"]
)
def test_a_senders_name_is_read_back_or_refused(name: str) -> None:
    try:
        post = Post(MaildirMailer(Path("nowhere")), Stopped(), f"{name} <help@market.example>")
    except Undeliverable:
        return
    message = read(post.letter(notice()))

    assert message["Bcc"] is None
    assert [a.addr_spec for a in message["From"].addresses] == ["help@market.example"]


@pytest.mark.abuse(43)
@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "@market.example",
        "support@",
        "support@market.example\r\nBcc: x@evil.example",
        "support@market.example, x@evil.example",
        "support@market.example;x@evil.example",
        "<support@market.example> x@evil.example",
        "sup port@market.example",
        "support@mar ket.example",
        "support@-market.example",
        "support@market..example",
        "support@" + "a" * 64 + ".example",
        "a" * 65 + "@market.example",
        "sü@market.example",
        "support@[127.0.0.1]",
        "support%evil.example@",
        "support@market.example>",
        "=?utf-8?q?x?=@",
        "\u202esupport@market.example",
    ],
)
def test_what_is_no_address_is_never_delivered_to(to: str) -> None:
    with pytest.raises(Undeliverable) as refused:
        POST.letter(notice(to=to))
    assert refused.value.code == "mail.address"


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("support@localhost", "support@localhost"),
        ("Support <support+desk@market.example>", "support+desk@market.example"),
        ("support@bücher.example", "support@xn--bcher-kva.example"),
        ("o'neil_1=x@sub.market.example", "o'neil_1=x@sub.market.example"),
    ],
)
def test_addresses_are_read(text: str, spec: str) -> None:
    assert address(text).addr_spec == spec


def test_further_headers_are_added_and_none_is_replaced() -> None:
    message = read(POST.letter(notice(headers={"List-Id": "new cases\r\nBcc: x@evil.example"})))

    assert message["List-Id"] == "new cases Bcc: x@evil.example"
    assert message["Bcc"] is None
    for name in ("Bcc", "To", "Subject", "Message-ID", "Content-Type", "X:y", "x y", "Auto-Submitted"):
        with pytest.raises(ValueError, match="no header"):
            POST.letter(notice(headers={name: "x"}))


LONG = "https://" + "market." * 20 + "example/help/notices/unsubscribe/" + "Ab0-_" * 30


def test_long_addresses_in_headers_are_written_as_they_are() -> None:
    domain = "a-very-long-name-of-a-marketplace.of-some-far-away-country.example"
    post = Post(MaildirMailer(Path("nowhere")), Stopped(), f"help@{domain}")
    given = {"List-Unsubscribe": f"<{LONG}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    content = post.letter(notice(headers=given)).content

    message = email.message_from_bytes(content, policy=email.policy.default)
    assert f"<{LONG}>".encode() in content
    assert f"In-Reply-To: <{CASE}@{domain}>\r\n".encode() in content
    assert message["References"] == f"<{CASE}@{domain}>"
    assert message["List-Unsubscribe"].strip() == f"<{LONG}>"
    assert b"=?" not in content.partition(b"\r\n\r\n")[0]


@pytest.mark.abuse(43)
@pytest.mark.parametrize(
    "value",
    [
        "<https://market.example/x>\r\nBcc: x@evil.example",
        "<https://market.example/x>, <mailto:x@evil.example>",
        "<https://market.example/x\r\n y>",
        "https://market.example/x",
        "<javascript:alert(1)>",
        "",
    ],
)
def test_what_is_no_single_address_switches_nothing_off(value: str) -> None:
    with pytest.raises(ValueError, match="switched off at one address"):
        POST.letter(notice(headers={"List-Unsubscribe": value}))
