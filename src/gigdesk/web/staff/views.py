"""What the pages of signing in to the desk show. Sentences are said already, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gigdesk.access.ports import Way
from gigdesk.cases.issue_types import msg

# How somebody came in, as message ids; the first has the place ``brand``.
WAYS: Mapping[Way, str] = {
    Way.HAND_OVER: msg("Came from %(brand)s"),
    Way.PASSWORD: msg("With a desk password"),
    Way.WORK_ACCOUNT: msg("With a work account"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSignIn:
    """The page ``/desk/sign-in``. ``work_url`` is empty where there are no work accounts.

    ``said`` tells what was just done; ``problem`` stands at the fields, ``trouble`` concerns the work account.
    """

    next_path: str
    csrf: str = ""
    login: str = ""
    problem: str = ""
    trouble: str = ""
    said: str = ""
    work_url: str = ""
    reports_url: str = ""
    just_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The page ``/desk/welcome`` of a link that chooses a password."""

    login: str
    name: str
    invitation: str
    csrf: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """One session. ``browser`` is empty where it is not known; ``key`` names it in the form that ends it."""

    key: str
    browser: str
    way: str
    since: datetime
    seen: datetime
    is_this: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MySessions:
    """The page ``/desk/sessions``. ``second_step`` tells whether it is on, None for who comes without an account."""

    sessions: Sequence[SessionShown]
    csrf: str
    said: str = ""
    second_step: bool | None = None

    @property
    def others(self) -> int:
        """How many there are beside this one."""
        return sum(not session.is_this for session in self.sessions)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAsked:
    """The page ``/desk/sign-in/code``: for a code of an app, or where ``is_recovery`` for one that serves once."""

    login: str
    next_path: str
    is_recovery: bool
    csrf: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """The page ``/desk/second-step``. While it is off it has what an app scans, once it is on how many codes are left.

    ``codes`` are told once, when they are made.
    """

    is_on: bool
    csrf: str
    qr: str = ""
    uri: str = ""
    secret: str = ""
    offer: str = ""
    left: int = 0
    codes: Sequence[str] = ()
    problem: str = ""
    said: str = ""
