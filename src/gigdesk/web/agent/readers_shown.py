"""Who else reads a case, as faces with their words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gigdesk.cases.issue_types import msg
from gigdesk.insights.model import Reading
from gigdesk.web.agent.shell import initials
from gigdesk.web.language import Language

MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersShown:
    """``faces`` are initials; ``words`` say who reads, and nothing where nobody else does."""

    faces: Sequence[str] = ()
    words: str = ""

    @property
    def document(self) -> Mapping[str, object]:
        """The same for the script."""
        return {"faces": list(self.faces), "words": self.words}


NOBODY_ELSE = ReadersShown()


def readers_shown(readers: Sequence[Reading], language: Language) -> ReadersShown:
    """These readers, said: of more than three the first two, and how many there are besides."""
    if not readers:
        return NOBODY_ELSE
    is_many = len(readers) > MOST
    named = [one.name for one in (readers[: MOST - 1] if is_many else readers)]
    one, several = msg("%(names)s is reading this"), msg("%(names)s are reading this")
    many = msg("%(names)s and %(count)s others are reading this")
    sentence = many if is_many else one if len(readers) == 1 else several
    values = {"names": ", ".join(named), "count": len(readers) - len(named)}
    return ReadersShown(faces=[initials(name) for name in named], words=language.say(sentence, values))
