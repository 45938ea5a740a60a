"""``/demo``: only under ``gigdesk demo``, only for this machine; each click mints a fresh hand-over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.errors import NotFound
from gigdesk.web.reporter.views import Demo, DemoGig, DemoPerson

_LOOPBACK = ("127.", "::1", "::ffff:127.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody to be in the demo: claims of their hand-over, and where they begin."""

    label: str
    claims: Mapping[str, object]
    begins_at: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCast:
    """Who can be chosen, which gigs are shown as (title, trade, visitor, path), and how a token is minted."""

    visitors: Mapping[str, Visitor]
    gigs: Sequence[tuple[str, str, str, str]]
    mint: Callable[[Mapping[str, object]], str]


class DemoPages:
    """The front door of the demo."""

    def __init__(
        self, cast: DemoCast, draw: Callable[[Request, str, object], Response], url: Callable[[str], str]
    ) -> None:
        self._cast = cast
        self._draw = draw
        self._url = url

    async def get(self, request: Request) -> Response:
        """Who to be; with ``as`` the way in for one of them."""
        if request.client is None or not request.client.host.startswith(_LOOPBACK):
            raise NotFound("address.unknown", "There is nothing at this address.")
        visitor = self._cast.visitors.get(request.query_params.get("as", ""))
        if visitor is None:
            return self._draw(request, "demo", self._shown())
        next_path = request.query_params.get("next") or visitor.begins_at
        query = urlencode({"token": self._cast.mint(visitor.claims), "next": next_path})
        headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
        return Response(status_code=303, headers={**headers, "location": self._url(f"/sign-in?{query}")})

    def _shown(self) -> Demo:
        people = [
            DemoPerson(
                role=v.label, name=str(v.claims["name"]), url=self._url(f"/demo?as={key}"), about=v.about
            )
            for key, v in self._cast.visitors.items()
        ]
        gigs = [
            DemoGig(title=title, trade=trade, url=self._url("/demo?" + urlencode({"as": who, "next": path})))
            for title, trade, who, path in self._cast.gigs
        ]
        return Demo(people=people, gigs=gigs)
