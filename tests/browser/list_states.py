"""The page ``/reports`` in its states, with hostile and long words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gigdesk.web.reporter import list_shown, list_views
from gigdesk.web.reporter.words import STATUSES

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
GIG = "Re-tile a shower wall"
NEXT = {
    "waiting_reporter": "We need your reply to go on.",
    "waiting_respondent": "We have asked the other side and wait for their answer.",
    "decided": "It is decided. If you agree, nothing is left to do; if not, you can appeal.",
}
LISTED = tuple(
    list_views.CaseListed(
        url=f"/reports/{number + 1}",
        reference="GD-7K3M-9XQ24",
        status=status,
        title=f"The cutter was moved over the oak floor {'and scratched it ' * number}".strip(),
        issue_label="Something was damaged",
        gig_title=GIG,
        gig_url="/reports?gigId=48213",
        opened_at=AT,
        files=number,
        news=["", "change", "message", "", "", "decision"][number] if number < 6 else "",
        next_text=NEXT.get(status, ""),
        next_by=AT + timedelta(days=4) if status in NEXT else None,
    )
    for number, status in enumerate(STATUSES)
)
LINE = LISTED[0]
ODD = (
    replace(
        LINE,
        title=list_shown.ASKED,
        status="waiting_reporter",
        news="message",
        next_text="Tell us your side of it.",
    ),
    replace(LINE, url="/reports/2", title=""),
    replace(LINE, url="/reports/3", title="W" * 80, gig_title="G" * 60, gig_url=""),
)


def listed(chosen: str = "all", *cases: list_views.CaseListed, **more: str) -> list_views.CaseList:
    """The list, with this choice made."""
    tabs = [
        list_views.Tab(name=name, url=f"/reports?show={name}", is_chosen=name == chosen)
        for name in list_views.CHOICES
    ]
    return list_views.CaseList(cases=cases, tabs=tabs, **more)


LIST_STATES = {
    "reports": ("reports", {"page": listed("all", *LISTED, next_url="/reports?cursor=x", first_url="/r")}),
    "reports-odd": ("reports", {"page": listed("open", *ODD)}),
    "reports-of-gig": (
        "reports",
        {"page": listed("all", replace(LINE, gig_url=""), all_gigs_url="/reports")},
    ),
    "reports-empty": ("reports", {"page": listed(mailed_to="amara@mail.example")}),
    "reports-none-yet": ("reports", {"page": listed("closed", next_url="/reports?cursor=x")}),
}
