"""The rulebook of an installation: the built-in rules, or what its rules file makes of them."""

from pathlib import Path

from gigdesk.administration.rules import RulesFrom
from gigdesk.cases.rulebook import Rulebook
from gigdesk.errors import Invalid
from gigdesk.settings import Settings


def rulebook(settings: Settings) -> Rulebook:
    """The rules that hold; raises Invalid for a file that cannot be read, or with each line that is wrong."""
    return rulebook_in(Path(settings.rules_file)) if settings.rules_file else Rulebook()


def rules_from(settings: Settings) -> RulesFrom:
    """Where the rules of this installation come from, and how a document of them is read."""
    from gigdesk.cases.rules_file.reading import read
    from gigdesk.language import Languages

    tags = Languages().tags
    return RulesFrom(file=settings.rules_file or "", read=lambda text: read(text.encode(), "rules", tags))


def rulebook_in(file: Path) -> Rulebook:
    """The rules that this file makes; raises Invalid."""
    from gigdesk.cases.rules_file.reading import MAX_BYTES, read
    from gigdesk.language import Languages

    try:
        if not file.is_file():
            raise FileNotFoundError(2, "There is no such file")
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Invalid(
            "rules.file", "The rules file %(file)s cannot be read: %(why)s.", file=file, why=error.strerror
        ) from None
    return read(content, str(file), Languages().tags)
