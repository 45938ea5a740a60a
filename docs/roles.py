"""Write docs/reference/roles.md from the permission table and the table of moves: ``python docs/roles.py``."""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from gigdesk.access.model import STAFF, Role  # noqa: E402
from gigdesk.access.policy import MAY, Action, Standing  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "roles.md"
HEAD = """# Roles, and what each may do

<!-- Written by docs/roles.py from src/gigdesk/access/policy.py. Change it there. -->

A role comes from a token of the marketplace (`roles`), from an [account of the desk](../how-to/staff-accounts.md), or from a
[work account](../how-to/openid-connect.md). Somebody may have several; then they may do what any of them may, but who is an auditor changes nothing. Who has none is a plain
person, and is a party of the gigs that they take part in.
"""
ABOUT_ROLES = {
    Role.AGENT: "works cases: claims, asks, decides. Cases of a sensitive queue only as a specialist of it",
    Role.LEAD: "an agent of all queues, who also assigns, reopens decisions and reviews",
    Role.AUDITOR: "reads everything and changes nothing",
    Role.ADMIN: "also keeps gigs and the accounts of staff",
    Role.INTEGRATION: "a machine of the marketplace: keeps gigs, and reports for the people of a gig",
}
COLUMNS = {
    Standing.PARTY: "a party",
    Standing.FOR_PARTY: "for a party",
    Standing.REPORTER: "who reported",
    Standing.RESPONDENT: "the other side, once asked",
    Standing.AGENT: "agent",
    Standing.LEAD: "lead",
    Standing.AUDITOR: "auditor",
    Standing.ADMIN: "admin",
    Standing.INTEGRATION: "integration",
}
GROUPS = {
    "Gigs and reports": {
        Action.SEE_INTAKE: "see what may be reported on a gig",
        Action.REPORT: "report on a gig",
        Action.REPORT_FOR_OTHER: "report for somebody (`reporterId`), as an integration only",
        Action.PUT_GIG: "keep gigs (`PUT /api/gigs/{gigId}`)",
    },
    "Cases": {
        Action.SEE_CASE: "see a case",
        Action.SEE_EVIDENCE: "see the safe copies of its files",
        Action.SEE_ORIGINAL: "see an original, with a reason that is kept",
        Action.SEE_RECEIPT: "have the receipt",
        Action.SEE_AS_STAFF: "see what stands behind a case: notices, duplicates",
    },
    "The desk": {
        Action.SEE_DESK: "come to `/desk`, see lists and figures, and export cases",
        Action.TAKE_UP: "take up the next case, and do things with many",
        Action.EXPORT_NAMES: "export the names of parties too (`GET /api/export`)",
        Action.KEEP_MACROS: "keep canned replies of one's own (`/desk/macros`)",
        Action.SHARE_MACROS: "keep canned replies for everybody",
        Action.SEE_SETTINGS: "see what is set, what is parked, the administrative log (`/desk/settings`)",
        Action.ADMINISTER: "retry what is parked, and change what is set",
        Action.SEE_OWN_SESSIONS: "see and end the own sessions, and keep the second step of the own account (`/desk/sessions`)",
        Action.ADMINISTER_STAFF: "keep the accounts of staff (`/desk/settings/staff`; `gigdesk staff` asks for no role)",
    },
}
TAIL = """
Who may do what with a case stands in [the table of moves](lifecycle.md#moves).

- Nobody sees as staff a case about themselves: who is its other side has the rights of that side alone.
- A case of a sensitive queue is seen by its specialists, and by leads, auditors and admins; to other agents it does not exist.
- What somebody may not see answers 404, as what does not exist. So does everything under `/desk` for who has no role.
- A plain person reports only on gigs that they take part in; a gig that does not exist answers the same 403.
"""


def page() -> str:
    """The whole page. KeyError for an action, role or standing that nobody has described."""
    return "\n".join([HEAD, *_roles(), *_tables(), TAIL]).rstrip() + "\n"


def _roles() -> Iterator[str]:
    yield from ("| Role | | Staff |", "|---|---|---|")
    for role in Role:
        yield f"| `{role}` | {ABOUT_ROLES[role]} | {'yes' if role in STAFF else 'no'} |"


def _tables() -> Iterator[str]:
    described = {action for actions in GROUPS.values() for action in actions}
    if missing := set(Action) - described:
        raise KeyError(f"nobody has described {sorted(missing)}")
    for title, actions in GROUPS.items():
        held = {standing for action in actions for standing in MAY[action]}
        columns = [standing for standing in Standing if standing in held]
        yield from ("", f"## {title}", "")
        yield "| | " + " | ".join(COLUMNS[standing] for standing in columns) + " |"
        yield "|---|" + ":-:|" * len(columns)
        for action, words in actions.items():
            marks = ("✓" if standing in MAY[action] else "" for standing in columns)
            yield f"| {words} | " + " | ".join(marks) + " |"


if __name__ == "__main__":
    TARGET.write_text(page())
