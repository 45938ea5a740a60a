"""A sheet as text and as HTML: the one look of all mail. Pure.

Whatever is drawn is first freed of what is not seen, and escaped in HTML, so that no composer can forget it.
"""

import textwrap
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from gigdesk.language import Language
from gigdesk.notices.blocks import Block, Button, FactTable, Paragraph, Sheet, Steps, Words
from gigdesk.notices.plain import visible

if TYPE_CHECKING:
    from jinja2 import Environment

WIDTH = 72


def as_text(sheet: Sheet) -> str:
    """The sheet as plain text, in lines of at most 72 characters but for links and long words."""
    seen: Sheet = _seen(sheet)
    parts = [_wrapped(seen.title), *(_text(block) for block in seen.blocks)]
    foot = ["\n".join(map(_wrapped, seen.foot)), *(f"{link.label}:\n{link.url}" for link in seen.links)]
    return "\n\n".join([*parts, "-" * 8, *(part for part in foot if part)]) + "\n"


def as_html(sheet: Sheet, language: Language) -> str:
    """The sheet as HTML: one column of 560 px, colours for light and dark, no picture and no script."""
    values = {"sheet": _seen(sheet), "language": language, "tag": language.region.replace("_", "-")}
    return _templates().get_template("letter.html").render(values)


def _text(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return _wrapped(text)
        case FactTable(rows=rows):
            width = max(len(name) for name, _ in rows) + 3
            return "\n".join(f"{name + ':':{width}}{value}" for name, value in rows)
        case Words(lines=lines, signed_by=signed_by):
            quoted = [_wrapped(line, "  ") for line in lines]
            return "\n".join([*quoted, *(["", f"  {signed_by}"] if signed_by else [])])
        case Steps(title=title, items=items):
            return "\n".join([title, *(_wrapped(item, f"{n}. ", "   ") for n, item in enumerate(items, 1))])
        case Button(label=label, url=url):
            return f"{label}:\n{url}"


def _wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _seen(part: Any) -> Any:
    """The same with every text in it freed of what is not seen."""
    if isinstance(part, str):
        return visible(part)
    if isinstance(part, tuple):
        return tuple(map(_seen, part))
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: _seen(getattr(part, field.name)) for field in fields(part)})
    return part


@cache
def _templates() -> "Environment":
    """Templates see values and nothing behind them; a name that is missing is an error."""
    from jinja2 import PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=PackageLoader("gigdesk.notices"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
