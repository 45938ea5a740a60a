"""Mail to real servers: taken, refused, put off, hidden by TLS, and servers that die in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from gigdesk.adapters.mail.smtp import Server, SmtpMailer
from gigdesk.errors import Unavailable
from gigdesk.notices.model import Letter
from gigdesk.notices.ports import Undeliverable
from servers import free_port
from servers.certificate import Certificate
from servers.smtp import Mailbox

CONTENT = b"Subject: Hello\r\nMessage-ID: <1@market.example>\r\n\r\n.\r\n..two dots\r\nlast\r\n"
MESSAGE = Letter(
    id=uuid4(), sender="help@market.example", recipient="support@market.example", content=CONTENT
)


async def test_a_letter_arrives_byte_by_byte(smtp: Mailbox) -> None:
    assert "2.0.0 kept" in await SmtpMailer.open(smtp.url).send(MESSAGE)

    [arrived] = smtp.letters
    assert (arrived.sender, arrived.recipients) == ("help@market.example", ["support@market.example"])
    assert arrived.content == CONTENT


async def test_a_recipient_who_is_refused_is_refused_for_good(smtp: Mailbox) -> None:
    smtp.behaviour = "refuse"

    with pytest.raises(Undeliverable) as refused:
        await SmtpMailer.open(smtp.url).send(MESSAGE)
    assert refused.value.code == "mail.refused"
    assert refused.value.values == {"reply": 550, "answer": "550 5.1.1 no such mailbox here"}


async def test_a_recipient_who_is_put_off_is_tried_later(smtp: Mailbox) -> None:
    mailer = SmtpMailer.open(smtp.url)
    smtp.behaviour = "defer"
    with pytest.raises(Unavailable) as put_off:
        await mailer.send(MESSAGE)
    assert put_off.value.values["answer"] == "451 4.3.0 try again later"

    smtp.behaviour = "accept"
    await mailer.send(MESSAGE)
    assert len(smtp.letters) == 1


async def test_a_server_that_takes_it_and_dies_before_it_says_so_is_asked_again(smtp: Mailbox) -> None:
    mailer = SmtpMailer.open(smtp.url)
    smtp.behaviour = "mute"
    with pytest.raises(Unavailable):
        await mailer.send(MESSAGE)

    smtp.behaviour = "accept"
    await mailer.send(MESSAGE)
    assert [arrived.message["Message-ID"] for arrived in smtp.letters] == ["<1@market.example>"] * 2


async def test_no_server_at_all_is_tried_later() -> None:
    mailer = SmtpMailer.open(f"smtp://127.0.0.1:{free_port()}")
    for ask in (mailer.send(MESSAGE), mailer.probe()):
        with pytest.raises(Unavailable) as refused:
            await ask
        assert refused.value.code == "mail.server"


async def test_the_probe_sends_no_mail(smtp: Mailbox) -> None:
    said = await SmtpMailer.open(smtp.url).probe()

    assert said == f"The mail server 127.0.0.1:{smtp.port} answers without TLS."
    assert not smtp.letters


SCRIPTS = {
    "no greeting at all": [],
    "a greeting that refuses": [b"554 no service\r\n"],
    "a greeting that puts off": [b"421 busy\r\n"],
    "words that are no SMTP": [b"HTTP/1.1 400 Bad Request\r\n\r\n"],
    "dies after the greeting": [b"220 here\r\n"],
    "dies after MAIL": [b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n"],
    "dies before the text": [b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n"],
    "dies in the text": [b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"],
}


@asynccontextmanager
async def scripted(answers: list[bytes], *, ends: bool = True) -> AsyncIterator[int]:
    """A server that says these lines, one for each that it hears, and then hangs up or falls silent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer)
            await reader.readline()
        if not ends:
            await reader.read()
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
        over.set()

    over = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.wait_for(over.wait(), 5)


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_server_that_dies_in_the_dialogue_is_tried_later(script: str) -> None:
    async with scripted(SCRIPTS[script]) as port:
        with pytest.raises(Unavailable):
            await SmtpMailer.open(f"smtp://127.0.0.1:{port}").send(MESSAGE)


@pytest.mark.parametrize("script", ["no greeting at all", "dies after MAIL", "dies in the text"])
async def test_a_server_that_falls_silent_is_given_up(script: str) -> None:
    async with scripted(SCRIPTS[script], ends=False) as port:
        mailer = SmtpMailer(Server(host="127.0.0.1", port=port), seconds=0.3)
        async with asyncio.timeout(3):
            with pytest.raises(Unavailable):
                await mailer.send(MESSAGE)


