"""``GET /api/figures``: the figures of the desk as data."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from gigdesk.access.policy import Action, Facts, permit
from gigdesk.app import Gigdesk
from gigdesk.cases import wire
from gigdesk.errors import FieldError
from gigdesk.insights.figures import AGES, Backlog, Figures, Line, Spread
from gigdesk.insights.figures_asked import FILTERS
from gigdesk.web.answers import json_answer
from gigdesk.web.api.listing import once, wrong
from gigdesk.web.identity import Identity

PARAMETERS = ("from", "to", *FILTERS)
Document = Mapping[str, object]


class FigureApi:
    """Shows figures to programs of staff."""

    def __init__(self, desk: Gigdesk, identity: Identity) -> None:
        self._desk = desk
        self._identity = identity

    async def get(self, request: Request) -> Response:
        """Every figure of a span of days. Raises NotFound for who is no staff, Invalid, Unavailable."""
        actor = (await self._identity.ask(request.scope)).actor
        permit(actor, Action.SEE_DESK, Facts())
        given = once(request.query_params)
        if unknown := [name for name in given if name not in PARAMETERS]:
            sentence = "There is no filter of this name. Known are: %(known)s."
            values: dict[str, object] = {"known": ", ".join(PARAMETERS)}
            raise wrong([FieldError(name[:60], "query.unknown", sentence, values) for name in unknown])
        figures = self._desk.insights.figures
        return json_answer(figures_document(await figures.figures(actor, figures.read(actor, given))))


def figures_document(figures: Figures) -> Document:
    """What the answer holds: times in whole seconds, None where there are too few cases for a percentile."""
    days = figures.query.days
    return {
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "timeZone": days.zone,
        "filters": dict(figures.query.filters),
        "at": wire.moment(figures.at),
        "behind": figures.behind,
        "total": _line(figures.total),
        "days": [
            {"day": day.day.isoformat(), "arrived": day.arrived, "decided": day.decided}
            for day in figures.days
        ],
        "backlogBefore": _backlog(figures.before),
        "backlog": [_backlog(one) for one in figures.backlog],
        "firstReplyByWeek": [{"week": week.isoformat(), **_spread(spread)} for week, spread in figures.weeks],
        "types": _named(figures.types),
        "queues": _named(figures.queues),
        "owners": _named(figures.owners),
    }


def _named(lines: Sequence[Line]) -> list[Document]:
    return [{"key": line.key, "label": line.label, **_line(line)} for line in lines]


def _line(line: Line) -> Document:
    arrived, decided = line.arrived, line.decided
    return {
        "arrived": {
            "cases": arrived.cases,
            "unreplied": arrived.unreplied,
            "breached": {"any": arrived.late, **arrived.missed},
            "withFiles": arrived.with_files,
            "files": arrived.files,
            "bytes": arrived.size,
        },
        "decided": {
            "cases": decided.cases,
            "reopened": decided.reopened,
            "appeals": decided.appeals,
            "upheld": decided.upheld,
            "varied": decided.varied,
            "overturned": decided.overturned,
        },
        "firstReply": _spread(line.reply),
        "decision": _spread(line.decision),
    }


def _spread(spread: Spread) -> Document:
    return {"cases": spread.count, "p50Seconds": _seconds(spread.half), "p90Seconds": _seconds(spread.most)}


def _backlog(backlog: Backlog) -> Document:
    borders = (0, *AGES, None)
    ages = [
        {"fromDays": borders[place], "toDays": borders[place + 1], "cases": count}
        for place, count in enumerate(backlog.ages)
    ]
    return {"day": backlog.day.isoformat(), "cases": backlog.cases, "ages": ages}


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())
