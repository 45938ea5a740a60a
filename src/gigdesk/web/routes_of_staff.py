"""The URLs by which staff come to the desk and leave it, and of accounts: their own, and those of others."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route

from gigdesk.web.desk.account_pages import DeskAccountPages
from gigdesk.web.desk.staff_pages import STAFF, DeskStaffPages
from gigdesk.web.signin import SignInPages
from gigdesk.web.staff.code_door import CodeDoor
from gigdesk.web.staff.door import DeskDoor
from gigdesk.web.staff.second_step import SecondStepPages
from gigdesk.web.staff.sessions import SessionPages
from gigdesk.web.staff.work import WorkPages

GET, POST = ["GET"], ["POST"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorHandlers:
    """What answers for how staff come in, and for what they keep of their own account."""

    door: DeskDoor
    codes: CodeDoor
    sessions: SessionPages
    second_step: SecondStepPages
    work: WorkPages


def of_doors(doors: DoorHandlers, sign_in: SignInPages) -> Sequence[Route]:
    """How staff come to the desk and leave it."""
    door, sessions, work = doors.door, doors.sessions, doors.work
    return [
        Route("/desk/sign-in", door.get, methods=GET),
        Route("/desk/sign-in", door.post, methods=POST),
        Route("/desk/sign-in/code", doors.codes.get, methods=GET),
        Route("/desk/sign-in/code", doors.codes.post, methods=POST),
        Route("/desk/sign-in/work", work.begin, methods=GET),
        Route("/desk/sign-in/work/back", work.back, methods=GET),
        Route("/desk/welcome", door.welcome, methods=GET),
        Route("/desk/welcome", door.choose, methods=POST),
        Route("/desk/sessions", sessions.get, methods=GET),
        Route("/desk/sessions/end", sessions.end, methods=POST),
        Route("/desk/sessions/end-others", sessions.end_others, methods=POST),
        Route("/desk/second-step", doors.second_step.get, methods=GET),
        Route("/desk/second-step", doors.second_step.post, methods=POST),
        Route("/desk/sign-out", sign_in.leave_desk, methods=POST),
    ]


def of_accounts(staff: DeskStaffPages, account: DeskAccountPages) -> Sequence[Route]:
    """Who works here, and the accounts of the desk."""
    place = STAFF + "/{account}"
    deeds = {
        "link": account.link,
        "disable": account.disable,
        "enable": account.enable,
        "end-sessions": account.end_sessions,
        "remove-second-step": account.remove_second_step,
    }
    return [
        Route(STAFF, staff.list, methods=GET),
        Route(STAFF, account.invite, methods=POST),
        Route(STAFF + "/new", account.new, methods=GET),
        Route(place, account.show, methods=GET),
        Route(place, account.keep, methods=POST),
        *(Route(f"{place}/{name}", deed, methods=POST) for name, deed in deeds.items()),
        *(Route(f"{place}/{name}", account.back, methods=GET) for name in deeds),
    ]
