"""Refusals as answers: what a program reads, what a person reads, and nothing of what went wrong inside."""

import json
from collections.abc import Mapping

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gigdesk import errors
from gigdesk.errors import FieldError, GigdeskError
from gigdesk.web.language import Languages
from gigdesk.web.limits import RateLimits
from gigdesk.web.problems import problem

ENGLISH = Languages().negotiate("en")
KINDS = {
    errors.Malformed: 400,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.NotReady: 409,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.NotAccepted: 415,
    errors.Invalid: 422,
    errors.Outdated: 412,
    errors.ConditionNeeded: 428,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}


def answered(error: Exception, number: str = "n-1") -> tuple[Response, dict[str, object]]:
    answer = problem(error, ENGLISH.say, number, ENGLISH.tag)
    return answer, json.loads(bytes(answer.body))


@pytest.mark.parametrize(("kind", "status"), KINDS.items(), ids=lambda k: getattr(k, "__name__", str(k)))
def test_every_refusal_has_its_status_and_every_member(kind: type[GigdeskError], status: int) -> None:
    answer, document = answered(kind("some.code", "Send at most %(limit)s files.", limit=10))

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-language"] == "en"
    assert document.pop("title")
    assert document == {
        "type": "urn:gigdesk:problem:some.code",
        "status": status,
        "code": "some.code",
        "detail": "Send at most 10 files.",
        "message": "Send at most 10 files.",
        "success": False,
        "limit": 10,
    }


def test_every_kind_of_error_has_a_status() -> None:
    named = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GigdeskError)
    }
    assert named == {GigdeskError, *KINDS}


def test_wrong_fields_are_named_with_what_to_do_about_each() -> None:
    wrong = [
        FieldError("description", "field.missing", "Tell us what happened."),
        FieldError("amount", "field.wrong", "You wrote “%(given)s”.", {"given": "about 240"}),
    ]
    _, document = answered(errors.Invalid("fields.wrong", "Two fields are wrong.", errors=wrong))

    assert document["errors"] == [
        {"field": "description", "code": "field.missing", "message": "Tell us what happened."},
        {"field": "amount", "code": "field.wrong", "message": "You wrote “about 240”."},
    ]


def test_what_is_allowed_is_a_list_for_programs() -> None:
    unknown = FieldError("issueType", "issue_type.unknown", "Allowed: %(allowed)s.", {"allowed": "a.b, c.d"})
    _, document = answered(errors.Invalid("fields.wrong", "One field is wrong.", errors=[unknown]))

    assert document["allowed"] == ["a.b", "c.d"]


def test_who_is_not_signed_in_is_told_how() -> None:
    assert (
        answered(errors.NotSignedIn("token.missing", "Sign in."))[0].headers["www-authenticate"] == "Bearer"
    )


def test_who_has_to_wait_is_told_how_long() -> None:
    away, busy = (errors.Unavailable("store.away", "Away.", retry_after=s) for s in (None, 1))

    assert answered(away)[0].headers["retry-after"] == "5"
    assert answered(busy)[0].headers["retry-after"] == "1"
    assert "retry-after" not in answered(errors.Conflict("in.conflict", "No."))[0].headers


def test_a_rate_limit_is_told_in_the_standard_fields() -> None:
    rates = RateLimits("1/hour", "10/hour", "600/minute", now=lambda: 7200.0)
    rates.hit("amara", "tiles")
    with pytest.raises(errors.TooMany) as refused:
        rates.hit("amara", "tiles")
    answer, _ = answered(refused.value)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3601"
    assert answer.headers["ratelimit-policy"] == '"person";q=1;w=3600'
    assert answer.headers["ratelimit"] == '"person";r=0;t=3601'


@pytest.mark.parametrize("fault", [ValueError("amara@example.org"), KeyError("secret"), OSError(5, "disk")])
def test_a_fault_of_ours_tells_a_number_and_nothing_else(fault: Exception) -> None:
    answer, document = answered(fault, "0123abcd")

    assert answer.status_code == 500
    assert "0123abcd" in str(document["detail"])
    assert document["code"] == "fault"
    assert set(document) == {"type", "title", "status", "detail", "code", "success", "message"}
    assert all(word not in bytes(answer.body).decode() for word in ("amara", "secret", "disk", "Error"))


def test_an_error_without_a_status_of_its_own_is_a_fault_but_keeps_its_sentence() -> None:
    answer, document = answered(GigdeskError("some.code", "A sentence."))

    assert (answer.status_code, document["detail"]) == (500, "A sentence.")


@pytest.mark.parametrize(
    ("status", "code"), [(404, "address.unknown"), (405, "method.not_allowed"), (418, "refused")]
)
def test_what_the_framework_raises_looks_the_same(status: int, code: str) -> None:
    answer, document = answered(HTTPException(status, "its own words", headers={"allow": "GET, POST"}))

    assert (answer.status_code, document["code"], document["success"]) == (status, code, False)
    assert answer.headers["allow"] == "GET, POST"
    assert "its own words" not in bytes(answer.body).decode()


def test_refusals_speak_the_callers_language() -> None:
    spanish = Languages().negotiate("es-MX")
    error = errors.NotAllowed("gig.not_writable", "Only an integration or an admin keeps gigs here.")
    document = json.loads(bytes(problem(error, spanish.say, "", spanish.tag).body))

    assert document["code"] == "gig.not_writable"
    assert document["title"] != "Not allowed"
    assert document["detail"] != "Only an integration or an admin keeps gigs here."
    assert problem(error, spanish.say, "", spanish.tag).headers["content-language"] == "es"


def test_a_wrong_translation_leaves_the_refusal_as_it_is() -> None:
    def say(sentence: str, values: Mapping[str, object] | None) -> str:
        return sentence % {}

    answer = problem(errors.TooLarge("file.too_large", "At most %(limit)s.", limit=1), say, "")

    assert (answer.status_code, json.loads(bytes(answer.body))["code"]) == (413, "file.too_large")


def test_half_a_character_in_what_was_sent_is_answered_too() -> None:
    answer, document = answered(errors.Invalid("field.odd", "You wrote “%(given)s”.", given="a\ud800é😀"))

    assert answer.status_code == 422
    assert document["detail"] == "You wrote “a?é😀”."


@pytest.mark.abuse(52)
def test_line_ends_in_what_was_sent_stay_in_their_string() -> None:
    answer, document = answered(errors.Invalid("field.odd", "“%(given)s”", given="a\r\nb\x00"))

    assert b"\n" not in bytes(answer.body)
    assert document["detail"] == "“a\r\nb\x00”"
