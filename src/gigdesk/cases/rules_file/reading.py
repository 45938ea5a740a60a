"""From the text of a rules file to a rulebook, or to every line that is wrong with it. Pure but for time zones."""

import re
import tomllib

from gigdesk.access.queues import Queues
from gigdesk.cases.routing import Routing
from gigdesk.cases.rulebook import Rulebook
from gigdesk.cases.rules_file.lines import lines_of
from gigdesk.cases.rules_file.read_names import judge_names, read_aliases
from gigdesk.cases.rules_file.read_queues import read_queues
from gigdesk.cases.rules_file.read_rules import read_rules
from gigdesk.cases.rules_file.read_types import read_types
from gigdesk.cases.rules_file.table import Marks, Table
from gigdesk.cases.taxonomy import Taxonomy
from gigdesk.errors import Invalid

MAX_BYTES = 256 << 10
MAX_TOLD = 20
_PLACE = re.compile(r"(.*) \(at (?:line ([0-9]+), column [0-9]+|end of document)\)", re.DOTALL)


def read(content: bytes, name: str, languages: tuple[str, ...]) -> Rulebook:
    """What this file makes of the built-in rules. ``languages`` are the tags in which it may have words.

    Raises Invalid (``rules.wrong``) with a line ``NAME:LINE: what is wrong, and what is allowed`` for each thing
    that is wrong, twenty at most.
    """
    if len(content) > MAX_BYTES:
        raise _wrong(name, [(1, f"The file has more than {MAX_BYTES >> 10} KiB, which are the most.")])
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong(name, [(line, "This is not UTF-8. Save the file as UTF-8.")]) from None
    try:
        values, lines = tomllib.loads(text), lines_of(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(name, [_syntax(str(error), text)]) from None
    except RecursionError:
        raise _wrong(name, [(1, "Lists and tables are nested too deeply.")]) from None
    marks = Marks(lines=lines, languages=languages)
    rulebook = _rulebook(Table(values, (), marks))
    if marks.found:
        raise _wrong(name, marks.found)
    return rulebook


def _rulebook(top: Table) -> Rulebook:
    found, hours = read_queues(top)
    queues = Queues(found)
    types = read_types(top, queues)
    aliases = read_aliases(top, types)
    judge_names(top, types)
    rules = read_rules(top, types, queues)
    top.close()
    return Rulebook(
        taxonomy=Taxonomy(types.values(), aliases),
        queues=queues,
        routing=Routing(types.values(), queues, hours, rules),
    )


def _syntax(said: str, text: str) -> tuple[int, str]:
    """Line and sentence of what the parser refused."""
    match = _PLACE.fullmatch(said)
    if match is None:
        return 1, f"This is not TOML: {said}."
    line = int(match[2]) if match[2] else text.count("\n") + 1
    return line, f"This is not TOML: {match[1]}."


def _wrong(name: str, found: list[tuple[int, str]]) -> Invalid:
    told = [f"{name}:{line}: {sentence}" for line, sentence in sorted(dict.fromkeys(found))]
    more = [f"{name}: and {len(told) - MAX_TOLD} more."] if len(told) > MAX_TOLD else []
    return Invalid("rules.wrong", "%(lines)s", lines="\n".join([*told[:MAX_TOLD], *more]))
