"""Checking a receipt that somebody holds out."""

from uuid import UUID

import orjson

from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.errors import Invalid


async def verify_receipt(desk: Gigdesk, content: bytes) -> list[str]:
    """What is wrong with this receipt, a line each; empty where it is genuine.

    Raises Invalid for what is no receipt at all.
    """
    try:
        document = orjson.loads(content)
        payload, signature = document["payload"], document["signature"]
        kid, value = str(signature["kid"]), bytes.fromhex(signature["value"])
        case, named = UUID(payload["case"]), str(payload["commit"]["hash"])
    except (ValueError, KeyError, TypeError):
        raise Invalid("receipt.unreadable", "This file is not a receipt of gigdesk.") from None
    problems = []
    if not desk.signing.verify(kid, wire.canonical(payload), value):
        problems.append(
            "The signature does not match: the receipt was changed, or is of another installation."
        )
    if named not in {commit.hash.hex() for commit in await desk.log.load(case)}:
        problems.append("The log of this installation has no such commit: it was restored, lost or changed.")
    return problems
