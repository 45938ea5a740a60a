"""``gigdesk migrate``: bring the database to this version's schema."""


def migrate() -> int:
    """Bring the database to this version's schema; serve and work do so with the embedded store.

    For example:

        gigdesk migrate
        GIGDESK_DATABASE_URL=postgresql://… gigdesk migrate
    """
    import asyncio

    from gigdesk import wiring
    from gigdesk.cli.environment import known

    version = asyncio.run(wiring.migrate(known()))
    print(f"The database is at schema {version}.")
    return 0
