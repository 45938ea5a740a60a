"""A small believable marketplace to try things out with: a dozen gigs of several trades, and their people."""

from datetime import UTC, datetime, timedelta

from gigdesk.gigs.model import Gig, Party, Side

NAME = "Nearhand"
WORKER = Party(
    user_id="jonas", side=Side.WORKER, name="Jonas Lindqvist", email="jonas@mail.example", locale="en"
)
CLIENT = Party(
    user_id="amara", side=Side.CLIENT, name="Amara Okafor", email="amara@mail.example", locale="en"
)
AGENT = ("mira", "Mira Sandoval")
LEAD = ("paul", "Paul Abernethy")
ADMIN = ("nora", "Nora Ito")

# (title, trade, place, days from now, worker, client); None stands for the people above.
_GIGS: tuple[tuple[str, str, str, float, tuple[str, str] | None, tuple[str, str] | None], ...] = (
    ("Re-tile a shower wall, 4 m²", "repair", "Marchmont", -3, None, None),
    ("Deep clean before moving out, 3 rooms", "cleaning", "Leith", -1, None, None),
    ("Ride to the airport, two suitcases", "ride", "Haymarket → Airport", -0.3, None, None),
    ("Product page for a bakery, copy and layout", "freelance", "Online", -9, None, None),
    ("Weekly clean, two hours", "cleaning", "Stockbridge", 2, None, ("lucia", "Lucía Ferrer")),
    ("Assemble a wardrobe and two shelves", "repair", "Newington", -5, None, ("tom", "Tom Baird")),
    ("Ride home after the late shift", "ride", "Infirmary → Gorgie", -2, None, ("yusuf", "Yusuf Demir")),
    ("Translate a tenancy agreement, es → en", "freelance", "Online", -12, ("ines", "Inês Duarte"), None),
    ("Repair a dripping kitchen tap", "repair", "Morningside", -7, ("pawel", "Paweł Nowak"), None),
    ("Walk two dogs, every weekday in May", "care", "The Meadows", -30, ("kofi", "Kofi Mensah"), None),
    (
        "Move a piano, ground floor to second",
        "moving",
        "Bruntsfield",
        -14,
        ("olena", "Olena Kovalenko"),
        None,
    ),
    (
        "Tutor for maths, four evenings",
        "teaching",
        "Online",
        -20,
        ("noor", "Noor Haddad"),
        ("sam", "Sam Rowe"),
    ),
)


def gigs(now: datetime) -> tuple[Gig, ...]:
    """The gigs of the demo, with times around ``now``."""
    return tuple(_gig(n, now) for n in range(len(_GIGS)))


def _gig(number: int, now: datetime) -> Gig:
    title, trade, place, days, worker, client = _GIGS[number]
    day = (now + timedelta(days=days)).astimezone(UTC)
    starts_at = day.replace(hour=9 + number % 8, minute=0, second=0, microsecond=0)
    return Gig(
        id=f"gig-{number + 1}",
        title=title,
        trade=trade,
        place=place,
        starts_at=starts_at,
        state="done" if days < 0 else "booked",
        parties=(_party(worker, WORKER), _party(client, CLIENT)),
    )


def _party(named: tuple[str, str] | None, default: Party) -> Party:
    if named is None:
        return default
    user_id, name = named
    return Party(user_id=user_id, side=default.side, name=name, email=f"{user_id}@mail.example", locale="en")
