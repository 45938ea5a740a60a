"""The files of a case as staff are shown them. Pure."""

from collections.abc import Callable, Sequence

from gigdesk.cases.view import CaseView, FileView
from gigdesk.evidence.model import SCANNED_CLEAN, Verdict
from gigdesk.web.agent.case_views import DeskFile
from gigdesk.web.agent.names import Names

Url = Callable[[str], str]
VEILED = ("harassment.",)  # whose pictures nobody sees unasked


def files_shown(view: CaseView, names: Names, url: Url) -> Sequence[DeskFile]:
    """Every file of the case, in the order in which they came."""
    return [_file(view, file, names, url) for file in view.files]


def _file(view: CaseView, file: FileView, names: Names, url: Url) -> DeskFile:
    found = file.evidence
    page, api = (
        f"/desk/cases/{view.case.id}/files/{found.id}",
        f"/api/cases/{view.case.id}/evidence/{found.id}",
    )
    is_shown = found.verdict is Verdict.CLEAN and found.derivative is not None
    kind = found.media_type.partition("/")[0]
    return DeskFile(
        id=str(found.id),
        name=file.name,
        size=found.size,
        state=found.verdict.value,
        kind=kind,
        sender=names.of(found.party),
        at=found.received_at,
        url=url(page) if is_shown else "",
        thumbnail_url=url(f"{page}/thumbnail") if is_shown and found.thumbnail else "",
        original_url=url(f"{api}/original") if found.verdict in SCANNED_CLEAN else "",
        is_veiled=view.case.issue_type.startswith(VEILED) and kind in {"image", "video"},
    )
