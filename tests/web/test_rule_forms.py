"""Forms of the rules: a field for each language that the installation has, whichever these are."""

from pathlib import Path

import pytest

from gigdesk.language import Languages
from gigdesk.web.agent.rule_forms import queue_fields, queue_values, type_fields, type_values

TAGS = ("en", "es", "fr")
ENGLISH, SPANISH = Languages().negotiate(), Languages().negotiate(person_locale="es")


def test_a_label_is_asked_for_in_each_language_that_there_is() -> None:
    fields = type_fields({"label": {"fr": "Retard"}}, TAGS, SPANISH)

    asked = {field.name: (field.language, field.value) for field in fields if field.name.startswith("label_")}
    assert asked == {
        "label_en": ("inglés", ""),
        "label_es": ("español", ""),
        "label_fr": ("francés", "Retard"),
    }
    fields = queue_fields({}, TAGS, ENGLISH, is_sensitive=False)
    assert [field.language for field in fields if field.language] == ["English", "Spanish", "French"]


@pytest.mark.parametrize(
    ("form", "label"),
    [
        ({"label_fr": " Retard "}, {"fr": "Retard"}),
        ({"label_en": "Late", "label_fr": "Retard"}, {"en": "Late", "fr": "Retard"}),
        ({"label_en": "Late"}, "Late"),
        ({"label_de": "Zu spät"}, None),  # there is no such language here
        ({}, None),
    ],
)
def test_what_is_written_in_any_of_them_is_kept(form: dict[str, str], label: object) -> None:
    for values_of in (type_values, queue_values):
        assert values_of(form, {}, TAGS).get("label") == label


def test_a_catalogue_more_is_a_language_more(tmp_path: Path) -> None:
    catalogue = tmp_path / "fr" / "LC_MESSAGES" / "gigdesk.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')

    assert Languages(tmp_path).tags == ("en", "fr")
