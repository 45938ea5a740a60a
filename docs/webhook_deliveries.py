"""Writes deliveries of a webhook for the tests of who receives them: genuine, late, forged, signed with another key.

Everything in them is fixed, the time included, so that the file is the same each time it is written.
"""

import base64
import hashlib
import hmac
import json
from pathlib import Path

TARGET = Path(__file__).parent / "reference" / "webhook-deliveries.json"
NOW = 1_795_939_200
ID = "01a22667-77f2-7f10-a0fa-52cc705dcd8c"
OLD, NEW, ANOTHER = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))
BODY = json.dumps(
    {
        "type": "case.opened",
        "timestamp": "2026-11-29T08:00:00Z",
        "data": {
            "caseId": "01a22667-77ec-7c5a-bdff-9d9353a96d76",
            "reference": "GD-2XZW-RNGHN",
            "status": "received",
            "phase": "open",
            "issueType": "payment.not_received",
            "severity": "normal",
            "gigId": "gig-1",
        },
    },
    separators=(",", ":"),
)


def signature(secret: str, at: int, body: str = BODY, own: str = ID) -> str:
    """One signature by Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"{own}.{at}.{body}".encode(), hashlib.sha256)
    return "v1," + base64.b64encode(mac).decode()


def delivery(
    name: str, why: str, signed: str, *, genuine: bool, at: int = NOW, body: str = BODY, own: str = ID
) -> dict[str, object]:
    """A delivery as it arrives, and whether it is to be taken at the moment ``now``."""
    headers = {"webhook-id": own, "webhook-timestamp": str(at), "webhook-signature": signed}
    return {"name": name, "why": why, "genuine": genuine, "headers": headers, "body": body}


def page() -> str:
    """The file."""
    good = signature(NEW, NOW)
    changed = BODY.replace("received", "decided")
    both = f"{signature(OLD, NOW)} {good}"
    deliveries = [
        delivery("genuine", "Signed with the secret, just now.", good, genuine=True),
        delivery("both secrets", "One of several signatures is enough.", both, genuine=True),
        delivery("a little late", "Three minutes old, signed for its time.",
                 signature(NEW, NOW - 200), at=NOW - 200, genuine=True),
        delivery("replayed", "Genuine once; its time is an hour ago.",
                 signature(NEW, NOW - 3600), at=NOW - 3600, genuine=False),
        delivery("from the future", "Its time is an hour ahead.",
                 signature(NEW, NOW + 3600), at=NOW + 3600, genuine=False),
        delivery("new time", "An old signature under a new time.", signature(NEW, NOW - 3600), genuine=False),
        delivery("changed", "The body is another than was signed.", good, body=changed, genuine=False),
        delivery("new id", "The id is another than was signed.", good,
                 own="01a22667-77f2-7f10-a0fa-52cc705dcd8d", genuine=False),
        delivery("old secret", "Signed with the secret of before alone.", signature(OLD, NOW), genuine=False),
        delivery("forged", "Signed with a secret that was never ours.", signature(ANOTHER, NOW), genuine=False),
        delivery("no signature", "Nothing is signed.", "", genuine=False),
        delivery("another scheme", "The same bytes under a scheme that is not ours.",
                 good.replace("v1,", "v1a,"), genuine=False),
    ]  # fmt: skip
    file = {"now": NOW, "secret": NEW, "deliveries": deliveries}
    return json.dumps(file, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page())
