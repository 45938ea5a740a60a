"""``gigdesk rules``: check and show the rules file, or begin one."""

from pathlib import Path

from cyclopts import App

rules = App(
    name="rules", help="Check and show the rules file: issue types, queues, opening hours, where cases go."
)


@rules.command
def check(file: Path) -> int:
    """Check a rules file as `serve` and `work` do when they start; exit code 1 with each line that is wrong.

    For example:

        gigdesk rules check rules.toml
    """
    from gigdesk import wiring
    from gigdesk.cases.rules_file.showing import counted, untold
    from gigdesk.language import Languages

    rulebook = wiring.rulebook_in(file)
    print(f"{file} is right: {counted(rulebook)}.")
    for sentence in untold(rulebook, Languages().tags):
        print(sentence)
    return 0


@rules.command
def show(file: Path | None = None) -> int:
    """Print the rules that hold: those of a file, or of the installation, set by a file or kept by the desk.

    For example:

        gigdesk rules show
        gigdesk rules show rules.toml
    """
    import asyncio

    from gigdesk import settings, wiring
    from gigdesk.cases.rules_file.showing import shown

    held = wiring.rulebook_in(file) if file else asyncio.run(wiring.rules_in_force(settings.read()))
    for line in shown(held):
        print(line)
    return 0


@rules.command
def begin() -> int:
    """Print a rules file to begin with: every built-in value, as a comment. As it is, it changes nothing.

    For example:

        gigdesk rules begin > rules.toml
    """
    from gigdesk.cases.rules_file.beginning import beginning

    print(beginning(), end="")
    return 0
