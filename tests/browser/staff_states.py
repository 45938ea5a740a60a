"""The pages of signing in to the desk in their states."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gigdesk.access.ports import Way
from gigdesk.access.second_step import key_uri
from gigdesk.web.staff.second_step import qr_code
from gigdesk.web.staff.views import (
    WAYS,
    CodeAsked,
    MySessions,
    SecondStep,
    SessionShown,
    StaffSignIn,
    Welcome,
)

AT = datetime(2026, 11, 29, 8, 42, tzinfo=UTC)
DOOR = StaffSignIn(next_path="/desk", csrf="csrf-token", reports_url="https://market.example/")
WRONG = replace(
    DOOR,
    login="priya@nearhand.example",
    problem="E-mail or password is wrong. Tries left: 4; after them wait 15 minutes.",
    work_url="/help/desk/sign-in/work",
)
CODE = CodeAsked(login="priya@nearhand.example", next_path="/desk", is_recovery=False, csrf="csrf-token")
KEY = key_uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "priya@nearhand.example", "Nearhand")
OFFERED = SecondStep(
    is_on=False,
    csrf="csrf-token",
    qr=qr_code(KEY),
    uri=KEY,
    secret="JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
    offer="o" * 100,
)
WELCOME = Welcome(login="priya@nearhand.example", name="Priya Raman", invitation="i" * 43, csrf="csrf-token")
HERE = SessionShown(
    key="a" * 32, browser="Firefox, Linux", way=WAYS[Way.PASSWORD], since=AT, seen=AT, is_this=True
)
ELSEWHERE = (
    replace(
        HERE, key="b" * 32, browser="Samsung Internet, Android", way=WAYS[Way.WORK_ACCOUNT], is_this=False
    ),
    replace(
        HERE, key="c" * 32, browser="", way=WAYS[Way.HAND_OVER], since=AT - timedelta(hours=7), is_this=False
    ),
)
STAFF_STATES = {
    "sign-in-desk": ("staff_sign_in", {"page": DOOR}),
    "sign-in-desk-wrong": ("staff_sign_in", {"page": WRONG}),
    "sign-in-desk-again": (
        "staff_sign_in",
        {"page": replace(DOOR, said="You are signed out.", just_out=True, reports_url="")},
    ),
    "sign-in-desk-trouble": (
        "staff_sign_in",
        {"page": replace(WRONG, problem="", trouble="Your work account has no role at this desk.")},
    ),
    "sign-in-desk-code": ("staff_code", {"page": CODE}),
    "sign-in-desk-code-wrong": (
        "staff_code",
        {
            "page": replace(
                CODE, is_recovery=True, login="p" * 60 + "@nearhand.example", problem="That code is wrong."
            )
        },
    ),
    "desk-second-step": ("staff_second_step", {"page": OFFERED}),
    "desk-second-step-wrong": (
        "staff_second_step",
        {"page": replace(OFFERED, problem="That is not the code of now.")},
    ),
    "desk-second-step-codes": (
        "staff_second_step",
        {
            "page": SecondStep(
                is_on=True,
                csrf="csrf-token",
                codes=("7k3m-9xq2-4ab8-cdef",) * 10,
                said="Your second step is on.",
            )
        },
    ),
    "desk-second-step-on": ("staff_second_step", {"page": SecondStep(is_on=True, csrf="csrf-token", left=1)}),
    "sign-in-desk-welcome": ("staff_welcome", {"page": WELCOME}),
    "sign-in-desk-welcome-wrong": (
        "staff_welcome",
        {"page": replace(WELCOME, name="P" * 80, problem="Take at least 12 characters.")},
    ),
    "desk-sessions": (
        "staff_sessions",
        {"page": MySessions(sessions=(HERE, *ELSEWHERE), csrf="csrf-token", second_step=False)},
    ),
    "desk-sessions-one": (
        "staff_sessions",
        {"page": MySessions(sessions=(HERE,), csrf="csrf-token", said="Every other session has ended.")},
    ),
}
