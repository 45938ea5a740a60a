"""People and gigs that nobody is or had: made from a number, the same each time. Pure."""

from gigdesk.cases.issue_types import IssueType
from gigdesk.records import record

_FIRST = [
    "Amara",
    "Jonas",
    "Lucía",
    "Tom",
    "Yusuf",
    "Inês",
    "Paweł",
    "Kofi",
    "Olena",
    "Noor",
    "Sam",
    "Mei",
    "Ravi",
    "Freya",
    "Diego",
    "Aisha",
    "Lars",
    "Chiara",
    "Tariq",
    "Hana",
    "Mateo",
    "Zofia",
    "Emeka",
    "Sofia",
    "Ivan",
    "Leila",
    "Oscar",
    "Ngozi",
    "Hugo",
    "Priya",
    "Anton",
    "Salma",
    "Bruno",
    "Keiko",
    "Femi",
    "Marta",
    "Rui",
    "Dalia",
    "Erik",
    "Lena",
]
_LAST = [
    "Okafor",
    "Lindqvist",
    "Ferrer",
    "Baird",
    "Demir",
    "Duarte",
    "Nowak",
    "Mensah",
    "Kovalenko",
    "Haddad",
    "Rowe",
    "Chen",
    "Iyer",
    "Solberg",
    "Ramos",
    "Farah",
    "Nilsson",
    "Conti",
    "Aziz",
    "Novák",
    "Silva",
    "Zając",
    "Obi",
    "Marin",
    "Petrov",
    "Karimi",
    "Wilde",
    "Eze",
    "Moreau",
    "Nair",
    "Weber",
    "Amin",
    "Costa",
    "Tanaka",
    "Ade",
    "Lopes",
    "Khalil",
    "Berg",
    "Wolf",
    "Reid",
]
_AGENTS = (
    "Mira Sandoval", "Callum Reid", "Ines Duarte", "Tomasz Król", "Priya Nair", "Ruth Adeyemi", "Jakub Hora",
    "Elif Aydın", "Gwen Price", "Samir Haddad", "Nadia Rossi", "Owen Clarke",
)  # fmt: skip
_TASKS = (
    "Deep clean, 5 h", "Weekly clean, 3 h", "Hang six doors, fit handles", "Airport run", "Ride home at night",
    "Put up shelves, 5 pieces", "Gutter clean, two storeys", "Re-tile a shower wall, 4 m²", "Dog walk, two dogs",
    "Piano lesson, grade 5", "Move a two-room flat", "Courier: boxed cake", "Wedding photos, 6 h", "Fix a dripping tap",
    "Product page for a bakery", "Assemble a wardrobe", "Mow the lawn, 300 m²", "Paint a hallway, two coats",
    "Tutor for maths, four evenings", "Translate a lease, es → en",
)  # fmt: skip
_PLACES = (
    "Marchmont",
    "Leith",
    "Gorgie",
    "Stockbridge",
    "Newington",
    "Morningside",
    "Haymarket",
    "Portobello",
)


@record(frozen=True, slots=True, kw_only=True)
class Invented:
    """Somebody: an id, and a name that fits many."""

    user_id: str
    name: str


def person(number: int) -> Invented:
    """The person of this number."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    return Invented(user_id=f"past-{number}", name=f"{first} {last}")


def agents() -> tuple[Invented, ...]:
    """Who works at the desk of the demo; the first is its agent."""
    return tuple(Invented(user_id=name.split()[0].lower(), name=name) for name in _AGENTS)


def gig_title(number: int, kind: IssueType) -> str:
    """What the gig of this number was; reports about an account name its holder's account."""
    if kind.group == "account":
        return f"Account of {person(number).name}"
    return f"{_TASKS[number % len(_TASKS)]}, {_PLACES[number // len(_TASKS) % len(_PLACES)]}"
