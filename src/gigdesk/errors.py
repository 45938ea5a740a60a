"""What can go wrong, in words: a code for machines and a sentence for people.

The sentence is the English source text of the translation catalogues; its named places are filled from
``values``. Which HTTP status an error becomes is decided in ``web/problems.py`` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: its name as the client sent it, a code, and what to do about it."""

    field: str
    code: str
    sentence: str
    values: dict[str, object] = default(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence, itself a text of the catalogues: a value that is translated with its sentence."""

    sentence: str
    values: Mapping[str, object] = default(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class GigdeskError(Exception):
    """Something was refused or failed; ``code`` is stable, ``sentence`` says what to do."""

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.values = values
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.leaves_body = True  # whether the caller may still be sending what was refused

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class Malformed(GigdeskError):
    """The request cannot be read: broken multipart, conflicting headers, a truncated body."""


class NotSignedIn(GigdeskError):
    """Nobody is known to be asking, or the credentials are expired or forged."""


class NotAllowed(GigdeskError):
    """The caller is known and may not do this."""


class NotFound(GigdeskError):
    """It does not exist, or the caller may not know that it does."""


class Conflict(GigdeskError):
    """It collides with what is there now."""


class TooLarge(GigdeskError):
    """Larger, longer or more than the limit, which the sentence names."""


class NotAccepted(GigdeskError):
    """A type of content that is not taken; the sentence names what is."""


class Invalid(GigdeskError):
    """Understood and wrong; ``errors`` names each field."""


class TooMany(GigdeskError):
    """A rate limit or a daily cap; ``retry_after`` is in seconds."""


class Unavailable(GigdeskError):
    """A part that is needed is away or full; nothing was half-written; ``retry_after`` is in seconds."""


class Outdated(GigdeskError):
    """It has changed since the caller looked at it (a failing If-Match)."""


class ConditionNeeded(GigdeskError):
    """It changes too much to be done blindly: the caller says which version was looked at (If-Match)."""


class NotReady(Conflict):
    """It exists and cannot be shown yet."""
