"""In which language the parties of a case read what the desk writes to them."""

from collections.abc import Mapping

from gigdesk.app import Gigdesk
from gigdesk.cases.view import CaseView
from gigdesk.language import Language, Languages


async def party_languages(desk: Gigdesk, languages: Languages, view: CaseView) -> Mapping[str, Language]:
    """What each party reads, as far as the marketplace said; English where it did not. Raises Unavailable."""
    ids = {"reporter": view.reporter.get("id", ""), "respondent": (view.respondent or {}).get("id", "")}
    known = await desk.people.get([user for user in ids.values() if user])
    return {
        side: languages.negotiate("", known[user].locale if user in known else "")
        for side, user in ids.items()
    }
