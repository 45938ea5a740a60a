"""Bring the translation catalogues up to the source.

    python frontend/catalogue.py           rewrite every locale/<tag>/LC_MESSAGES/gigdesk.po
    python frontend/catalogue.py --check   change nothing; name what is missing; end with 1 if anything is

A sentence is found where it is raised (Invalid("code", "sentence")), marked (msg("sentence")), or shown
(_("sentence") in a template).
"""

import argparse
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
ERRORS = (
    *("Malformed", "NotSignedIn", "NotAllowed", "NotFound", "Conflict", "TooLarge", "NotAccepted", "Invalid"),
    *(
        "TooMany",
        "Unavailable",
        "NotReady",
        "Outdated",
        "ConditionNeeded",
        "ConfigurationError",
        "GigdeskError",
    ),
)
KEYWORDS = dict.fromkeys(ERRORS, (2,)) | {
    "FieldError": (3,),
    "msg": None,
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
}


def source() -> Catalog:
    """Every sentence of the source, with where it stands."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",))
    catalogue = Catalog(charset="utf-8")
    for path, _, sentence, comments, _ in found:
        if sentence:
            catalogue.add(sentence, locations=[(path, None)], auto_comments=comments)
    return catalogue


def catalogues() -> list[Path]:
    """The catalogue of every language."""
    return sorted((ROOT / "src/gigdesk/locale").glob("*/LC_MESSAGES/gigdesk.po"))


def missing(po: Path, wanted: Catalog) -> list[str]:
    """The sentences that this catalogue does not translate, or only guesses."""
    with po.open("rb") as text:
        have = read_po(text)
    ids = [message.id for message in wanted if message.id]
    return [str(i) for i in ids if not (m := have.get(_first(i))) or m.fuzzy or not all(_all(m.string))]


def update(po: Path, wanted: Catalog) -> None:
    """Add new sentences, drop those that are gone, keep what is translated."""
    with po.open("rb") as text:
        have = read_po(text, locale=po.parts[-3])
    have.update(wanted, no_fuzzy_matching=True)
    have.obsolete.clear()
    have.project, have.version, have.msgid_bugs_address = "gigdesk", "", ""
    have.header_comment = "# Translators: whole sentences, plain words; keep every %(place)s."
    with po.open("wb") as text:
        write_po(text, have, width=110, omit_header=False, include_lineno=False, sort_output=True)


def _first(sentence: str | tuple[str, ...] | list[str]) -> str:
    return sentence if isinstance(sentence, str) else sentence[0]


def _all(sentence: str | tuple[str, ...] | list[str]) -> list[str]:
    return [sentence] if isinstance(sentence, str) else list(sentence)


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--check", action="store_true")
    check = options.parse_args().check
    wanted = source()
    absent = 0
    for po in catalogues():
        if not check:
            update(po, wanted)
        for sentence in missing(po, wanted):
            absent += 1
            sys.stdout.write(f"{po.relative_to(ROOT)}: not translated: {sentence}\n")
    sys.stdout.write(f"{len(wanted)} sentences, {absent} not translated\n")
    return int(check and absent > 0)


if __name__ == "__main__":
    sys.exit(main())
