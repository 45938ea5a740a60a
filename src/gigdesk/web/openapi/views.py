"""What the page of the API shows, as its template takes it."""

from dataclasses import dataclass

from gigdesk.web.openapi.shapes import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name and what it means: a header, a status of a refusal, a way to sign in."""

    name: str
    about: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a call has in its path, query or headers."""

    name: str
    place: str
    required: bool
    about: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What is sent, of one type; ``shape`` has the fields, ``named`` is the schema's own name and link."""

    media_type: str
    named: Shape
    shape: Shape
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One status of an operation."""

    status: str
    about: str
    headers: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Statuses whose bodies are of the same shape."""

    answers: tuple[Answer, ...]
    bodies: tuple[Body, ...]

    @property
    def are_refusals(self) -> bool:
        """Whether all of them say that the call failed."""
        return all(refuses(answer.status) for answer in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path; ``path`` has the path of the site before it."""

    id: str
    anchor: str
    method: str
    path: str
    summary: str
    about: str
    callers: str
    parameters: tuple[Parameter, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answers, ...]
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Operations that belong together."""

    name: str
    anchor: str
    about: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A schema of the document."""

    name: str
    anchor: str
    shape: Shape
    is_closed: bool
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """How the API refuses."""

    body: Body
    statuses: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The whole document."""

    title: str
    version: str
    summary: str
    about: str
    server: str
    ways_in: tuple[Named, ...]
    problems: Problems | None
    groups: tuple[Group, ...]
    schemas: tuple[Entry, ...]


def refuses(status: str) -> bool:
    """Whether an answer of this status says that the call failed."""
    return status[:1] in {"4", "5"}
