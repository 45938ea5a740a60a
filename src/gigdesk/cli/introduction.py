"""What ``gigdesk demo`` prints: where to look, as whom, and a line to paste."""

from pathlib import Path

from gigdesk.cli.minting import minted
from gigdesk.gigs import examples
from gigdesk.settings import Settings

WEEK = 7 * 24 * 3600


def introduce(chosen: Settings, photo: Path) -> None:
    """Print the address, the ways in, and a curl line that reports an issue with a real photo."""
    base = chosen.base_url
    token = minted(chosen, {"sub": examples.CLIENT.user_id, "name": examples.CLIENT.name}, WEEK)
    print(
        f"""
gigdesk runs at {base}

  Sign in as
    the worker  {base}/demo?as=worker   ({examples.WORKER.name})
    the client  {base}/demo?as=client   ({examples.CLIENT.name})
    an agent    {base}/demo?as=agent    ({examples.AGENT[1]})
    a lead      {base}/demo?as=lead     ({examples.LEAD[1]})
    an admin    {base}/demo?as=admin    ({examples.ADMIN[1]})

  Report an issue with a photo, from another terminal:

    curl -H 'Authorization: Bearer {token}' \\
      -F gigId=gig-1 -F issueType=property.damage \\
      -F 'description=Three deep scratches in the oak floor, right by the front door.' \\
      -F 'files=@{photo.resolve()}' {base}/api/report-issue

Ctrl-C ends it. Its data stays in {photo.parent}.
""",
        flush=True,
    )
