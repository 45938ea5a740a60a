"""How the page of a case is kept up to date by its script."""

from collections.abc import Callable
from dataclasses import dataclass

from gigdesk.cases.timing import is_sensitive
from gigdesk.cases.view import CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveShown:
    """How the page is kept up to date: its own address, the case and its events in the API.

    ``seen`` is the id up to which the page shows what happened. ``person`` says whose page it is, ``draft_key``
    tells the drafts of two people or two cases apart on one device; neither is a secret. ``draft_key`` is empty
    where nothing may be kept there.
    """

    page_url: str
    case_url: str
    events_url: str
    seen: str
    person: str
    draft_key: str = ""


def live_shown(view: CaseView, url: Callable[[str], str]) -> LiveShown:
    """How the page of a party is kept up to date; of a sensitive case no draft stays on a device."""
    case, person = f"/api/cases/{view.case.id}", view.sight.person[:16]
    return LiveShown(
        page_url=url(f"/reports/{view.case.id}"),
        case_url=url(case),
        events_url=url(f"{case}/events"),
        seen=f"{view.version}-1",
        person=person,
        draft_key="" if is_sensitive(view.case) else f"{person}.{view.case.id}",
    )
