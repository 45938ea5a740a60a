"""The table of refusals, row by row, over a real socket; after each of them nothing is left behind."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

import forms
import samples
from forms import File
from live import CLIENT, GIG, REPORT, WORKER, Live, nothing_left
from raw import Answer

START = Callable[..., Live]
MIB = 1 << 20
PHOTO = File(samples.jpeg())
EXE = File(b"MZ\x90\x00" + b"\0" * 400, "photo.jpg")


def refused(answer: Answer, status: int, code: str) -> dict[str, object]:
    """What every refusal says, whatever it is."""
    assert (answer.status, answer.code) == (status, code), answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["type"] == f"urn:gigdesk:problem:{code}"
    assert document["status"] == status
    assert document["success"] is False
    assert document["message"] == document["detail"]
    assert len(document["message"]) > 15
    assert "%(" not in answer.body.decode()
    assert not re.search(r"\b(please|invalid|oops|successfully)\b", document["message"], re.IGNORECASE)
    return document


@dataclass(frozen=True)
class Case:
    """A form that is refused, and how."""

    status: int
    code: str
    body: bytes
    says: str = ""
    fields: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


R = forms.report(GIG)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in R.items() if key != name}


FORMS = {
    "malformed": Case(400, "multipart.part_headers", forms.part("X: y", b"") + forms.end()),
    "wrong boundary": Case(400, "multipart.boundary_not_found", forms.form(R, [], "another"), "boundary"),
    "truncated": Case(400, "multipart.truncated", forms.form(R, [PHOTO])[:-9], "client_max_body_size"),
    "truncated in a file": Case(
        400, "multipart.truncated", forms.form(R, [PHOTO])[:-500], "client_max_body_size"
    ),
    "names that conflict": Case(
        400,
        "multipart.part_headers",
        forms.part("Content-Disposition: form-data; name=files; filename=a.jpg; filename*=UTF-8''b.php")
        + forms.end(),
        "disagree",
    ),
    "no boundary": Case(
        400, "multipart.malformed", forms.form(R), "boundary", headers={"Content-Type": "multipart/form-data"}
    ),
    "not UTF-8": Case(
        400, "field.not_utf8", forms.field("description", b"\xff") + forms.end(), "description"
    ),
    "urlencoded": Case(
        415,
        "form.expected",
        b"gigId=gig-1&issueType=other",
        "multipart/form-data",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    "JSON": Case(415, "form.expected", b"{}", headers={"Content-Type": "application/json"}),
    "no type at all": Case(415, "form.expected", forms.form(R), headers={"Content-Type": ""}),
    "a program called photo": Case(415, "file.type_not_allowed", forms.form(R, [PHOTO, EXE]), "photo.jpg"),
    "an SVG": Case(415, "file.type_not_allowed", forms.form(R, [File(samples.svg(), "a.svg")]), "JPEG"),
    "HTML": Case(415, "file.type_not_allowed", forms.form(R, [File(samples.html(), "a.jpg")]), "PDF"),
    "a zip": Case(415, "file.type_not_allowed", forms.form(R, [File(samples.zipped(), "a.zip")]), "a.zip"),
    "a field too large": Case(
        413, "field_too_large", forms.form({**R, "description": "x" * 400_000}), "description"
    ),
    "too many files": Case(413, "files.too_many", forms.form(R, [PHOTO] * 11), "10"),
    "too many parts": Case(413, "parts.too_many", forms.form([*R.items(), *[("amount", "1")] * 60]), "50"),
    "a description too long": Case(
        422, "field.too_long", forms.form({**R, "description": "x" * 10_001}), "10,001", ("description",)
    ),
    "no gig": Case(422, "field.missing", forms.form(without("gigId"), [PHOTO]), "gigId", ("gigId",)),
    "no type of issue": Case(
        422, "field.missing", forms.form(without("issueType"), [PHOTO]), "", ("issueType",)
    ),
    "no description": Case(422, "field.missing", forms.form(without("description")), "", ("description",)),
    "a description of blanks": Case(
        422, "field.missing", forms.form({**R, "description": " \r\n\t "}), "", ("description",)
    ),
    "nothing at all": Case(422, "fields.wrong", forms.form(), "3", ("gigId", "issueType", "description")),
    "a repeated field": Case(
        422, "field.repeated", forms.form([*R.items(), ("description", "again")]), "", ("description",)
    ),
    "a repeated gig": Case(422, "field.repeated", forms.form([*R.items(), ("gigId", GIG)]), "", ("gigId",)),
    "an unknown field": Case(
        422, "field.unknown", forms.form({**R, "status": "closed"}), "status", ("status",)
    ),
    "an unknown type of issue": Case(
        422, "issue_type.unknown", forms.form({**R, "issueType": "volcano"}), "other", ("issueType",)
    ),
    "a gig that is no id": Case(
        422, "field.wrong", forms.form({**R, "gigId": "../gig"}, [PHOTO]), "1 to 128", ("gigId",)
    ),
    "a file in another field": Case(
        422, "field.not_a_file", forms.form(R, [File(PHOTO.content, field="avatar")]), "avatar", ("avatar",)
    ),
    "an empty file": Case(
        422, "file.empty", forms.form(R, [PHOTO, File(b"", "none.jpg")]), "none.jpg", ("files",)
    ),
    "a key that is none": Case(
        400, "idempotency.malformed", forms.form(R), "128", headers={"Idempotency-Key": "k" * 129}
    ),
    "an empty key": Case(400, "idempotency.malformed", forms.form(R), "128", headers={"Idempotency-Key": ""}),
    "a field with a key that is none": Case(
        400, "idempotency.malformed", forms.form({**R, "idempotencyKey": "k" * 129}, [PHOTO]), "128"
    ),
    "another's gig": Case(403, "gig.not_yours", forms.form({**R, "gigId": "gig-of-others"}, [PHOTO])),
    "a report for another": Case(
        403, "reporter.not_you", forms.form({"reporterId": "carl", **R}, [PHOTO]), "reporterId"
    ),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in FORMS.items()])
def test_a_form_that_is_refused_says_why_and_leaves_nothing(site: Live, case: Case) -> None:
    before = site.stored()
    sent = {"Content-Type": forms.content_type(), **case.headers}
    document = refused(site.call("POST", REPORT, case.body, sent), case.status, case.code)
    assert case.says in str(document["message"])
    errors = document.get("errors", [])
    assert isinstance(errors, list)
    assert {error["field"] for error in errors} == set(case.fields)
    assert all(error["code"] and error["message"] for error in errors)
    assert nothing_left(site, before)


def test_a_type_that_is_unknown_lists_those_that_are_allowed(site: Live) -> None:
    answer = site.report(forms.report(GIG, issueType="volcano"))
    for code in ("payment.not_received", "no_show.client", "safety.emergency"):
        assert code in answer.json()["message"]
    assert "no_show.worker" not in answer.json()["message"], "a worker cannot report a worker's absence"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_another_method_is_405_and_names_the_right_one(site: Live, method: str) -> None:
    answer = site.call(method, REPORT)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    if method != "HEAD":
        refused(answer, 405, "method.not_allowed")


TOKENS: dict[str, Callable[[Live], str]] = {
    "none": lambda _: "",
    "not a token": lambda _: "Bearer abc",
    "expired": lambda site: f"Bearer {site.token(WORKER, seconds=-3600)}",
    "another scheme": lambda _: "Basic d2FuZGE6eA==",
    "signed by another": lambda site: f"Bearer {site.token(WORKER)[:-4]}AAAA",
}


@pytest.mark.parametrize("name", TOKENS)
def test_who_is_unknown_is_401_and_told_how(site: Live, name: str) -> None:
    before = site.stored()
    token = TOKENS[name](site)
    headers = {"Content-Type": forms.content_type()} | ({"Authorization": token} if token else {})
    answer = site.call("POST", REPORT, forms.form(R, [PHOTO]), headers, by=None)
    assert answer.status == 401
    refused(answer, 401, answer.code)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert nothing_left(site, before)


@pytest.mark.abuse(54)
def test_a_gig_of_others_and_one_that_does_not_exist_answer_alike(site: Live) -> None:
    site.put_gig("gig-of-others", "olga", "omar")
    answers = []
    for gig in ("gig-of-others", "gig-of-nobody"):
        told = [
            site.report(forms.report(gig), [PHOTO]),
            site.call("GET", f"/api/intake?gigId={gig}"),
            site.call("GET", f"/gigs/{gig}/report-issue", headers={"Accept": "text/html"}),
            site.call(
                "POST", f"/gigs/{gig}/report-issue", forms.form(R), {"Content-Type": forms.content_type()}
            ),
        ]
        assert [answer.status for answer in told] == [403] * 4
        answers.append(
            [
                (a.body.replace(gig.encode(), b"GIG"), {k: v for k, v in a.headers.items() if k in SHOWN})
                for a in told
            ]
        )
    assert answers[0] == answers[1]


SHOWN = {"content-type", "content-language", "cache-control", "www-authenticate", "retry-after", "connection"}


def test_staff_do_not_see_what_is_reported_about_themselves(site: Live) -> None:
    case = site.report().json()
    for sub, sees in (("lea", True), (CLIENT, False)):
        token = site.token(sub=sub, roles=["lead"])
        lead = {"Authorization": f"Bearer {token}"}
        for address in (f"/api/cases/{case['id']}", f"/reports/{case['id']}"):
            assert site.call("GET", address, headers=lead, by=None).status == (200 if sees else 404)
        for query in ("", f"?q={case['reference']}"):
            listed = site.call("GET", f"/api/cases{query}", headers=lead, by=None).json()["items"]
            assert (case["id"] in [item["id"] for item in listed]) is sees


def test_refusals_speak_spanish(site: Live) -> None:
    english = {
        case.code: site.call("POST", REPORT, case.body, _headers(case)).json() for case in FORMS.values()
    }
    for case in FORMS.values():
        sent = {**_headers(case), "Accept-Language": "es-MX, en;q=0.5"}
        spanish = refused(site.call("POST", REPORT, case.body, sent), case.status, case.code)
        assert spanish["message"] != english[case.code]["message"]
        assert spanish["title"] != english[case.code]["title"]
    missing = site.report(without("description"), Accept_Language="es").json()
    assert missing["errors"][0]["message"].startswith("Cuéntanos"), missing


def _headers(case: Case) -> dict[str, str]:
    return {"Content-Type": forms.content_type(), **case.headers}


def test_a_file_over_its_limit_is_413_with_the_limit(another: START) -> None:
    site = another(GIGDESK_MAX_IMAGE_BYTES=str(MIB), GIGDESK_MAX_PDF_BYTES=str(2 * MIB))
    image = File(samples.jpeg() + bytes(MIB), "large.jpg")
    document = refused(site.report(R, [PHOTO, image]), 413, "file.too_large")
    assert "large.jpg" in str(document["message"])
    assert "1 MB" in str(document["message"])
    pdf = File(samples.pdf() + bytes(MIB), "a.pdf", "application/pdf")
    assert site.report(R, [pdf]).status == 201, "a PDF has a limit of its own"
    assert nothing_left(site, (1, 1, 0))


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_whole_over_its_limit_is_413_with_the_limit(another: START, is_declared: bool) -> None:
    site = another(GIGDESK_MAX_BODY_BYTES=str(MIB))
    body = forms.form(R, [File(samples.jpeg() + bytes(600_000), f"{n}.jpg") for n in range(3)])
    answer = site.send_form(body) if is_declared else _chunked(site, body)
    document = refused(answer, 413, "body.too_large")
    assert "1 MB" in str(document["message"])
    assert nothing_left(site, (0, 0, 0))


def _chunked(site: Live, body: bytes, size: int = 65536) -> Answer:
    from raw import Wire

    with Wire(site.port) as wire:
        wire.head(
            "POST",
            REPORT,
            {
                "Authorization": f"Bearer {site.token(WORKER)}",
                "Content-Type": forms.content_type(),
                "Transfer-Encoding": "chunked",
            },
        )
        for start in range(0, len(body), size):
            wire.chunk(body[start : start + size])
        wire.chunk(b"")
        return site.checked("POST", REPORT, wire.answer())


def test_a_key_that_is_none_is_refused_before_a_byte_is_stored(site: Live) -> None:
    before = site.stored()
    film = File(samples.mp4() + samples.box(b"free", bytes(33 * MIB)), "film.mp4", "video/mp4")
    answer = site.send_form(forms.file(film) + forms.form(R), Idempotency_Key="k" * 200)
    refused(answer, 400, "idempotency.malformed")  # and not that the file came too early
    assert nothing_left(site, before)


def test_a_description_may_have_its_whole_length_in_decomposed_characters(site: Live) -> None:
    text = unicodedata.normalize("NFD", "각" * 9_990)
    assert len(text.encode()) == 9 * 9_990
    assert site.report({**R, "description": text}).status == 201


def test_files_before_the_fields_are_taken_up_to_32_mib(site: Live) -> None:
    before = site.stored()
    video = samples.mp4()
    film = File(video + samples.box(b"free", bytes(33 * MIB)), "film.mp4", "video/mp4")
    document = refused(site.send_form(forms.file(film) + forms.form(R)), 413, "fields_first")
    assert "32 MB" in str(document["message"])
    assert nothing_left(site, before)
    small = File(video + samples.box(b"free", bytes(MIB)), "film.mp4", "video/mp4")
    assert site.send_form(forms.file(small) + forms.form(R)).status == 201


LIMITS = {
    "person": ({"GIGDESK_RATE_PERSON": "3/hour"}, "3600"),
    "gig": ({"GIGDESK_RATE_GIG": "3/hour"}, "3600"),
    "site": ({"GIGDESK_RATE_SITE": "3/hour"}, "3600"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_rate_limit_is_429_and_says_when(another: START, name: str) -> None:
    environment, window = LIMITS[name]
    site = another(**environment)
    for left in (2, 1, 0):
        answer = site.report(R, [PHOTO])
        assert answer.status == 201
        assert f'"{name}";q=3;w={window}' in answer.headers["ratelimit-policy"]
        if name == "person":
            assert re.fullmatch(rf'"person";r={left};t=\d+', answer.headers["ratelimit"])
    before = site.stored()
    answer = site.report(R, [PHOTO])
    refused(answer, 429, f"rate.{name}")
    assert 1 <= int(answer.headers["retry-after"]) <= 7200
    assert f'"{name}";q=3;w={window}' in answer.headers["ratelimit-policy"]
    assert re.match(rf'"{name}";r=0;t=\d+', answer.headers["ratelimit"])
    assert nothing_left(site, before)


def test_the_limit_of_one_person_does_not_stop_the_other(another: START) -> None:
    site = another(GIGDESK_RATE_PERSON="1/hour")
    assert [site.report(R, by=by).status for by in ("wanda", "wanda", "carl")] == [201, 429, 201]


@pytest.mark.abuse(53)
def test_a_stranger_cannot_use_up_the_limit_of_a_gig(another: START) -> None:
    site = another(GIGDESK_RATE_GIG="2/hour")
    assert {site.report(R, by=f"stranger-{n}").status for n in range(6)} == {403}
    assert site.report(R).status == 201


@pytest.mark.abuse(53)
def test_the_daily_cap_of_a_person_and_gig_stands_in_the_store(another: START) -> None:
    site = another(GIGDESK_DAILY_CAP="2")
    site.put_gig("gig-2", WORKER, "carl")
    assert [site.report(R, Idempotency_Key=key).status for key in "ab"] == [201, 201]
    site.kill()
    site.start()
    before = site.stored()
    answer = site.report(R, [PHOTO], Idempotency_Key="c")
    refused(answer, 429, "rate.daily_cap")
    assert int(answer.headers["retry-after"]) > 0
    assert "ratelimit" in answer.headers
    assert nothing_left(site, before)
    assert site.report(R, Idempotency_Key="a").status == 200, "a repeat is no further report"
    assert site.report(R, by="carl").status == 201
    assert site.report(forms.report("gig-2")).status == 201


@pytest.mark.abuse(54)
def test_a_stranger_is_not_told_that_a_gig_is_reported_often(another: START) -> None:
    site = another(GIGDESK_RATE_GIG="1/hour")
    senders = ("wanda", "wanda", "stranger", "stranger")
    assert [site.report(R, by=by).status for by in senders] == [201, 429, 403, 403]


@pytest.mark.abuse(53)
def test_no_report_of_either_party_stops_an_emergency(another: START) -> None:
    site = another(GIGDESK_RATE_GIG="2/hour", GIGDESK_RATE_PERSON="2/hour")
    emergency = {**R, "issueType": "safety.emergency"}
    for party in (WORKER, "carl"):
        assert [site.report(R, by=party).status for _ in range(3)] == [201, 201, 429]
    assert [site.report(emergency, by=party).status for party in (WORKER, "carl")] == [201, 201]


def test_the_address_of_a_page_names_the_gig_before_the_files_come(site: Live) -> None:
    film = File(samples.mp4() + samples.box(b"free", bytes(33 * MIB)), "film.mp4", "video/mp4")
    address = f"/gigs/{GIG}/report-issue"
    body = forms.form(without("gigId"), [film])
    answer = site.call("POST", address, body, {"Content-Type": forms.content_type()})
    assert answer.status == 303, answer.body[-500:]
    first = forms.file(film) + forms.form(without("gigId"))
    assert site.call("POST", address, first, {"Content-Type": forms.content_type()}).status == 303


@pytest.mark.abuse(53)
def test_attempts_that_are_refused_count_for_who_made_them_alone(another: START) -> None:
    site = another(GIGDESK_RATE_GIG="2/hour", GIGDESK_RATE_PERSON="4/hour")
    assert {site.report(R, [EXE]).status for _ in range(4)} == {415}
    assert site.report(R).status == 429
    assert [site.report(R, by="carl").status for _ in range(3)] == [201, 201, 429]


def test_an_auditor_who_takes_part_sees_the_form_and_reports_nothing(site: Live) -> None:
    token = {"Authorization": f"Bearer {site.token(WORKER, 'auditor')}"}
    assert site.call("GET", f"/api/intake?gigId={GIG}", headers=token, by=None).status == 200
    refused(site.report(R, by=None, **token), 403, "role.reads_only")


def test_an_integration_reports_for_many_and_each_person_is_counted(another: START) -> None:
    site = another(GIGDESK_RATE_PERSON="1/hour")
    token = {"Authorization": f"Bearer {site.token('market', 'integration')}"}

    def report(fields: dict[str, str]) -> Answer:
        sent = {"Content-Type": forms.content_type(), **token}
        return site.call("POST", REPORT, forms.form(fields, [PHOTO]), sent, by=None)

    assert report({**R, "reporterId": "carl"}).status == 201
    assert report({"reporterId": "wanda", **R}).status == 201
    refused(report({**R, "reporterId": "carl"}), 429, "rate.person")
    refused(report({**R, "reporterId": "eve"}), 403, "reporter.not_a_party")
    document = refused(report(R), 422, "field.missing")
    assert [error["field"] for error in document["errors"]] == ["reporterId"]  # type: ignore[attr-defined]
    assert nothing_left(site, (2, 2, 0))
