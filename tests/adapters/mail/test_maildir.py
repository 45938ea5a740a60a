"""Letters in a folder: whole or not there, and a repeat is no second one."""

import mailbox
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from gigdesk.adapters.mail.maildir import MaildirMailer
from gigdesk.errors import Unavailable
from gigdesk.notices.model import Letter


def letter(content: bytes = b"Subject: Hello\r\n\r\nHello.\r\n") -> Letter:
    return Letter(id=uuid4(), sender="a@market.example", recipient="b@market.example", content=content)


@pytest.fixture
def mailer(tmp_path: Path) -> MaildirMailer:
    return MaildirMailer.open(f"maildir:{tmp_path}/deep/mail")


async def test_a_letter_is_kept_byte_by_byte_where_mail_programs_look(mailer: MaildirMailer) -> None:
    sent = letter()
    await mailer.send(sent)

    [kept] = (mailer.root / "new").iterdir()
    assert kept.read_bytes() == sent.content
    [(_, message)] = mailbox.Maildir(mailer.root, create=False).items()
    assert message["Subject"] == "Hello"


async def test_a_repeat_takes_the_place_of_the_first(mailer: MaildirMailer) -> None:
    sent = letter()
    for _ in range(3):
        await mailer.send(sent)
    await mailer.send(letter())

    assert len(list((mailer.root / "new").iterdir())) == 2
    assert not list((mailer.root / "tmp").iterdir())


async def test_nobody_else_can_read_mail(mailer: MaildirMailer) -> None:
    await mailer.send(letter())

    [kept] = (mailer.root / "new").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert {stat.S_IMODE(p.stat().st_mode) for p in (mailer.root, *mailer.root.iterdir())} == {0o700}


async def test_a_folder_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("not a folder")
    mailer = MaildirMailer.open(f"maildir:{tmp_path}/mail")

    with pytest.raises(Unavailable, match="Make it writable") as refused:
        await mailer.send(letter())
    assert refused.value.code == "mail.maildir"
    with pytest.raises(Unavailable):
        await mailer.probe()


async def test_a_folder_that_was_removed_is_made_again(mailer: MaildirMailer) -> None:
    await mailer.send(letter())
    for path in sorted(mailer.root.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    mailer.root.rmdir()

    await mailer.send(letter())

    assert len(list((mailer.root / "new").iterdir())) == 1


async def test_the_probe_says_where_mail_is_and_leaves_none(mailer: MaildirMailer) -> None:
    assert str(mailer.root) in await mailer.probe()
    assert not [p for p in mailer.root.rglob("*") if p.is_file()]


@pytest.mark.parametrize("url", ["maildir:", "maildir://host/x", "mail:var", "", "maildir"])
def test_an_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="maildir:FOLDER"):
        MaildirMailer.open(url)
    assert MaildirMailer.open("maildir:///srv/mail").root == Path("/srv/mail")
