"""``gigdesk notices``: look at the mail that people get."""

from html import escape
from pathlib import Path

from cyclopts import App

notices = App(name="notices", help="Look at the mail that people get.")


@notices.command
def preview(folder: Path) -> int:
    """Write every kind of mail in every language into a folder, as .html and .txt, with an index.html.

    The facts in them are examples. For example:

        gigdesk notices preview var/mail-preview
    """
    from gigdesk.errors import Invalid
    from gigdesk.language import Languages
    from gigdesk.notices.examples import examples

    languages, rows = Languages(), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for tag in languages.tags:
            for name, notice in examples(languages.negotiate(tag)):
                stem = f"{name}.{tag}"
                (folder / f"{stem}.html").write_text(notice.html or "", encoding="utf-8")
                (folder / f"{stem}.txt").write_text(f"{notice.subject}\n\n{notice.text}", encoding="utf-8")
                rows.append(_row(stem, notice.subject))
        (folder / "index.html").write_text(_INDEX.format(rows="\n".join(rows)), encoding="utf-8")
    except OSError as error:
        raise Invalid(
            "notices.folder", "%(folder)s cannot be written: %(why)s.", folder=folder, why=error.strerror
        ) from None
    print(f"{len(rows)} notices are in {folder}: open {folder / 'index.html'}")
    return 0


def _row(stem: str, subject: str) -> str:
    return (
        f'<tr><td>{stem}</td><td>{escape(subject)}</td><td><a href="{stem}.html">HTML</a></td>'
        f'<td><a href="{stem}.txt">text</a></td></tr>'
    )


_INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Notices</title>
<style>body {{ font: 15px/1.5 system-ui, sans-serif; margin: 24px auto; max-width: 60rem; padding: 0 16px }}
td {{ padding: 4px 12px 4px 0 }}</style></head>
<body><h1>Notices</h1><table>
{rows}
</table></body></html>
"""
