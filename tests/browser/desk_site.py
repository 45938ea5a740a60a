"""A real site with cases for the desk, and staff who come in by browser."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import samples
from forms import File
from live import Live, eventually

GIG = "gig-desk"
NAMES = {"priya": "Priya Nair", "callum": "Callum Reid", "amara": "Amara Okafor", "jonas": "Jonas Lindqvist"}
TEXT = (
    "While cutting tiles in the hallway, the cutter was dragged over the oak floor. There are three deep "
    "scratches of about 60 cm, right by the front door."
)


@dataclass
class DeskSite:
    """A running site below a path, and what is done there by API."""

    live: Live

    @classmethod
    def start(cls, live: Live) -> "DeskSite":
        live.environment["GIGDESK_BASE_URL"] = f"{live.base}/help"
        live.start()
        sides = {"jonas": "worker", "amara": "client"}
        parties = [{"userId": who, "side": side, "name": NAMES[who]} for who, side in sides.items()]
        gig = {"title": "Re-tile a shower wall, 4 m²", "parties": parties}
        token = live.token("market", "integration")
        status, _ = live.request("PUT", f"/api/gigs/{GIG}", json.dumps(gig).encode(), token=token)
        assert status in (200, 201, 204)
        return cls(live)

    def api(self, who, method, path, body=None):
        role = () if who in ("amara", "jonas") else ("agent",)
        token = self.live.token(who, *role, name=NAMES[who])
        sent = json.dumps(body).encode() if body is not None else None
        status, answer = self.live.request(method, f"/api/cases/{path}", sent, token=token, If_Match="*")
        assert status in (200, 201), answer
        return json.loads(answer)

    def case(self, kind="property.damage", files=2, text=TEXT):
        """A case of Amara's, its files checked."""
        sent = [File(samples.jpeg(300, 200), name=f"boards-close-up-{n}.jpg") for n in range(files)]
        fields = {"gigId": GIG, "issueType": kind, "description": text}
        case = self.live.report(fields, sent, by="amara").json()["id"]
        is_clean = lambda: all(f["state"] == "clean" for f in self.api("amara", "GET", case)["files"])  # noqa: E731
        assert eventually(is_clean)
        return case

    def busy_case(self):
        """One with a question, a note and an answer."""
        case = self.case()
        due = (datetime.now(UTC) + timedelta(days=4)).isoformat()
        self.api("priya", "POST", f"{case}/assignment", {"owner": "priya"})
        question = "Could you take one more photo of the deepest scratch with a ruler beside it?"
        self.api("priya", "POST", f"{case}/request", {"to": "reporter", "text": question, "due": due})
        self.api("callum", "POST", f"{case}/notes", {"text": "Third damage case with Jonas since August."})
        self.api("amara", "POST", f"{case}/messages", {"text": "Here it is, with a coin."})
        return case

    def open(self, context, case, who="priya", roles=("agent",), more=""):
        """A page of this context at the case, signed in."""
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        claims = {"aud": "gigdesk-sign-in", "jti": str(uuid.uuid4()), "name": NAMES[who]}
        token = self.live.token(who, *roles, seconds=120, **claims)
        page.goto(f"{self.live.base}/help/sign-in?token={token}&next=/desk/cases/{case}")
        if more:
            page.goto(f"{self.live.base}/help/desk/cases/{case}{more}")
        return page

    def address(self, case):
        return f"{self.live.base}/help/desk/cases/{case}"
