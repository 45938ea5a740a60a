"""What an issue type is made of: its group, how grave it is, what helps to judge it.

Labels and hints are English message ids; who shows them translates them.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from gigdesk.gigs.model import Side

BOTH = frozenset(Side)
FieldKind = Literal["text", "money", "date", "time", "choice"]


def msg(text: str) -> str:
    """Mark a text for translation where it stands; says nothing about its language."""
    return text


class Severity(StrEnum):
    """How grave an issue of a type is."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailField:
    """A fact that helps with some types of issue. ``name`` is the field's name in a report."""

    name: str
    kind: FieldKind
    label: str
    hint: str = ""
    max_length: int = 200
    required: bool = False
    choices: tuple[str, ...] = ()

    def asking(self, label: str, hint: str = "") -> "DetailField":
        """The same field under words that fit a type better."""
        return replace(self, label=label, hint=hint or self.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Issue types that belong together for who reports; ``icon`` names a drawing."""

    code: str
    label: str
    hint: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueType:
    """One type of issue: who may report it, how soon a person answers, what evidence helps.

    ``shields_reporter``: the respondent is never told who reported. ``may_expire``: a case may be closed
    by time when its reporter stays silent. ``permits_contact``: the respondent may be asked at all.
    ``resolution`` None follows the severity. ``aliases`` are other names that clients send for it. A hidden
    type is offered to nobody; its cases live on.
    """

    code: str
    group: str
    label: str
    first_reply: timedelta
    severity: Severity = Severity.NORMAL
    hint: str = ""
    evidence: str = ""
    sides: frozenset[Side] = BOTH
    fields: tuple[DetailField, ...] = ()
    queue: str = "general"
    shields_reporter: bool = False
    may_expire: bool = True
    permits_contact: bool = True
    resolution: timedelta | None = None
    aliases: tuple[str, ...] = ()
    is_hidden: bool = False

    @property
    def emergency(self) -> bool:
        """Whether help comes before a form."""
        return self.severity is Severity.CRITICAL


# ISO 4217: what gig work is paid in most, by region.
CURRENCIES = (
    *("EUR", "GBP", "USD", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON"),
    *("BGN", "TRY", "UAH", "MXN", "BRL", "ARS", "CLP", "COP", "PEN", "INR", "PKR", "BDT", "PHP", "IDR"),
    *("MYR", "SGD", "THB", "VND", "JPY", "KRW", "CNY", "HKD", "ZAR", "NGN", "KES", "GHS", "EGP", "MAD"),
    *("AED", "SAR", "ILS"),
)

AMOUNT = DetailField(
    name="amount",
    kind="money",
    label=msg("How much money is it about?"),
    hint=msg("Your best guess is fine."),
    max_length=20,
)
CURRENCY = DetailField(
    name="currency", kind="choice", label=msg("Currency"), max_length=3, choices=CURRENCIES
)
DATE = DetailField(name="date", kind="date", label=msg("On which day?"), max_length=10)
TIME = DetailField(name="time", kind="time", label=msg("At what time?"), max_length=5)
PLACE = DetailField(name="place", kind="text", label=msg("Where was it?"))
ITEM = DetailField(name="item", kind="text", label=msg("Which thing is it about?"))
LINK = DetailField(
    name="link",
    kind="text",
    label=msg("Link to the profile, listing or review"),
    max_length=2000,
)
DEVICE = DetailField(
    name="device",
    kind="text",
    label=msg("Which phone or computer?"),
    hint=msg("For example: Pixel 8, Android 16. Only if you want to tell us."),
)
DETAILS = (ITEM, AMOUNT, CURRENCY, DATE, TIME, PLACE, LINK, DEVICE)

GROUPS = (
    Group(code="damage", icon="broken", label=msg("Damage or loss"),
          hint=msg("Broken, stolen, lost, left dirty")),
    Group(code="work", icon="tool", label=msg("The work itself"),
          hint=msg("Not finished, not as agreed, late")),
    Group(code="payment", icon="purse", label=msg("Payment"),
          hint=msg("Not paid, wrong amount, refund, fees")),
    Group(code="no_show", icon="door", label=msg("No-show or cancelled"),
          hint=msg("Nobody came, cancelled late")),
    Group(code="safety", icon="shield", label=msg("Safety and harassment"),
          hint=msg("Danger, threats, unwanted contact")),
    Group(code="fraud", icon="mask", label=msg("Scams and fakes"),
          hint=msg("False person, fake review, paying elsewhere")),
    Group(code="conduct", icon="rules", label=msg("Behaviour and house rules"),
          hint=msg("Rude, or against the rules")),
    Group(code="account", icon="key", label=msg("Account and privacy"),
          hint=msg("Locked out, copied, exposed")),
    Group(code="technical", icon="phone", label=msg("App or map"),
          hint=msg("Something does not work")),
    Group(code="other", icon="dots", label=msg("Something else"),
          hint=msg("We will find the right team")),
)  # fmt: skip
