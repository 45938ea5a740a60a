"""What the pages of settings share: who may come in, the frame, and forms that are ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gigdesk.access.policy import Action, Facts, allows, permit
from gigdesk.web.agent.settings_views import SettingsFrame, places_for
from gigdesk.web.desk.frame import Desk
from gigdesk.web.form_files import forged
from gigdesk.web.identity import Asked
from gigdesk.web.language import Language
from gigdesk.web.small_form import form_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsShell:
    """Lets in who may see settings, and draws their pages."""

    desk: Desk

    async def ask(self, request: Request, action: Action = Action.SEE_SETTINGS) -> tuple[Asked, Language]:
        """Who asks, and their language. Raises NotSignedIn; NotFound for who may not, NotAllowed for who reads only."""
        asked = await self.desk.ask(request)
        permit(asked.actor, action, Facts())
        return asked, self.desk.language(request, asked)

    async def form(
        self, request: Request, asked: Asked, most: int = 32 << 10, fields: int = 40
    ) -> Mapping[str, str]:
        """The fields of a form that was sent from our own page. Raises NotAllowed, TooLarge, Malformed."""
        form = dict(reversed(await form_pairs(request, most, fields)))
        if asked.check_csrf is not None and not asked.check_csrf(form.get("csrf", "")):
            raise forged()
        return form

    def draw(
        self, asked: Asked, language: Language, template: str, *, here: str, said: str = "", **view: object
    ) -> Response:
        """The page of settings that is called ``here``."""
        frame = SettingsFrame(
            here=here,
            places=places_for(asked.actor),
            may_see=allows(asked.actor, Action.SEE_SETTINGS),
            may_change=allows(asked.actor, Action.ADMINISTER),
            said=said,
        )
        return self.desk.draw(asked, language, template, here="settings", frame=frame, **view)

    def to(self, path: str, **said: str) -> Response:
        """Back to a page, which says what was done."""
        return RedirectResponse(self.desk.url(path) + (f"?{urlencode(said)}" if said else ""), 303)
