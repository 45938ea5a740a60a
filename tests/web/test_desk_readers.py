"""Who else reads a case, as faces and in words."""

import pytest

from gigdesk.insights.model import Reading
from gigdesk.language import Languages
from gigdesk.web.agent.readers_shown import readers_shown

NAMES = ("Tomasz Król", "Ines Duarte", "Priya Nair", "Callum Reid", "Eva Groß")


@pytest.mark.parametrize(
    ("count", "faces", "words"),
    [
        (0, [], ""),
        (1, ["TK"], "Tomasz Król is reading this"),
        (3, ["TK", "ID", "PN"], "Tomasz Król, Ines Duarte, Priya Nair are reading this"),
        (5, ["TK", "ID"], "Tomasz Król, Ines Duarte and 3 others are reading this"),
    ],
)
def test_of_many_only_some_are_named(count: int, faces: list[str], words: str) -> None:
    readers = [Reading(person=name, name=name) for name in NAMES[:count]]

    shown = readers_shown(readers, Languages().negotiate("en"))

    assert (list(shown.faces), shown.words) == (faces, words)
