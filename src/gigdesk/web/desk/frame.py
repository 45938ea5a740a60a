"""The desk: who may come in, and how its pages are drawn. Every page of staff goes through here."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action, Facts, permit
from gigdesk.web.agent.shell import desk_data, shell_of
from gigdesk.web.identity import Asked, Identity
from gigdesk.web.language import Language, Languages
from gigdesk.web.pages import DESK_POLICY, HEADERS, Pages

SEAL = "seal"
TOLD = ("done", "cases", "removed", "was", "shared", "naming", "wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Lets staff in and draws for them."""

    identity: Identity
    pages: Pages
    languages: Languages

    async def ask(self, request: Request) -> Asked:
        """Who asks, a member of staff. Raises NotSignedIn, and NotFound for everybody else: there is no desk."""
        asked = await self.identity.ask(request.scope)
        permit(asked.actor, Action.SEE_DESK, Facts())
        return asked

    def language(self, request: Request, asked: Asked) -> Language:
        """The language that this member of staff reads."""
        return self.languages.negotiate(request.headers.get("accept-language", ""), asked.actor.locale)

    def url(self, path: str) -> str:
        """An address of this site, under its path."""
        return self.pages.url(path)

    def said(self, asked: Asked, **told: str) -> Mapping[str, str]:
        """What the address of the next page tells of what was done, sealed: nobody can make us say it by a link."""
        return {**told, SEAL: self.identity.seal(asked, urlencode(sorted(told.items())))}

    def heard(self, asked: Asked, params: Mapping[str, str]) -> Mapping[str, str]:
        """What we told this session in this address, by names of ``TOLD``; nothing of what others wrote there."""
        told = {name: params[name] for name in TOLD if name in params}
        is_ours = self.identity.is_sealed(asked, urlencode(sorted(told.items())), params.get(SEAL, ""))
        return told if is_ours else {}

    def draw(
        self, asked: Asked, language: Language, template: str, *, here: str = "cases", **view: object
    ) -> Response:
        """The page ``templates/desk/<template>.html`` in the frame of the desk, with what it shows."""
        shell = shell_of(asked.actor, self.identity.csrf(asked), here)
        data = desk_data(language, self.pages.url)
        body = self.pages.render(f"desk/{template}", language, None, shell=shell, desk_data=data, **view)
        headers = {**HEADERS, "content-security-policy": DESK_POLICY, "content-language": language.tag}
        return Response(body, headers=headers)
