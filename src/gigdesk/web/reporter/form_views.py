"""What a form of the case page shows. Sentences are said already, words are message ids."""

from dataclasses import dataclass

from gigdesk.evidence.model import Limits
from gigdesk.web.reporter.act_words import ActWords


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesAsked:
    """What files may be sent: ``accept`` as the control has it, and how many now, perhaps none any more."""

    accept: str
    most: int
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """A form for what the caller may do now. ``problem`` is said already, of the field ``problem_at``.

    ``files`` is None where none can be sent with it, and ``lost_files`` says that some were, and are to be chosen
    again. ``is_open`` says whether it stands open or folded; ``is_main`` whether it is what most came to do.
    """

    name: str
    words: ActWords
    url: str
    csrf: str
    key: str
    version: int
    most: int
    typed: str = ""
    is_sure: bool = False
    problem: str = ""
    problem_at: str = ""
    is_open: bool = False
    is_main: bool = False
    files: FilesAsked | None = None
    lost_files: bool = False

    @property
    def problem_id(self) -> str:
        """The end of the id of the control that has the problem: text, files or sure."""
        return self.problem_at if self.problem_at in {"files", "sure"} else "text"
