"""The forms of a case page: one for each thing that the caller may do now. Pure but for fresh keys."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gigdesk.cases.decide_files import room_for
from gigdesk.cases.lifecycle import Act
from gigdesk.cases.model import Status
from gigdesk.cases.view import CaseView
from gigdesk.cases.visibility import Viewer
from gigdesk.evidence.filetype import ALLOWED
from gigdesk.evidence.model import Limits
from gigdesk.ids import uuid7
from gigdesk.web.reporter.act_words import REPLY, WORDS
from gigdesk.web.reporter.form_views import ActForm, FilesAsked
from gigdesk.web.reporter.page_data import accept_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that was posted and refused; ``is_spent`` says that its key can serve no more.

    With ``has_files`` it brought some, which are not kept.
    """

    act: Act
    form: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    problem_at: str = ""
    is_spent: bool = False
    has_files: bool = False

    @property
    def text(self) -> str:
        """What was typed."""
        return self.form.get(WORDS[self.act].field, "") if WORDS[self.act].field else ""


def act_forms(
    view: CaseView,
    allowed: Collection[str],
    url: Callable[[str], str],
    *,
    csrf: str,
    limits: Limits,
    sent: Sent | None = None,
) -> Sequence[ActForm]:
    """The forms in the order of the page. What was typed stays in its form, or in the one that took its place."""
    names = _names(view, allowed)
    holder = _holder(names, sent) if sent else ""
    files = _files_asked(view, limits)
    made = []
    for place, name in enumerate(names):
        act = Act.MESSAGES if name == REPLY else Act(name)
        here = sent if sent and name == holder else None
        is_same = here is not None and here.act is act
        made.append(
            ActForm(
                name=name,
                words=WORDS[name],
                url=url(f"/reports/{view.case.id}/{act.value}"),
                csrf=csrf,
                key=(here.form.get("idempotencyKey", "") if here and is_same and not here.is_spent else "")
                or str(uuid7()),
                version=view.version,
                most=limits.description,
                typed=here.text if here else "",
                is_sure=bool(here and is_same and here.form.get("sure") == "yes"),
                problem=here.problem if here and is_same else "",
                problem_at=here.problem_at if here and is_same else "",
                is_open=here is not None,
                is_main=place == 0 and name in _FIRST,
                files=files if act in _TAKE_FILES else None,
                lost_files=bool(here and here.has_files and act in _TAKE_FILES),
            )
        )
    return made


_TAKE_FILES = frozenset({Act.MESSAGES, Act.STATEMENT})
# What stands open, since it is what the caller came for.
_FIRST = frozenset({REPLY, Act.STATEMENT, Act.ACCEPTANCE})


def _files_asked(view: CaseView, limits: Limits) -> FilesAsked:
    """As many as one form takes, or as find room in the case."""
    room = room_for(view.case, view.sight.by.name, limits)
    most = min(limits.files, room.files) if room.bytes else 0
    return FilesAsked(accept=accept_for(ALLOWED), most=most, limits=limits)


def _names(view: CaseView, allowed: Collection[str]) -> list[str]:
    """The forms that there are now, by name. Who is asked has one box to answer in."""
    names = [name for name in WORDS if name in allowed]
    if view.case.status is Status.WAITING_REPORTER and view.viewer is Viewer.REPORTER:
        names = [REPLY, *(name for name in names if name != Act.MESSAGES)]
    if Act.STATEMENT in names:
        names.remove(Act.MESSAGES)
    return names


def _holder(names: Sequence[str], sent: Sent) -> str:
    """The form that holds what was typed: its own, or another that writes to the desk."""
    takes_text = {Act.MESSAGES: (REPLY, Act.STATEMENT, Act.MESSAGES), Act.STATEMENT: (Act.MESSAGES,)}
    wanted = (sent.act.value, *takes_text.get(sent.act, ()))
    return next((name for name in wanted if name in names), "")
