"""Every state of every page of a reporter, drawn from made-up views: for looking at and for axe."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from browser.list_states import LIST_STATES
from browser.staff_states import STAFF_STATES
from gigdesk.cases.intake import intake
from gigdesk.cases.issue_types import AMOUNT, ITEM
from gigdesk.cases.rulebook import Rulebook
from gigdesk.evidence.model import Kind, Limits, MediaType
from gigdesk.gigs.model import Gig, Party, Side
from gigdesk.notices.kinds import ALWAYS, CHOOSABLE, RULES
from gigdesk.web.language import Languages
from gigdesk.web.notices import Choices, KindShown, Switch
from gigdesk.web.openapi.document import document
from gigdesk.web.openapi.reading import read
from gigdesk.web.pages import Brand, Pages
from gigdesk.web.reporter.act_words import WORDS
from gigdesk.web.reporter.conversation import CLOSED, DISPOSITIONS, OUTCOMES
from gigdesk.web.reporter.form_views import ActForm, FilesAsked
from gigdesk.web.reporter.live_shown import LiveShown
from gigdesk.web.reporter.receipt_shown import ReceiptFile, ReceiptShown
from gigdesk.web.reporter.views import (
    CaseShown,
    Demo,
    DemoGig,
    DemoPerson,
    DetailShown,
    EntryShown,
    FieldProblem,
    FileShown,
    GigShown,
    Refused,
    ReportForm,
    SignedOut,
    SwitchPerson,
    Viewer,
)

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
TYPES = (
    MediaType(name="image/jpeg", extension="jpg", kind=Kind.IMAGE),
    MediaType(name="image/png", extension="png", kind=Kind.IMAGE),
    MediaType(name="application/pdf", extension="pdf", kind=Kind.PDF),
    MediaType(name="video/mp4", extension="mp4", kind=Kind.VIDEO),
)
CLIENT = Party(user_id="c", side=Side.CLIENT, name="Amara Okafor")
WORKER = Party(user_id="w", side=Side.WORKER, name="Jonas Lindqvist")
GIG = Gig(
    id="48213",
    title="Re-tile a shower wall, 4 m²",
    parties=(CLIENT, WORKER),
    place="Marchmont",
    starts_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
)
TEXT = (
    "While cutting tiles in the hallway, the cutter was dragged over the oak floor. There are three deep "
    "scratches of about 60 cm, right by the front door.\n\nJonas saw them when he packed up."
)
STATUSES = "received in_review waiting_reporter waiting_respondent waiting_external decided appealed closed"


def form(**changes: object) -> ReportForm:
    given = {
        "intake": intake(GIG, CLIENT, Limits(), TYPES, Rulebook()),
        "csrf": "csrf-token",
        "idempotency_key": "key-1",
        "draft_key": "draft-1",
        "back_url": "https://market.example/gigs/48213",
    }
    return ReportForm(**(given | changes))


def case(status: str = "received", **changes: object) -> CaseShown:
    given = {
        "reference": "GD-7K3M-9XQ24",
        "status": status,
        "issue_label": "Something was damaged",
        "gig": GigShown(title=GIG.title, other_name=WORKER.name, place=GIG.place, starts_at=GIG.starts_at),
        "description": TEXT,
        "files": (
            FileShown(name="hallway-boards-close-up-and-more.jpg", size=5_033_165, state="pending"),
            FileShown(name="invoice.pdf", size=312_000, state="clean", url="/file"),
            FileShown(name="<b>.mp4", size=31_200_000, state="infected"),
        ),
        "opened_at": AT,
        "receipt_url": "/receipt",
        "details": (
            DetailShown(field=ITEM, value="Oak floor in the hallway"),
            DetailShown(field=AMOUNT, value="240.00"),
        ),
        "reply_by": AT + timedelta(hours=8),
        "mailed_to": "amara@mail.example",
    }
    return CaseShown(**(given | changes))


QUESTION = (
    "Thank you, Amara. The photos are clear. Could you take one more of the deepest scratch with a ruler or a "
    "coin beside it, so that a floor fitter can judge the depth?"
)
REASONS = (
    "The photos show fresh scratches, and both of you say that the cutter was moved over the floor.\n\n"
    "Jonas pays for the repair, up to the amount of the invoice."
)


def entry(number: int, kind: str, side: str, **more: object) -> EntryShown:
    return EntryShown(id=f"e{number}-1", kind=kind, side=side, at=AT + timedelta(hours=3 * number), **more)


TAKEN = entry(1, "event", "desk", title="A person took it up", icon="half")
ASKED = entry(2, "request", "desk", text=QUESTION, due=AT + timedelta(days=4))
REPLIED = entry(3, "message", "me", text="Here it is:\n" + "scratch" * 12)
OTHER = entry(
    4, "event", "desk", title="We asked the other side", icon="hourglass", due=AT + timedelta(days=3)
)
WRITTEN = entry(5, "message", "desk", text="We have all that we need. You hear from us this week.")
DECIDED = entry(6, "decision", "desk", title=DISPOSITIONS["partly_upheld"], icon="gavel", text=REASONS)
APPEALED = entry(
    7, "message", "me", title="You appealed the decision", icon="scales", text="There is a witness."
)
AGAIN = replace(DECIDED, id="e8-1", before=OUTCOMES["varied"], title=DISPOSITIONS["upheld"])
ENDED = entry(9, "event", "me", title=CLOSED["resolved"], icon="box-closed")
ERASED = entry(3, "message", "me")


FILES_ASKED = FilesAsked(accept="image/*,application/pdf,.jpg,.pdf", most=10, limits=Limits())
PHOTOS = (
    FileShown(
        name="a-very-long-name-of-a-photo-of-the-deepest-scratch.jpg",
        size=4_000_000,
        state="clean",
        url="/file",
    ),
    FileShown(name="ruler.jpg", size=3_000_000, state="pending"),
)
WITH_FILES = entry(3, "message", "me", text="Here it is, with a ruler.", files=PHOTOS)
FILES_ALONE = entry(5, "files", "me", files=(FileShown(name="invoice.pdf", size=312_000, state="clean"),))
FROM_DESK = entry(7, "message", "desk", text="Is it this one?", files=PHOTOS[:1])


def acts(*names: str, **changes: object) -> list[ActForm]:
    """Forms as the page has them, the first of them open; ``changes`` are made to it."""
    made = [
        ActForm(
            name=name,
            words=WORDS[name],
            url=f"/help/reports/1/{name}",
            csrf="c",
            key="k",
            version=3,
            most=20_000,
            files=FILES_ASKED if name in {"reply", "messages", "statement"} else None,
        )
        for name in names
    ]
    return [replace(made[0], **changes), *made[1:]]


def life(status: str, *entries: EntryShown, **changes: object) -> CaseShown:
    """The page of a case with a history."""
    given = {"entries": entries, "next_text": "A person is looking into it.", "mailed_to": ""}
    return case(status, **(given | changes))


def of_respondent(status: str, *entries: EntryShown, **changes: object) -> CaseShown:
    given = {"viewer": "respondent", "description": "", "files": (), "details": (), "receipt_url": ""}
    return life(status, *entries, **(given | changes))


LIVES = {
    "life-needs-reply": life(
        "waiting_reporter", TAKEN, ASKED, next_by=ASKED.due, forms=acts("reply", "withdrawal", is_main=True)
    ),
    "life-reply-wrong": life(
        "waiting_reporter",
        TAKEN,
        ASKED,
        next_by=ASKED.due,
        forms=acts("reply", "withdrawal", is_main=True, problem="Write something here, then send it."),
    ),
    "life-review": life(
        "in_review",
        TAKEN,
        ASKED,
        REPLIED,
        OTHER,
        WRITTEN,
        WITH_FILES,
        FILES_ALONE,
        FROM_DESK,
        said="Your reply was sent.",
        forms=acts("messages", "withdrawal", is_open=True),
    ),
    "life-files-wrong": life(
        "waiting_reporter",
        ASKED,
        next_by=ASKED.due,
        forms=acts(
            "reply",
            "withdrawal",
            is_main=True,
            typed="Here it is.",
            problem="holiday.exe is not of a type that is taken here, whatever its name says.",
            problem_at="files",
            lost_files=True,
        ),
    ),
    "life-withdrawal-unsure": life(
        "in_review",
        TAKEN,
        ERASED,
        forms=acts(
            "withdrawal",
            "messages",
            is_open=True,
            typed="It is solved.",
            problem="Tick it.",
            problem_at="sure",
        ),
    ),
    "life-decided": life(
        "decided",
        TAKEN,
        DECIDED,
        next_text="It is decided. If you agree, nothing is left to do; if not, you can appeal.",
        next_by=AT + timedelta(days=9),
        forms=acts("acceptance", "appeal", "messages", is_main=True),
    ),
    "life-appealed": life(
        "appealed",
        DECIDED,
        APPEALED,
        forms=acts("messages", is_open=True, files=replace(FILES_ASKED, most=0)),
    ),
    "life-closed": life("closed", DECIDED, APPEALED, AGAIN, ENDED, forms=acts("appeal", "reopening")),
    "life-moved-on": life(
        "closed", ENDED, refused="The report has changed meanwhile.", kept="What I wrote.", forms=()
    ),
    "life-received": life("received", WRITTEN, forms=acts("messages", "withdrawal")),
    "respondent-asked": of_respondent(
        "waiting_respondent", ASKED, next_by=ASKED.due, forms=acts("statement", is_main=True)
    ),
    "respondent-decided": of_respondent(
        "decided", ASKED, REPLIED, DECIDED, shields_reporter=True, forms=acts("appeal", "messages")
    ),
}
LIVE = LiveShown(
    page_url="/help/reports/1",
    case_url="/help/api/cases/1",
    events_url="/help/api/cases/1/events",
    seen="3-1",
    person="d",
    draft_key="d.1",
)
LIVES |= {
    "live": replace(
        LIVES["life-review"],
        live=LIVE,
        said="",
        estimate="8 of 10 reports like this were decided within 3 days. This one takes longer.",
        receipt_page_url="/receipt",
        record_url="/help/record",
    ),
    "received-estimate": case(
        estimate="We aim to decide it within 7 days. That is our target: we have no figures for it yet.",
        record_url="/help/record",
        receipt_page_url="/receipt",
    ),
}
RECEIPT = ReceiptShown(
    case="83c12563-b3fe-8a0d-adeb-b8450e5149ce",
    reference="GD-7K3M-9XQ24",
    received_at=AT,
    gig_title=GIG.title,
    gig_id=GIG.id,
    issue_label="Something was damaged",
    text=TEXT,
    text_sha256="6eb22fc19e5f7ba4" * 4,
    files=[
        ReceiptFile(name="hallway-boards.jpg", size=5_033_165, media_type="image/jpeg", sha256="ab" * 32),
        ReceiptFile(name="", size=31_200_000, media_type="video/mp4", sha256=""),
    ],
    kid="2026-11-01.7f3a",
    algorithm="Ed25519",
    signature="63c3ee50" * 16,
    digest="0f" * 32,
    commit="1e" * 32,
    case_url="/help/reports/83c12563-b3fe-8a0d-adeb-b8450e5149ce",
    download_url="https://market.example/help/api/cases/83c12563-b3fe-8a0d-adeb-b8450e5149ce/receipt",
    keys_url="https://market.example/help/api/receipt-keys",
)
PROBLEMS = (
    FieldProblem(field="amount", message="Write the amount in numbers, like 240. You wrote “about 240”."),
    FieldProblem(field="description", message="Tell us what happened."),
    FieldProblem(field="files", message="floor-scan.tiff was not added. Send it as JPEG, PNG or PDF."),
)
TYPED = {"issueType": "property.damage", "amount": "about 240", "item": "Oak floor"}
KINDS = {kind: KindShown(kind=kind, label=rule.label, about=rule.about) for kind, rule in RULES.items()}
FIRST = KINDS[CHOOSABLE[0]]
CHOICES = Choices(
    choices=[replace(FIRST, is_wanted=False), *(KINDS[kind] for kind in CHOOSABLE[1:])],
    always=[KINDS[kind] for kind in ALWAYS],
    csrf="csrf-token",
    just_saved=True,
)
SWITCH = Switch(label=FIRST.label, about=FIRST.about, off_url="/x", undo_url="/y", is_off=False)
STATES = {
    "report": ("report", {"form": form()}),
    "report-chosen": ("report", {"form": form(typed=TYPED | {"amount": "240", "description": TEXT})}),
    "report-errors": ("report", {"form": form(typed=TYPED, problems=PROBLEMS)}),
    "report-untyped": (
        "report",
        {"form": form(problems=[FieldProblem(field="issueType", message="Choose what it is about.")])},
    ),
    "report-safety": ("report", {"form": form(typed={"issueType": "safety.emergency"})}),
    "received": ("case", {"page": case()}),
    "case-shielded": ("case", {"page": case("in_review", shields_reporter=True, files=())}),
    **{f"case-{status}": ("case", {"page": case(status)}) for status in STATUSES.split()[1:]},
    **{name: ("case", {"page": page}) for name, page in LIVES.items()},
    "receipt": ("receipt", {"page": RECEIPT}),
    "receipt-erased": ("receipt", {"page": replace(RECEIPT, text="", text_sha256="", files=())}),
    **LIST_STATES,
    **STAFF_STATES,
    "notices": ("notices", {"page": CHOICES}),
    "unsubscribe": ("unsubscribe", {"page": SWITCH}),
    "unsubscribed": ("unsubscribe", {"page": replace(SWITCH, is_off=True)}),
    "unsubscribe-undone": ("unsubscribe", {"page": replace(SWITCH, just_undone=True)}),
    "sign-in": ("signed_out", {"page": SignedOut(sign_in_url="https://market.example/sign-in")}),
    "signed-out": ("signed_out", {"page": SignedOut(just_now=True, problem="The link was used before.")}),
    "switch": (
        "switch",
        {
            "page": SwitchPerson(
                current_name="Amara Okafor", coming_name="Jonas Lindqvist", token="t", next_path="/reports"
            )
        },
    ),
    **{
        f"error-{status}": (
            "error",
            {
                "page": Refused(
                    status=status,
                    code="gig.not_yours" if status == 403 else "",
                    message="This says what to do.",
                    number="r-8f21c04e",
                    retry_after=60 if status == 429 else None,
                    reports_url="/reports",
                )
            },
        )
        for status in (403, 404, 422, 429, 500, 503)
    },
    "api-docs": ("api_docs", {"page": read(document("http://127.0.0.1:8000/help"))}),
    "demo": (
        "demo",
        {
            "page": Demo(
                people=(DemoPerson(role="Client", name="Amara Okafor", url="/x", about="Booked a tiler."),),
                gigs=(DemoGig(title=GIG.title, trade="tiling", url="/y"),),
                curl="curl -F gigId=48213 http://127.0.0.1:8000/api/report-issue",
            )
        },
    ),
}


def draw(pages: Pages, state: str, accept_language: str = "en") -> bytes:
    """The page in this state."""
    template, view = STATES[state]
    viewer = (
        None
        if state.startswith(("sign", "demo", "unsub", "api"))
        else Viewer(name="Amara Okafor", csrf="csrf-token")
    )
    language = Languages().negotiate(accept_language)
    return pages.render(template, language, viewer, **view)


def pages(base_url: str = "http://127.0.0.1:8000/help") -> Pages:
    return Pages(base_url, Brand(name="Nearhand"))
