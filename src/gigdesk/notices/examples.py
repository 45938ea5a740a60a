"""Facts to look at notices with: one believable case, and one of a sensitive type. Nobody in them exists."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gigdesk.cases.issue_table import built_in
from gigdesk.cases.model import Step
from gigdesk.ids import belonging
from gigdesk.language import Language
from gigdesk.notices.compose import Envelope, compose
from gigdesk.notices.facts import (
    About,
    Acknowledgement,
    AppealOutcome,
    Breach,
    Decision,
    Escalation,
    Facts,
    Joined,
    JoinedDecision,
    JoinedStatus,
    Mention,
    Message,
    NewCase,
    Question,
    Reader,
    Reminder,
    StatementRequest,
    StatusChange,
)
from gigdesk.notices.kinds import Kind
from gigdesk.notices.model import Notice

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
DAY = timedelta(days=1)
CASE = UUID("0192f3c4-1d2e-7a3b-8c4d-5e6f708192a3")
SITE = "https://nearhand.example/help"
TILES = About(
    case=CASE,
    reference="GD-7K3M-9XQ24",
    issue_type=built_in("property.damage"),
    code="property.damage",
    gig_id="tiles-17",
    gig_title="Re-tile a shower wall",
    link=f"{SITE}/reports/{CASE}",
    desk_link=f"{SITE}/desk/cases/{CASE}",
)
SHIELDED = replace(TILES, issue_type=built_in("harassment.stalking"), code="harassment.stalking")
MARTA = "Marta Iglesias, Nearhand"
ASKED = (
    "Thank you for the photos. Two things would help us:\n\n"
    "Was the tray already chipped when the tiler arrived? And did you agree in the chat who brings the tools?"
)
WROTE = (
    "Both of you have now told us your side. We are looking at the photos and the chat,"
    " and write again by Friday."
)
REASONS = (
    "The photos of 21 November show the tray whole at 9:14 and chipped at 16:30. Nobody else was in the room.\n\n"
    "The agreement says that what is damaged during the work is replaced. We ask Jonas to pay 180 EUR for"
    " the tray. The fee for the gig stays as it is: the wall itself was done as agreed."
)
REVIEWED = (
    "The receipt that came with the appeal shows that the tray cost 140 EUR, not 180 EUR. The rest of the"
    " decision stands."
)
TOLD = (
    "We were sent photos of a shower tray with a chipped corner. Tell us how you left it, and add photos if"
    " you have them."
)
TO_REPORTER, TO_RESPONDENT = Reader.REPORTER, Reader.RESPONDENT

FACTS: tuple[Facts, ...] = (
    Acknowledgement(about=TILES, received_at=AT, files=3, reply_by=AT + DAY),
    Question(about=TILES, reader=TO_REPORTER, text=ASKED, signed_by=MARTA, due=AT + 3 * DAY),
    Message(about=TILES, reader=TO_REPORTER, text=WROTE, signed_by=MARTA),
    StatusChange(about=TILES, reader=TO_REPORTER, status="in_review", next_by=AT + 2 * DAY),
    Joined(about=TILES),
    JoinedStatus(about=TILES, status="in_review"),
    Decision(
        about=TILES, reader=TO_REPORTER, disposition="partly_upheld", reasons=REASONS, signed_by=MARTA,
        appeal_by=AT + 190 * DAY,
    ),
    JoinedDecision(about=TILES, disposition="partly_upheld"),
    Reminder(about=TILES, reader=TO_REPORTER, due=AT + 3 * DAY, closes_at=AT + 17 * DAY),
    AppealOutcome(
        about=TILES, reader=TO_REPORTER, outcome="varied", reasons=REVIEWED, signed_by="Tomas Berg, Nearhand"
    ),
    StatementRequest(
        about=TILES, text=TOLD, signed_by=MARTA, due=AT + 4 * DAY, reporter_name="Amara Okafor"
    ),
    NewCase(about=TILES, severity="high", files=3, reply_by=AT + DAY),
    Escalation(about=TILES, severity="high", queue="general", escalated_at=AT + DAY),
    Breach(
        about=TILES, severity="high", queue="general", clock="first_reply", due=AT + DAY, is_missed=True
    ),
    Escalation(about=TILES, severity="high", queue="general", escalated_at=AT + DAY, to_staff=True),
    Breach(
        about=TILES, severity="high", queue="general", clock="first_reply", due=AT + DAY, is_missed=False,
        step=Step.OWNER, has_owner=True, to_staff=True,
    ),
    Mention(about=TILES, by="Tomas Berg", to="staff:2"),
)  # fmt: skip


def sensitive() -> Iterator[Facts]:
    """The same facts in a case of a type that shields who reported."""
    for facts in FACTS:
        yield replace(facts, about=SHIELDED)


def examples(language: Language) -> Iterator[tuple[str, Notice]]:
    """Every kind in this language, by a name for its file, numbered from its second on; sensitive ones last."""
    for suffix, chosen in (("", FACTS), ("-sensitive", tuple(sensitive()))):
        seen: Counter[Kind] = Counter()
        for place, facts in enumerate(chosen):
            envelope = Envelope(
                id=belonging(CASE, place),
                to="amara@mail.example",
                brand="Nearhand",
                choices_url=f"{SITE}/notices",
                off_url=f"{SITE}/notices/unsubscribe/example",
            )
            notice = compose(facts, envelope, language)
            seen[notice.kind] += 1
            nth = f"-{seen[notice.kind]}" if seen[notice.kind] > 1 else ""
            yield notice.kind.value + nth + suffix, notice
