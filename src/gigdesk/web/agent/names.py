"""Who is who in a case, as staff read it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from gigdesk.cases.issue_types import msg
from gigdesk.cases.sight import Sight
from gigdesk.web.language import Language

_WORDS = {
    "reporter": msg("The reporter"),
    "respondent": msg("The respondent"),
    "system": msg("gigdesk"),
    "staff": msg("Somebody of the desk"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by what the log calls people: ``reporter``, ``respondent``, ``staff:3``; ``me`` is who looks."""

    known: Mapping[str, str]
    me: str
    language: Language

    def of(self, item: str) -> str:
        """What to call them; who looks is "You"."""
        if item == self.me:
            return self.language.gettext(msg("You"))
        return self.plain(item)

    def plain(self, item: str) -> str:
        """Their name, or the word for what they are."""
        role = item.partition(":")[0]
        return self.known.get(item) or self.language.gettext(_WORDS.get(role, _WORDS["staff"]))

    def first(self, item: str) -> str:
        """Their first name, or the word for what they are."""
        return (self.known.get(item) or "").split(" ")[0] or self.plain(item)


def user_ids(sight: Sight) -> Mapping[str, str]:
    """The user ids of those who are named on the case, by item."""
    return {item: str(person.get("id", "")) for item, person in _people(sight)}


def names_of(sight: Sight, met: Mapping[str, str], language: Language) -> Names:
    """The names on this case. ``met`` has names by user id, for staff who were assigned by their id alone."""
    known = {
        item: str(person.get("name", ""))
        or met.get(str(person.get("id", "")), "")
        or str(person.get("id", ""))
        for item, person in _people(sight)
    }
    return Names(known=known, me=sight.by.name, language=language)


def _people(sight: Sight) -> Iterable[tuple[str, dict[str, object]]]:
    for item, value in sight.sealed.items():
        if item in ("reporter", "respondent") or item.startswith("staff:"):
            yield item, orjson.loads(value.value)
