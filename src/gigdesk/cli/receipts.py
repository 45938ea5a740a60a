"""Checking a receipt that somebody holds out."""

from pathlib import Path
from uuid import UUID

import orjson

from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.errors import Invalid


async def verify_file(desk: Gigdesk, file: Path) -> list[str]:
    """What is wrong with the receipt in this file, a line each; empty where it is genuine.

    Raises Invalid for a file that is no receipt at all.
    """
    try:
        document = orjson.loads(file.read_bytes())
        payload, signature = document["payload"], document["signature"]
        kid, value = str(signature["kid"]), bytes.fromhex(signature["value"])
        case, number = UUID(payload["case"]), int(payload["commit"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Invalid(
            "receipt.unreadable", "%(file)s is not a receipt of gigdesk.", file=file.name
        ) from None
    problems = []
    if not desk.signing.verify(kid, wire.canonical(payload), value):
        problems.append("The signature does not match: the receipt was changed, or is of another installation.")
    commits = await desk.log.load(case)
    if len(commits) < number or commits[number - 1].hash.hex() != payload["commit"]["hash"]:
        problems.append("The log of this installation has no such commit: it was restored, lost or changed.")
    return problems
