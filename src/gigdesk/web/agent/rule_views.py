"""What the pages of the rules show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gigdesk.web.agent.rule_forms import FieldShown


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOrigin:
    """Where the rules come from: a file, or a version (0: nobody kept any); ``may_change`` here."""

    file: str
    version: int
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A queue, an issue type or a routing rule. ``line`` is where the document says something of it, or None.

    ``facts`` are said already. ``place`` numbers routing rules from 1.
    """

    name: str
    code: str
    facts: Sequence[str]
    line: int | None
    url: str = ""
    place: int = 0
    is_faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLines:
    """A page of them. ``kind`` is queues, types or routing."""

    kind: str
    title: str
    about: str
    origin: RulesOrigin
    lines: Sequence[RuleLine]
    new_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchShown:
    """A report that a rule would have matched; ``decider`` says who decides it where that is another rule."""

    url: str
    reference: str
    label: str
    queue: str
    opened_at: datetime
    decider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedShown:
    """What a rule would have done with the last reports: in a sentence or two, and the first of them.

    ``others``: how many of them it does not decide, and who does.
    """

    words: str
    elsewhere: str
    others: Sequence[str]
    first: Sequence[MatchShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """The form of one table of the document, made of version ``base``."""

    title: str
    code: str
    action: str
    back_url: str
    back_label: str
    base: int
    fields: Sequence[FieldShown]
    errors: Sequence[str] = ()
    may_try: bool = False
    tried: TriedShown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionShown:
    """A version of the document, and where it is looked at."""

    number: int
    at: datetime
    url: str
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesDocument:
    """The whole document in a box, made of version ``base``."""

    origin: RulesOrigin
    text: str
    base: int
    versions: Sequence[VersionShown]
    errors: Sequence[str] = ()
