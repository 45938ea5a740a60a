"""What every page of the desk has around it: where one can go, and who is signed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gigdesk.access.model import Actor, Role
from gigdesk.access.policy import Action, allows
from gigdesk.cases.issue_types import msg
from gigdesk.web.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page that the top bar or the account menu leads to. ``label`` is a message id, ``key`` as keys are named.

    Who may not do what it ``needs`` is not led there.
    """

    name: str
    path: str
    label: str
    key: str = ""
    needs: Action = Action.SEE_DESK


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A line of the sheet of keys: what it does, and the keys one after the other."""

    label: str
    keys: tuple[str, ...]


# Only pages that there are: whoever builds one adds its line.
PLACES: tuple[Place, ...] = (
    Place(name="cases", path="/desk", label=msg("Cases"), key="g c"),
    Place(name="figures", path="/desk/figures", label=msg("Figures"), key="g f"),
    Place(
        name="settings", path="/desk/settings", label=msg("Settings"), key="g a", needs=Action.SEE_SETTINGS
    ),
)
ACCOUNT: tuple[Place, ...] = (
    Place(name="macros", path="/desk/macros", label=msg("Canned replies")),
    Place(name="sessions", path="/desk/sessions", label=msg("Where you are signed in")),
)

SEARCH = "/api/search?limit=8&q="

ROLES: Mapping[Role, str] = {
    Role.ADMIN: msg("Admin"),
    Role.LEAD: msg("Lead"),
    Role.AUDITOR: msg("Auditor, reads only"),
    Role.AGENT: msg("Agent"),
}
EVERYWHERE = (
    KeyLine(label=msg("Find or do"), keys=("Ctrl", "K")),
    KeyLine(label=msg("Send what you write"), keys=("Ctrl", "⏎")),
    KeyLine(label=msg("Close, go back"), keys=("Esc",)),
    KeyLine(label=msg("These keys"), keys=("?",)),
)
SCRIPT = {
    "actions": msg("On this page"),
    "places": msg("Go to"),
    "cases": msg("Cases"),
    "views": msg("Views"),
    "ownedBy": msg("Open cases of"),
    "found": msg("Results: {count}. First: {first}"),
    "foundNone": msg("Nothing found. Try a reference like GD-7K3M, or the name of an action."),
    "broke": msg("Not sent: the line broke. What you wrote is kept. Send it again."),
    "busy": msg(
        "Not sent: too much is going on here right now. What you wrote is kept. Send it again later."
    ),
    "notSent": msg("Not sent. What you wrote is kept. Load the page again, then send it."),
    "sending": msg("Sending"),
    "percentSent": msg("{percent} % sent"),
    "checking": msg("All of it is sent, and is being taken in."),
    "stop": msg("Stop sending"),
    "stopped": msg("Stopped. What you wrote and the files that you chose are still here."),
    "signedOut": msg("You were signed out. What you wrote is kept. Sign in again in a new tab."),
    "gone": msg("This case is no longer open to you."),
    "offline": msg("Not connected. We try again."),
    "online": msg("Connected again."),
    "undo": msg("Undo"),
    "macros": msg("Canned replies"),
    "people": msg("{count} people. First: {first}"),
    "noPeople": msg("Nobody of that name sees this case."),
    "left": msg("no longer in the list"),
    "selected": msg("{count} selected"),
    "selectFirst": msg("Select a case first: J and K move, X selects."),
    "fresh": msg("{count} cases are new or have changed. Show them"),
    "freshOne": msg("1 case is new or has changed. Show it"),
    "saved": msg("Draft saved on this device"),
    "notSaved": msg("Not kept on this device"),
    "news": msg("New: {what}"),
    "showNew": msg("Show"),
    "fromNote": msg("This looks like text of an internal note. Paste it where a party reads it?"),
    "zoomed": msg("{percent} %"),
    "place": msg("{at} of {all}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskShell:
    """The frame of a page. ``here`` is the name of the place that it belongs to; ``csrf`` signs out."""

    name: str
    role: str
    csrf: str
    here: str
    places: tuple[Place, ...] = PLACES
    account: tuple[Place, ...] = ACCOUNT

    @property
    def initials(self) -> str:
        """Two letters for who is signed in."""
        return initials(self.name)


def shell_of(actor: Actor, csrf: str, here: str) -> DeskShell:
    """The frame for this member of staff, with the role that says most."""
    role = next((words for role, words in ROLES.items() if role in actor.roles), "")
    return DeskShell(
        name=actor.name or actor.sub,
        role=role,
        csrf=csrf,
        here=here,
        places=tuple(place for place in PLACES if allows(actor, place.needs)),
        account=tuple(place for place in ACCOUNT if allows(actor, place.needs)),
    )


def initials(name: str) -> str:
    """The first letters of the first two words, as avatars have them; nothing of nothing."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def desk_data(language: Language, url: Callable[[str], str]) -> Mapping[str, object]:
    """What every page of the desk says to its script."""
    return {
        "words": {name: language.gettext(words) for name, words in SCRIPT.items()},
        "find": {
            "cases": url("/desk/cases/"),
            "search": url(SEARCH),
            "places": url("/desk/places"),
        },
    }
