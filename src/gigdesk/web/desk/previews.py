"""Shows what something that staff wrote would become, with nothing sent: the same rules, words and letters."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from markupsafe import Markup
from starlette.responses import Response

from gigdesk.app import Gigdesk
from gigdesk.cases.effects import Notify, effects_of
from gigdesk.cases.ground import Rehearsal
from gigdesk.cases.life_commands import SYSTEM, By
from gigdesk.cases.life_events import CaseDecided, DecisionAnnounced
from gigdesk.cases.lifecycle import GRACE, Who
from gigdesk.cases.sight import Sight
from gigdesk.cases.view import view_of
from gigdesk.cases.visibility import Record, Viewer, case_of, seen_by
from gigdesk.errors import NotFound
from gigdesk.language import Language
from gigdesk.notices.courier import Courier, Foreseen
from gigdesk.notices.facts import ToPerson, reader_of
from gigdesk.notices.telling import Scene, about_of, facts_of, scene_of
from gigdesk.web.agent.names import Names, names_of
from gigdesk.web.agent.preview_shown import (
    PREVIEWS,
    LetterShown,
    PreviewShown,
    ReaderShown,
    letter_shown,
)
from gigdesk.web.desk.frame import Desk
from gigdesk.web.desk.moves import PREVIEW, MovePosted
from gigdesk.web.reporter.case_shown import case_shown

# A letter brings a style of its own; it runs nothing, loads nothing, and stands in our own page alone.
LETTER = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_OWN = frozenset({"csrf", "letter", "write"})  # what the form of a preview has by itself
PARTIES = (Viewer.REPORTER, Viewer.RESPONDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that would go to this party; ``at`` is when, if not at once."""

    to: Viewer
    foreseen: Foreseen
    is_plain: bool
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What would have happened, to the last commit that tells of it, and what parties would be told."""

    rehearsal: Rehearsal
    history: Sequence[Record]
    letters: Sequence[Letter]


class DeskPreviews:
    """Looks ahead."""

    def __init__(self, desk: Gigdesk, shell: Desk, courier: Courier) -> None:
        self._desk = desk
        self._shell = shell
        self._courier = courier

    async def foresee(self, rehearsal: Rehearsal) -> Foresight:
        """What would come of it. Raises Unavailable."""
        history = [*rehearsal.history, *_announced(rehearsal)]
        letters = [letter async for letter in self._letters(rehearsal, history)]
        return Foresight(rehearsal=rehearsal, history=history, letters=letters)

    async def shown(
        self, call: MovePosted, foresight: Foresight, language: Language, *, csrf: str
    ) -> PreviewShown:
        """The page for who wrote it. Raises Unavailable."""
        page = self._shell.url(f"/desk/cases/{call.view.case.id}")
        sight = foresight.rehearsal.ground.sight
        return PreviewShown(
            words=PREVIEWS[call.name],
            reference=call.view.case.reference,
            case_url=page,
            url=f"{page}/{PREVIEW}",
            send_url=f"{page}/{call.act}",
            csrf=csrf,
            fields=[(name, one) for name, given in call.posted.items() if name not in _OWN for one in given],
            readers=await self._readers(foresight, names_of(sight, {}, language)),
            has_files=call.has_files,
        )

    async def _readers(self, foresight: Foresight, names: Names) -> list[ReaderShown]:
        locales = await self._locales(foresight.rehearsal)
        found = []
        for party in PARTIES:
            language = self._shell.languages.negotiate("", locales.get(party, ""))
            entries = self._entries(foresight, party, language)
            letters = [
                _shown(number, letter, names.language)
                for number, letter in enumerate(foresight.letters)
                if letter.to is party
            ]
            if entries or letters:
                found.append(
                    ReaderShown(
                        name=names.first(party.value),
                        language=language,
                        language_name=names.language.name_of(language.tag),
                        entries=entries,
                        letters=letters,
                    )
                )
        return found

    async def _letters(self, rehearsal: Rehearsal, history: Sequence[Record]) -> AsyncIterator[Letter]:
        for scene in self._scenes(rehearsal, history):
            is_later = scene.at > rehearsal.ground.at
            for facts in facts_of(scene):
                if not isinstance(facts, ToPerson):
                    continue
                party = Viewer(reader_of(facts).value)
                if user_id := scene.person(party).get("id"):
                    yield Letter(
                        to=party,
                        foreseen=await self._courier.foresee(facts, user_id),
                        is_plain=facts.about.is_sensitive,
                        at=scene.at if is_later else None,
                    )

    def _scenes(self, rehearsal: Rehearsal, history: Sequence[Record]) -> Iterator[Scene]:
        """Of each event of which somebody is told, what the outbox would make of it."""
        case = rehearsal.ground.case
        for record in history[len(rehearsal.ground.sight.seen) :]:
            for effect in effects_of(record.events, record.number, case):
                if not isinstance(effect, Notify):
                    continue
                scene = scene_of(
                    effect,
                    case.id,
                    history,
                    rehearsal.sealed,
                    lambda state, sealed: about_of(state, sealed, self._desk.rulebook, self._desk.base_url),
                )
                if scene:
                    yield scene

    async def _locales(self, rehearsal: Rehearsal) -> Mapping[Viewer, str]:
        """What the marketplace said that each party reads."""
        ids = {party: _user_id(rehearsal, party) for party in PARTIES}
        known = await self._desk.people.get([user_id for user_id in ids.values() if user_id])
        return {party: known[user_id].locale for party, user_id in ids.items() if user_id in known}

    def _entries(self, foresight: Foresight, party: Viewer, language: Language) -> Markup:
        """What would be new in the conversation as this party reads it, drawn as their page draws it."""
        before = seen_by(party, foresight.rehearsal.ground.sight.seen)
        seen = seen_by(party, foresight.history)
        if len(seen) == len(before):
            return Markup()
        view = view_of(_sight_of(foresight, party, seen), self._desk.rulebook.taxonomy)
        shown = case_shown(view, self._shell.url, language, seen[-1].at)
        known = before[-1].number if before else 0
        fresh = [entry for entry in shown.entries if int(entry.id[1:].partition("-")[0]) > known]
        named = [replace(entry, id=f"read-{party}-{entry.id}") for entry in fresh]
        drawn = self._shell.pages.render("preview_entries", language, None, entries=named)
        return Markup(drawn.decode()) if fresh else Markup()  # noqa: S704 - drawn by a template that escapes


def _announced(rehearsal: Rehearsal) -> Iterator[Record]:
    """A decision is told of when the time is over in which it can be taken back."""
    kinds = {type(event) for event in rehearsal.events}
    if CaseDecided in kinds and DecisionAnnounced not in kinds:
        last = rehearsal.history[-1]
        at: datetime = last.at + GRACE
        yield Record(number=last.number + 1, at=at, by=SYSTEM.name, events=(DecisionAnnounced(),))


def _sight_of(foresight: Foresight, party: Viewer, seen: Sequence[Record]) -> Sight:
    """The case as it would then stand for this party."""
    sight = foresight.rehearsal.ground.sight
    case = case_of(sight.case.id, foresight.history)
    assert case is not None  # it stands already
    return Sight(
        row=sight.row,
        commits=(),
        case=case,
        sealed=foresight.rehearsal.sealed,
        viewer=party,
        seen=seen,
        by=By(name=party.value, who=frozenset({Who(party.value)})),
        person=(sight.row.reporter if party is Viewer.REPORTER else sight.row.respondent) or "",
    )


def _user_id(rehearsal: Rehearsal, party: Viewer) -> str:
    value = rehearsal.sealed.get(party.value)
    return str(orjson.loads(value.value).get("id", "")) if value else ""


def _shown(number: int, letter: Letter, reader: Language) -> LetterShown:
    return letter_shown(number, letter.foreseen, reader, at=letter.at, is_plain=letter.is_plain)


def letter_answer(foresight: Foresight, number: str) -> Response:
    """The letter of this number as it would look; raises NotFound where there is none."""
    letters = {str(place): letter for place, letter in enumerate(foresight.letters)}
    if number not in letters:
        raise NotFound("letter.unknown", "There is no such letter.")
    return Response(letters[number].foreseen.notice.html or "", headers=LETTER)
