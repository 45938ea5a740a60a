"""``gigdesk migrate``: bring the database to this version's schema."""


def migrate() -> int:
    """Bring the database to this version's schema; the embedded store does so by itself.

    Examples:

        gigdesk migrate
        GIGDESK_DATABASE_URL=postgresql://… gigdesk migrate
    """
    import asyncio

    from gigdesk import settings, wiring

    version = asyncio.run(wiring.migrate(settings.read()))
    print(f"The database is at schema {version}.")
    return 0
