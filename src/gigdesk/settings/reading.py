"""Reads the settings, once, from the environment and ``.env``.

An unknown ``GIGDESK_*`` name is an error that names the nearest known one. Passed over are names for tests
and the build, and what Kubernetes injects for a Service called gigdesk.
"""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from gigdesk.errors import Invalid
from gigdesk.settings.model import PREFIX, Settings

_PASSED_OVER = re.compile(r"GIGDESK_(TEST_.*|SKIP_WEB|PORT(_.*)?|SERVICE_(HOST|PORT.*))")


def read(environment: Mapping[str, str] | None = None, dotenv: Path | None = None) -> Settings:
    """The settings of this process; raises Invalid with a line for each one that is wrong.

    The environment wins over ``.env`` of the working directory. An empty value counts as not set.
    """
    file = dotenv if dotenv is not None else Path(".env")
    found = {k: v for k, v in dotenv_values(file).items() if v} if file.is_file() else {}
    found |= os.environ if environment is None else environment
    named = {k: v for k, v in found.items() if k.startswith(PREFIX) and not _PASSED_OVER.fullmatch(k)}
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    wrong = [_unknown(name, known) for name in named if name not in known]
    if wrong:
        raise Invalid("settings.unknown", "%(lines)s", lines="\n".join(wrong))
    try:
        return Settings(**{known[k]: v for k, v in named.items() if v})  # type: ignore[arg-type]
    except ValidationError as error:
        lines = "\n".join(_wrong(e["loc"], e["msg"]) for e in error.errors(include_input=False))
        raise Invalid("settings.wrong", "%(lines)s", lines=lines) from None


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"did you mean {near[0]}?" if near else "the settings are listed in docs/reference/settings.md"
    return f"{name} is not a setting; {hint}"


def _wrong(place: tuple[int | str, ...], message: str) -> str:
    name = PREFIX + str(place[0]).upper() + ": " if place else ""
    return name + message.removeprefix("Value error, ")
