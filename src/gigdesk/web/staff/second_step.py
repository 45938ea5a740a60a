"""``/desk/second-step``: somebody sets up, renews or switches off the second step of their own account."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.accounts import Account
from gigdesk.access.policy import Action
from gigdesk.cases.issue_types import msg
from gigdesk.errors import Conflict, GigdeskError, Invalid, NotFound, NotSignedIn, TooMany
from gigdesk.web.identity import Asked
from gigdesk.web.language import Languages
from gigdesk.web.pages import HEADERS, Pages
from gigdesk.web.reporter.views import Viewer
from gigdesk.web.staff.attempts import Attempts
from gigdesk.web.staff.forms import onward, own_form
from gigdesk.web.staff.gate import enter
from gigdesk.web.staff.own_account import OwnAccount
from gigdesk.web.staff.views import SecondStep

PATH = "/desk/second-step"
_SAID = {
    "on": msg("Your second step is on. Everywhere else you are signed out."),
    "codes": msg("You have new recovery codes. Those of before have ended."),
    "off": msg("Your second step is off. Your password is enough."),
}
_STATUSES: Sequence[tuple[type[GigdeskError], int]] = (
    (TooMany, 429),
    (NotSignedIn, 422),
    (Invalid, 422),
    (Conflict, 409),
)


class SecondStepPages:
    """Shows people their own second step; who comes without an account of the desk has none."""

    def __init__(self, own: OwnAccount, attempts: Attempts, pages: Pages, languages: Languages) -> None:
        self._own = own
        self._steps = own.steps
        self._attempts = attempts
        self._pages = pages
        self._languages = languages

    async def get(self, request: Request) -> Response:
        """What to scan, or what there is."""
        asked, account = await self._asked(request)
        said = _SAID["off"] if "off" in request.query_params else ""
        return self._shown(request, asked, self._page(asked, account), said=said)

    async def post(self, request: Request) -> Response:
        """Do what ``deed`` says, shown a code. Codes that serve once are in this answer and nowhere else."""
        asked, account = await self._asked(request)
        form = await own_form(request, asked)
        try:
            self._attempts.hit_code(account.id)
            codes = await self._done(request, asked, account, form)
        except (TooMany, NotSignedIn, Invalid, Conflict) as refused:
            account = await self._steps.owner(asked.actor)
            return self._shown(request, asked, self._page(asked, account, form.get("offer", "")), refused)
        self._attempts.give_back_code(account.id)
        if not codes:
            return onward(f"{self._own.identity.site.base_url}{PATH}?off=1")
        page = self._page(asked, await self._steps.owner(asked.actor))
        return self._shown(
            request, asked, replace(page, codes=codes), said=_SAID["codes" if account.second_step else "on"]
        )

    async def _done(
        self, request: Request, asked: Asked, account: Account, form: Mapping[str, str]
    ) -> Sequence[str]:
        """The new codes, none where it was switched off."""
        code = form.get("code", "")
        match form.get("deed"):
            case "on":
                codes = await self._steps.switch_on(account, form.get("offer", ""), code)
                # Whoever is in by the password alone is not in any more.
                await self._own.sign_in.end_others(asked.actor, self._own.identity.cookie_of(request.scope))
                return codes
            case "codes":
                return await self._steps.renew_codes(account, code)
            case "off":
                await self._steps.switch_off(account, code)
                return ()
            case _:
                raise Invalid("second_step.deed", "Choose what to do: on, codes or off.")

    async def _asked(self, request: Request) -> tuple[Asked, Account]:
        asked = await enter(self._own.identity, request.scope, Action.SEE_OWN_SESSIONS)
        account = await self._own.account(request, asked)
        if account is None:
            raise NotFound("address.unknown", "There is nothing at this address.")
        return asked, account

    def _page(self, asked: Asked, account: Account, offer: str = "") -> SecondStep:
        csrf = self._own.identity.csrf(asked)
        if account.second_step:
            return SecondStep(is_on=True, csrf=csrf, left=len(account.recovery))
        issuer = self._pages.brand.name
        offered = self._steps.offered(account, issuer, offer) if offer else self._steps.offer(account, issuer)
        return SecondStep(
            is_on=False,
            csrf=csrf,
            qr=qr_code(offered.uri),
            uri=offered.uri,
            secret=" ".join(offered.secret[n : n + 4] for n in range(0, len(offered.secret), 4)),
            offer=offered.sealed,
        )

    def _shown(
        self,
        request: Request,
        asked: Asked,
        page: SecondStep,
        refused: GigdeskError | None = None,
        said: str = "",
    ) -> Response:
        actor = asked.actor
        language = self._languages.negotiate(request.headers.get("accept-language", ""), actor.locale)
        problem = language.say(refused.sentence, refused.values) if refused else ""
        viewer = Viewer(name=actor.name or actor.sub, csrf=page.csrf)
        shown = replace(page, problem=problem, said=language.gettext(said) if said else "")
        body = self._pages.render("staff_second_step", language, viewer, page=shown)
        status = next((code for kind, code in _STATUSES if isinstance(refused, kind)), 200)
        answer = Response(body, status, headers={**HEADERS, "content-language": language.tag})
        if refused is not None and refused.retry_after is not None:
            answer.headers["retry-after"] = str(refused.retry_after)
        return answer


def qr_code(text: str) -> Markup:
    """A QR code (ISO/IEC 18004) as an inline drawing without a size, with the quiet zone around it."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, border=4, svgclass=None, lineclass=None))  # noqa: S704 - numbers
