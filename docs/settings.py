"""Write docs/reference/settings.md from src/gigdesk/settings/: ``python docs/settings.py``."""

import sys
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from gigdesk.settings import PREFIX, Settings  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "settings.md"
GROUPS = {
    "The installation": ("base_url", "secret", "database_url", "storage_url", "server", "log_level"),
    "Gigs": ("gigs_url", "gigs_secret"),
    "Who is asking": (
        *("jwt_secret", "jwks_url", "jwt_issuer", "jwt_audience", "authjs_secret"),
        *("sign_in_url", "allowed_origins"),
    ),
    "Work accounts of staff": (
        *("oidc_issuer", "oidc_client_id", "oidc_client_secret"),
        *("oidc_roles_claim", "oidc_roles_map", "oidc_allow"),
    ),
    "Mail": ("mail_url", "mail_from", "support_email", "mail_daily_cap"),
    "Webhook": ("webhook_url", "webhook_secret", "webhook_allow"),
    "Files": (
        "scanner_url",
        "max_image_bytes",
        "max_pdf_bytes",
        "max_video_bytes",
        "max_body_bytes",
        "max_files",
    ),
    "Reports": ("rules_file", "max_description", "rate_person", "rate_gig", "rate_site", "daily_cap"),
    "Uploads": ("upload_idle", "upload_min_rate", "upload_total"),
    "Pages": (
        *("brand_name", "brand_accent", "brand_home_url", "brand_gig_url", "brand_exit_url"),
        "emergency_number",
    ),
    "Watching it": ("metrics_token",),
}
HEAD = """# Settings

<!-- Written by docs/settings.py from src/gigdesk/settings/. Change it there. -->

Settings are environment variables. A file `.env` in the working directory is read too; the environment wins.
An empty value counts as not set. Times are in seconds, sizes in bytes.

A `GIGDESK_*` name that is not listed here stops the program with a line that names the nearest known one. Passed
over are `GIGDESK_TEST_*`, `GIGDESK_SKIP_WEB`, `GIGDESK_PORT*`, `GIGDESK_SERVICE_HOST` and `GIGDESK_SERVICE_PORT*`:
the first two are for tests and the build, the others come from Kubernetes.

A relative path is meant from the working directory.
"""


def page() -> str:
    """The whole page. A setting that stands in no group comes last."""
    fields = Settings.model_fields
    grouped = {name for names in GROUPS.values() for name in names}
    groups = {title: [n for n in names if n in fields] for title, names in GROUPS.items()}
    if rest := [name for name in fields if name not in grouped]:
        groups["Others"] = rest
    parts = [HEAD]
    for title, names in groups.items():
        rows = "\n".join(_row(name, fields[name]) for name in names)
        parts.append(f"## {title}\n\n| Setting | Default | Meaning |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def _row(name: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", "\\|")
    return f"| `{PREFIX}{name.upper()}` | {_default(field)} | {meaning}{_bounds(field)} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == "":
        return "–"
    if isinstance(value, int) and value >= 1 << 20 and value % (1 << 20) == 0:
        return f"`{value}` ({value >> 20} MiB)"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _bounds(field: FieldInfo) -> str:
    """What a value must keep to, where the type or the field says so."""
    said = []
    if choices := [c for c in get_args(field.annotation) if isinstance(c, str)]:
        said.append(", ".join(f"`{c}`" for c in choices))
    for bound in field.metadata:
        for sign, words in (
            ("ge", "at least"),
            ("gt", "more than"),
            ("le", "at most"),
            ("max_length", "characters, at most"),
        ):
            if (limit := getattr(bound, sign, None)) is not None:
                said.append(f"{words} {limit}")
    return f" ({'; '.join(said)})" if said else ""


if __name__ == "__main__":
    TARGET.write_text(page())
