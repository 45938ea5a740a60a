"""The other HTTP server: the same application answers the same, but for what a head may be."""

from collections.abc import Callable

import forms
import samples
from forms import File
from journeys.test_refusals import refused
from live import GIG, REPORT, Live, nothing_left
from raw import Wire

R = forms.report(GIG)


def test_granian_serves_reports_and_refusals(another: Callable[..., Live]) -> None:
    site = another(GIGDESK_SERVER="granian")
    first = site.report(R, [File(samples.jpeg())], Idempotency_Key="k")
    assert first.status == 201
    assert site.report(R, [File(samples.jpeg())], Idempotency_Key="k").body == first.body
    refused(site.report(R, by=None), 401, "token.missing")
    refused(site.report(R, [File(b"MZ" * 300)]), 415, "file.type_not_allowed")
    refused(site.report(R | {"issueType": "volcano"}), 422, "issue_type.unknown")
    assert site.call("GET", f"/api/cases/{first.json()['id']}").status == 200
    assert nothing_left(site, (1, 1, 0))


def test_granian_takes_a_body_chunk_by_chunk(another: Callable[..., Live]) -> None:
    site = another(GIGDESK_SERVER="granian", GIGDESK_UPLOAD_IDLE="2")
    body = forms.form(R, [File(samples.jpeg())])
    head = {"Authorization": f"Bearer {site.token('wanda')}", "Content-Type": forms.content_type()}
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head | {"Transfer-Encoding": "chunked"})
        for start in range(0, len(body), 200):
            wire.chunk(body[start : start + 200])
        wire.chunk(b"")
        assert wire.answer().status == 201
    with Wire(site.port) as wire:
        wire.head("POST", REPORT, head | {"Content-Length": len(body)})
        wire.send(body[:300])
        assert wire.answer().code == "body.too_slow"
    assert nothing_left(site, (1, 1, 0))