async def test_a_text_that_is_refused_is_refused_for_good() -> None:
    begin = [b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n"]
    async with scripted([*begin, b"554 5.7.1 spam\r\n"]) as port:
        with pytest.raises(Undeliverable):
            await SmtpMailer.open(f"smtp://127.0.0.1:{port}").send(MESSAGE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@asynccontextmanager
async def serving(controller: Controller) -> AsyncIterator[None]:
    await asyncio.to_thread(controller.start)
    try:
        yield
    finally:
        await asyncio.to_thread(controller.stop)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox(port=free_port())


async def test_starttls_is_taken_where_it_is_offered(mailbox: Mailbox, certificate: Certificate) -> None:
    hidden = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, tls_context=certificate.context())
    async with serving(hidden):
        mailer = SmtpMailer(Server(host="127.0.0.1", port=mailbox.port), ca=str(certificate.root))
        assert "answers with TLS" in await mailer.probe()
        await mailer.send(MESSAGE)

        required = Server.parse(f"smtp://127.0.0.1:{mailbox.port}?starttls=required")
        await SmtpMailer(required, ca=str(certificate.root)).send(MESSAGE)
    assert len(mailbox.letters) == 2


async def test_a_server_without_starttls_gets_nothing_where_it_is_required(smtp: Mailbox) -> None:
    with pytest.raises(Unavailable):
        await SmtpMailer.open(f"{smtp.url}?starttls=required").send(MESSAGE)
    assert not smtp.letters


async def test_tls_from_the_start(mailbox: Mailbox, certificate: Certificate) -> None:
    hidden = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, ssl_context=certificate.context())
    async with serving(hidden):
        server = Server.parse(f"smtps://127.0.0.1:{mailbox.port}")
        await SmtpMailer(server, ca=str(certificate.root)).send(MESSAGE)
    assert len(mailbox.letters) == 1


async def test_a_certificate_that_nobody_vouches_for_ends_it(
    mailbox: Mailbox, certificate: Certificate
) -> None:
    hidden = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, tls_context=certificate.context())
    async with serving(hidden):
        with pytest.raises(Unavailable):
            await SmtpMailer.open(f"smtp://127.0.0.1:{mailbox.port}").send(MESSAGE)
    assert not mailbox.letters


async def test_a_certificate_for_another_name_ends_it(mailbox: Mailbox, certificate: Certificate) -> None:
    hidden = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, tls_context=certificate.context())
    async with serving(hidden):
        server = Server(host="localhost", port=mailbox.port)
        with pytest.raises(Unavailable):
            await SmtpMailer(server, ca=str(certificate.root)).send(MESSAGE)
    assert not mailbox.letters


async def test_who_signs_in_with_the_wrong_secret_may_be_put_right(
    mailbox: Mailbox, certificate: Certificate
) -> None:
    def judge(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        right = (data.login, data.password) == (b"desk@market", b"se:cr@et/")  # type: ignore[attr-defined]
        return AuthResult(success=right, handled=False)

    hidden = Controller(
        mailbox, hostname="127.0.0.1", port=mailbox.port, tls_context=certificate.context(),
        authenticator=judge, auth_required=True,
    )  # fmt: skip
    async with serving(hidden):
        url = f"smtp://desk%40market:{{}}@127.0.0.1:{mailbox.port}?starttls=required"
        await SmtpMailer(Server.parse(url.format("se%3Acr%40et%2F")), ca=str(certificate.root)).send(MESSAGE)
        assert len(mailbox.letters) == 1

        with pytest.raises(Unavailable, match="535") as refused:
            await SmtpMailer(Server.parse(url.format("wrong")), ca=str(certificate.root)).send(MESSAGE)
    assert "wrong" not in str(refused.value)
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp:host",
        "smtp://host/path",
        "smtp://host?tls=yes",
        "smtp://host?starttls=maybe",
        "http://host",
        "smtp://user:hunter2@mail.example?starttls=never",
        "smtp://user:hunter2@host:99999",
        "smtp://user:hunter2@host:port",
    ],
)
def test_an_url_that_is_none_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        SmtpMailer.open(url)
    assert "hunter2" not in str(refused.value)


def test_urls_are_read() -> None:
    plain = Server.parse("smtp://mail.example")
    assert (plain.port, plain.tls, plain.starttls, plain.user) == (587, False, None, None)
    secure = Server.parse("smtps://u%40x:p%2F@mail.example:4650")
    assert (secure.port, secure.tls, secure.starttls) == (4650, True, False)
    assert (secure.user, secure.secret) == ("u@x", "p/")
    assert "p/" not in repr(secure)


def test_a_secret_is_never_sent_in_the_clear() -> None:
    assert Server.parse("smtp://user:secret@mail.example").starttls is True
    assert Server.parse("smtp://user:secret@127.0.0.1").starttls is None
