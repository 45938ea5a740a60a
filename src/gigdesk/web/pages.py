"""Draws pages: templates, a language, and what a handler has to show. Every address honours the path prefix."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from gigdesk.web.agent.globals import DESK_GLOBALS, desk_case_data
from gigdesk.web.assets import Assets
from gigdesk.web.icons import ICONS, TURNING
from gigdesk.web.language import Language
from gigdesk.web.reporter.list_views import CHOICES, NEWS
from gigdesk.web.reporter.page_data import accept_of, case_data, page_data, reply_time
from gigdesk.web.reporter.views import CaseShown, Refused, ReportForm, Viewer
from gigdesk.web.reporter.words import STATUSES, file_state

TEMPLATES = Path(__file__).parent / "templates"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The desk shows letters in frames, before they are sent.
DESK_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cache-control": "private, no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=()",
    "vary": "Accept-Language, Cookie",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The marketplace as its pages name it. ``exit_url`` is where "Exit this page" leads: something harmless.

    ``gig_url`` has the place ``{gigId}``. Where it or ``home_url`` is empty there is no such link.
    """

    name: str
    accent: str = "#17607f"
    emergency_number: str = "112"
    exit_url: str = "https://www.wikipedia.org/"
    home_url: str = ""
    gig_url: str = ""

    def gig_address(self, gig_id: str) -> str:
        """The gig's own page on the marketplace, or nothing."""
        return self.gig_url.replace("{gigId}", quote(gig_id, safe=""))


class Pages:
    """Draws every page of one installation."""

    def __init__(self, base_url: str, brand: Brand) -> None:
        self.base_url = base_url
        self.prefix = urlsplit(base_url).path.rstrip("/")
        self.brand = brand
        self.assets = Assets(brand.accent)
        self._environments: dict[str, Environment] = {}

    def url(self, path: str) -> str:
        """An address of this site: ``/reports`` becomes ``/help/reports`` under the path ``/help``."""
        return f"{self.prefix}{path}"

    def render(
        self, template: str, language: Language, viewer: Viewer | None = None, **view: object
    ) -> bytes:
        """The page as UTF-8; raises what Jinja raises where a view does not fit its template."""
        drawn = self._environment(language).get_template(f"{template}.html")
        return drawn.render(language=language, viewer=viewer, **view).encode()

    def refusal(self, language: Language, refused: Refused, viewer: Viewer | None = None) -> bytes:
        """An error in the same look as every page."""
        return self.render("error", language, viewer, page=refused)

    def _environment(self, language: Language) -> Environment:
        # One a catalogue, not one a region: regions are chosen by whoever asks.
        if language.tag not in self._environments:
            self._environments[language.tag] = self._make(language)
        return self._environments[language.tag]

    def _make(self, language: Language) -> Environment:
        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        made.install_gettext_callables(  # type: ignore[attr-defined]
            language.gettext, language.ngettext, newstyle=True
        )
        made.globals |= self._globals()
        made.filters |= {"moment": _moment, "day": _day, "stamp": _stamp, "brief": _brief, "due": _due}
        return made

    def _globals(self) -> Mapping[str, object]:
        return {
            "brand": self.brand,
            "url": self.url,
            "icon": icon,
            "styles": [self.url(f"/assets/{name}") for name in self.assets.styles()],
            "style": self._style,
            "script": self._script,
            "mark": self.url("/assets/mark.svg"),
            "file_parts": file_parts,
            "statuses": STATUSES,
            **DESK_GLOBALS,
            "desk_case_data": desk_case_data,
            "choices": CHOICES,
            "news": NEWS,
            "file_state": file_state,
            "page_data": self._page_data,
            "case_data": _case_data,
            "accept_of": accept_of,
            "reply_time": reply_time,
        }

    @pass_context
    def _page_data(self, context: Context, form: ReportForm) -> object:
        return page_data(form, context["language"], self.brand.exit_url, self.url)

    def _style(self, name: str) -> str:
        built = self.assets.style(name)
        return self.url(f"/assets/{built}") if built else ""

    def _script(self, name: str) -> str:
        built = self.assets.script(name)
        return self.url(f"/assets/{built}") if built else ""


@pass_context
def _case_data(context: Context, case: CaseShown) -> object:
    return case_data(case, context["language"])


def icon(name: str) -> Markup:
    """A drawing beside a word: hidden from who does not see."""
    turn = " i-turn" if name in TURNING else ""
    drawing = ICONS[name]  # our own constant, no text of anybody's
    return Markup(f'<svg class="i{turn}" viewBox="0 0 20 20" aria-hidden="true">{drawing}</svg>')  # noqa: S704


def file_parts(name: str) -> tuple[str, str]:
    """A file's name as stem and ending, so that a narrow screen cuts the stem and never the ending."""
    path = Path(name)
    return (path.stem, path.suffix) if path.suffix and len(path.suffix) <= 6 else (name, "")


@pass_context
def _moment(context: Context, at: datetime) -> Markup:
    """A moment as ``<time>``, in UTC; script shows it in the reader's own time zone."""
    return _time(at, "moment", context["language"].moment(at))


@pass_context
def _day(context: Context, at: datetime) -> Markup:
    return _time(at, "day", context["language"].short_day(at))


@pass_context
def _stamp(context: Context, at: datetime) -> Markup:
    """A moment in few words, where many stand one below the other."""
    language: Language = context["language"]
    return _time(at, "stamp", f"{language.short_day(at)}, {language.clock(at)} UTC")


def _time(at: datetime, style: str, words: str) -> Markup:
    stamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}" data-local="{}">{}</time>').format(stamp, style, words)


@pass_context
def _brief(context: Context, at: datetime) -> Markup:
    """A moment as the desk has it: script leaves the day out where it is today."""
    language: Language = context["language"]
    return _desk_time(at, "brief", f"{language.short_day(at)}, {language.clock(at)} UTC")


@pass_context
def _due(context: Context, at: datetime) -> Markup:
    """When something is due, as the desk has it; script says the day of the week too."""
    language: Language = context["language"]
    return _desk_time(at, "due", f"{language.short_day(at)}, {language.clock(at)} UTC")


def _desk_time(at: datetime, style: str, words: str) -> Markup:
    stamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}" data-time="{}">{}</time>').format(stamp, style, words)
