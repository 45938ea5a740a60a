"""``gigdesk staff`` as somebody runs it who keeps the desk's accounts."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from live import Live

PASSWORD = "bicycle lamp seven"


def said(site: Live, *arguments: str, typed: str = "") -> str:
    """What the verb prints when it can; ``typed`` is its standard input."""
    done = run(site, *arguments, typed=typed)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def run(site: Live, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gigdesk", "staff", *arguments],
        cwd=site.folder,
        env=site.environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )


def refused(site: Live, *arguments: str, typed: str = "") -> str:
    done = run(site, *arguments, typed=typed)
    assert done.returncode == 1, done
    assert done.stderr.startswith("gigdesk: ")
    return done.stderr


def row(site: Live, login: str) -> list[str]:
    [line] = [line for line in said(site, "list").splitlines() if line.startswith(login)]
    return line.split("\t")


def test_an_account_is_made_listed_changed_and_closed(site: Live) -> None:
    login = "mira.sandoval@desk.example"
    added = said(
        site,
        *(
            "add",
            "Mira.Sandoval@desk.example",
            "--role",
            "agent",
            "--queue",
            "safety",
            "--name",
            "Mira Sandoval",
        ),
        *("--password-file", "-"),
        typed=f"{PASSWORD}\n",
    )
    assert added.startswith(f"{login} may sign in.")
    assert PASSWORD not in str(site.rows("SELECT * FROM staff_accounts"))
    assert row(site, login)[:6] == [login, "Mira Sandoval", "agent", "safety", "enabled", "never"]

    said(site, "change", login, "--role", "lead", "--role", "agent")
    assert row(site, login)[2:4] == ["agent,lead", "safety"]

    said(site, "disable", login)
    assert row(site, login)[4] == "disabled"
    said(site, "enable", login)
    assert row(site, login)[4] == "enabled"

    before = site.rows("SELECT password FROM staff_accounts WHERE login = ?", login)
    said(site, "password", login, "--password-file", "-", typed="another lamp eight\n")
    assert site.rows("SELECT password FROM staff_accounts WHERE login = ?", login) != before


def test_a_password_stands_in_a_file(site: Live, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nand more that is not read\n")
    said(site, "add", "file@desk.example", "--role", "auditor", "--password-file", str(file))
    assert row(site, "file@desk.example")[4] == "enabled"


def test_an_invitation_is_a_link_of_the_public_address_and_kept_as_a_digest(site: Live) -> None:
    link = said(site, "add", "new@desk.example", "--role", "lead", "--invite").strip()

    found = re.fullmatch(re.escape(site.base) + r"/desk/welcome\?invitation=([\w-]{43})", link)
    assert found
    assert row(site, "new@desk.example")[4] == "invited"
    assert found[1] not in str(site.rows("SELECT * FROM staff_accounts"))
    assert said(site, "password", "new@desk.example", "--invite").strip() != link


@pytest.mark.parametrize(
    ("arguments", "typed", "says"),
    [
        (["add", "nobody", "--role", "agent", "--invite"], "", "A login is an e-mail address"),
        (["add", "a@desk.example", "--invite"], "", "agent, lead, auditor, admin"),
        (["add", "a@desk.example", "--role", "integration", "--invite"], "", "agent, lead, auditor, admin"),
        (
            ["add", "a@desk.example", "--role", "agent", "--queue", "No!", "--invite"],
            "",
            "no name of a queue",
        ),
        (["add", "a@desk.example", "--role", "agent", "--password-file", "-"], "short\n", "at least 12"),
        (
            ["add", "a@desk.example", "--role", "agent", "--password-file", "-"],
            "Password1234",
            "Take another",
        ),
        (["add", "a@desk.example", "--role", "agent", "--password-file", "none"], "", "none cannot be read"),
        (["add", "a@desk.example", "--role", "agent"], "", "There is no terminal to ask on"),
        (["disable", "nobody@desk.example"], "", "There is no account of nobody@desk.example"),
        (["password", "nobody@desk.example", "--invite"], "", "There is no account"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(site: Live, arguments: list[str], typed: str, says: str) -> None:
    before = site.rows("SELECT count(*) FROM staff_accounts")
    assert says in refused(site, *arguments, typed=typed)
    assert site.rows("SELECT count(*) FROM staff_accounts") == before


def test_a_login_is_taken_once(site: Live) -> None:
    arguments = ("add", "twice@desk.example", "--role", "agent", "--invite")
    said(site, *arguments)
    assert "There is an account of twice@desk.example already" in refused(site, *arguments)


def test_a_password_is_typed_twice_and_not_shown(site: Live) -> None:
    def asked(login: str, *typed: str) -> str:
        return on_terminal(site, ["add", login, "--role", "agent"], typed)

    shown = asked("typed@desk.example", PASSWORD, PASSWORD)
    assert "typed@desk.example may sign in." in shown
    assert PASSWORD not in shown
    assert "The two are not the same" in asked("unsure@desk.example", PASSWORD, "another lamp eight")
    assert "unsure" not in said(site, "list")


def on_terminal(site: Live, arguments: list[str], typed: tuple[str, ...]) -> str:
    """What a terminal shows while these lines are typed, each at its prompt."""
    master, slave = pty.openpty()
    starter = (
        "import os, sys, fcntl, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
        " os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", starter, sys.executable, "-m", "gigdesk", "staff", *arguments],
        cwd=site.folder,
        env=site.environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    shown, left, end = "", list(typed), time.monotonic() + 40
    try:
        while time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    shown += os.read(master, 4096).decode()
                except OSError:  # the other end is closed
                    break
            if left and shown.rstrip("\r\n").endswith(": ") and shown.count(": ") > len(typed) - len(left):
                os.write(master, left.pop(0).encode() + b"\n")
        process.wait(20)
    finally:
        process.kill()
        process.wait(10)
        os.close(master)
    return shown
