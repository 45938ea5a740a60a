"""``gigdesk audit``: check the hash chain of cases, and receipts."""

from pathlib import Path
from uuid import UUID

from cyclopts import App

audit = App(name="audit", help="Check the hash chain of cases, and receipts.")


@audit.command
def verify(case: str = "") -> int:
    """Walk the log of one case, or of all and of administration, and name the first broken commit of each.

    For example:

        gigdesk audit verify
        gigdesk audit verify 0193f0c2-…
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.administration.log import verify as verify_entries
    from gigdesk.cases.audit import verify as verify_cases
    from gigdesk.cli.environment import known

    wanted = _case(case) if case else None

    async def walk() -> int:
        async with wiring.opened(known()) as desk:
            result = await verify_cases(desk.log, desk.index, wanted)
            kept = desk.administration
            entries, fault = (0, "") if wanted else await verify_entries(kept.log, kept.versions)
        broken = [*map(str, result.broken), *filter(None, [fault])]
        for line in broken:
            print(line)
        state = "all whole" if not broken else f"{len(broken)} broken"
        more = f", {entries} administrative entries" if entries else ""
        print(f"{result.cases} cases, {result.commits} commits{more}: {state}.")
        return 1 if broken else 0

    return asyncio.run(walk())


@audit.command
def verify_receipt(file: Path) -> int:
    """Check the signature of a receipt, and that the log still says the same.

    For example:

        gigdesk audit verify-receipt receipt-0193f0c2-….json
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known
    from gigdesk.cli.receipts import verify_receipt as verify_content
    from gigdesk.errors import Invalid

    try:
        content = file.read_bytes()
    except OSError as error:
        raise Invalid(
            "receipt.file", "%(file)s cannot be read: %(why)s.", file=file, why=error.strerror
        ) from None

    async def check() -> int:
        async with wiring.opened(known()) as desk:
            problems = await verify_content(desk, content)
        for line in problems:
            print(line)
        print("The receipt is genuine." if not problems else "The receipt is not genuine.")
        return 1 if problems else 0

    return asyncio.run(check())


def _case(given: str) -> UUID:
    from gigdesk.errors import Invalid

    try:
        return UUID(given)
    except ValueError:
        raise Invalid("case.id", "“%(given)s” is not the id of a case.", given=given) from None
