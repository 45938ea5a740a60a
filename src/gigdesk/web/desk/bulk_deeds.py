"""One deed with one case: what would become of it, and what did. Judged by the same plans as everywhere."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from gigdesk.app import Gigdesk
from gigdesk.cases.act import Condition, Key
from gigdesk.cases.ground import Plan
from gigdesk.cases.label_events import TagsChanged
from gigdesk.cases.plans import PLANS
from gigdesk.cases.seal import record_of
from gigdesk.cases.view import CaseView, view_of
from gigdesk.cases.visibility import case_of
from gigdesk.errors import Invalid, NotFound
from gigdesk.language import Languages
from gigdesk.web.agent.deeds import UNWRITTEN, Deed, Document, Told
from gigdesk.web.agent.names import user_ids
from gigdesk.web.api.act_bodies import FIELDS, read_body
from gigdesk.web.crossing import condition_of
from gigdesk.web.desk.beside import DeskBeside
from gigdesk.web.desk.bulk_choices import is_for
from gigdesk.web.desk.bulk_form import CaseAt, Meant, SentBulk
from gigdesk.web.macro_filled import Filled, Writing, filled_for
from gigdesk.web.party_languages import party_languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What would become of a case: nothing where ``is_change`` is false, and ``reply`` is what would be sent."""

    view: CaseView
    is_change: bool
    reply: Filled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """A case after the deed, what taking it back needs, and whether anything changed.

    ``after`` has the version of the deed itself, also where others went on since.
    """

    view: CaseView
    after: CaseAt
    is_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What of the act is known only with the case at hand."""

    document: Document | None
    more: Mapping[str, object] = field(default_factory=dict)
    reply: Filled | None = None


_Prepare = Callable[[Meant, Told, CaseView], Awaitable[_Prepared]]


class BulkDeeds:
    """Judges and does deeds, each case by itself."""

    def __init__(self, desk: Gigdesk, languages: Languages, beside: DeskBeside) -> None:
        self._desk = desk
        self._languages = languages
        self._beside = beside
        self._prepare: Mapping[str, _Prepare] = {
            "": self._as_told,
            "before": self._as_told,
            "other": self._with_other,
            "owner": self._with_owner,
            "reply": self._with_reply,
            "tags": self._with_tags,
        }

    async def look(self, told: Told, at: CaseAt) -> CaseView:
        """The case for staff; raises NotFound for everybody else, and for staff who are a party of it."""
        sight = await self._desk.reader.look_as_staff(told.actor, at.case)
        return view_of(sight, self._desk.rulebook.taxonomy)

    def judge(self, meant: Meant) -> None:
        """Return unless what was chosen or written is wrong whatever the case is; raises Invalid."""
        if not meant.deed.prepared:
            told = replace(meant.told, text=meant.told.text or UNWRITTEN)
            self._values(meant.deed, meant.deed.document(told))

    async def rehearse(self, meant: Meant, at: CaseAt) -> Judged:
        """What would become of it, with nothing written. Raises what ``do`` raises."""
        told = replace(meant.told, text=meant.told.text or UNWRITTEN)
        view = await self.look(told, at)
        plan, prepared = await self._planned(meant, _at(told, at), view)
        rehearsal = await self._desk.acts.rehearse(told.actor, at.case, plan, _as_seen(meant.deed, at))
        return Judged(view=view, is_change=bool(rehearsal.events), reply=prepared.reply)

    async def do(self, sent: SentBulk, meant: Meant, at: CaseAt) -> Did:
        """Do it, or find that this form did it before.

        Raises NotFound, Conflict, NotAllowed, Invalid, Outdated, Unavailable.
        """
        told, deed = _at(meant.told, at), meant.deed
        view = await self.look(told, at)
        plan, prepared = await self._planned(meant, told, view)
        method = "POST" if prepared.document is not None else "DELETE"
        key = Key.of(sent.key or None, deed.act, {**sent.said, "before": at.before}, method=method)
        done = await self._desk.acts.act(told.actor, at.case, plan, condition=_as_seen(deed, at), key=key)
        after = await self.look(told, at)
        earlier = list(takewhile(lambda commit: commit.id != done.commit, after.sight.commits))
        was = case_of(at.case, [record_of(commit) for commit in earlier])
        is_change = len(earlier) < len(after.sight.commits)
        version = after.sight.commits[len(earlier)].number if is_change else after.version
        return Did(
            view=after,
            after=CaseAt(case=at.case, version=version, before=deed.before(was) if was else ""),
            is_change=is_change,
        )

    async def _planned(self, meant: Meant, told: Told, view: CaseView) -> tuple[Plan, _Prepared]:
        deed = meant.deed
        prepared = await self._prepare[deed.prepared](meant, told, view)
        values = {**self._values(deed, prepared.document), **prepared.more}
        method = "POST" if prepared.document is not None else "DELETE"
        return PLANS[method, deed.act](values, self._desk.handler.person), prepared

    def _values(self, deed: Deed, document: Document | None) -> dict[str, Any]:
        method = "POST" if document is not None else "DELETE"
        return read_body(FIELDS[method, deed.act], document or {}, self._desk.limits.description)

    async def _as_told(self, meant: Meant, told: Told, _view: CaseView) -> _Prepared:
        return _Prepared(document=meant.deed.document(told))

    async def _with_other(self, meant: Meant, told: Told, view: CaseView) -> _Prepared:
        """The case that goes on: of the same gig, by its reference, as this member of staff may see it."""
        into = await self._beside.find(told.actor, view, told.own)
        try:
            other = await self._desk.reader.look_as_staff(told.actor, into)
        except NotFound:
            raise Invalid(
                "merge.unknown", "There is no such case to merge into, or it is not yours."
            ) from None
        return _Prepared(document={"into": str(into)}, more={"other": other})

    async def _with_owner(self, _meant: Meant, told: Told, view: CaseView) -> _Prepared:
        """Who had the case before, whom its log calls by a number."""
        if not told.before:
            return _Prepared(document={"owner": None})
        owner = user_ids(view.sight).get(f"staff:{told.before}")
        if not owner:
            raise Invalid("owner.unknown", "It is not known who had this case before. Assign it anew.")
        return _Prepared(document={"owner": owner})

    async def _with_tags(self, _meant: Meant, told: Told, view: CaseView) -> _Prepared:
        """What was done to its tags when it was left at this version, the other way round."""
        commits = [record for record in view.sight.seen if record.number <= told.version]
        done = [one for record in commits for one in record.events if isinstance(one, TagsChanged)]
        last = done[-1] if done else TagsChanged(added=(), removed=())
        return _Prepared(document={"add": list(last.removed), "remove": list(last.added)})

    async def _with_reply(self, meant: Meant, told: Told, view: CaseView) -> _Prepared:
        """The canned reply, filled in for who reads it, in their language."""
        document, macro = dict(meant.deed.document(told) or {}), meant.macro
        if macro is None or not is_for(macro, view):
            raise Invalid("macro.other_case", "This canned reply is not for a case of this type or queue.")
        writing = Writing(
            view=view,
            agent=told.actor.name,
            at=told.now,
            languages=await party_languages(self._desk, self._languages, view),
        )
        reply = filled_for(macro, str(document["to"]), writing)
        if reply.missing:
            places = ", ".join(f"{{{name}}}" for name in reply.missing)
            raise Invalid(
                "macro.unfilled",
                "%(places)s cannot be filled in for this case. Write this one by hand.",
                places=places,
            )
        return _Prepared(document={**document, "text": reply.text}, reply=reply)


def _at(told: Told, at: CaseAt) -> Told:
    return replace(told, before=at.before, version=at.version)


def _as_seen(deed: Deed, at: CaseAt) -> Condition:
    """That the case is as it was looked at, but for what is quiet to this deed."""
    return condition_of(str(at.version), deed.undoes)
