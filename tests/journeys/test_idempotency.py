"""The same key and the same body: the first's answer word for word, one case, one set of files."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import forms
import samples
from forms import File
from journeys.test_refusals import refused
from live import GIG, RAISED, Live, eventually, nothing_left
from raw import Answer
from servers.postgres import Cluster

START = Callable[..., Live]
R = forms.report(GIG)
FIRST, SECOND = File(samples.jpeg(), "a.jpg"), File(samples.png(), "b.png", "image/png")


def shuffled() -> dict[str, bytes]:
    """The same report, written otherwise."""
    pairs = list(R.items())
    windows = {**R, "description": R["description"].replace(". ", ".\r\n")}
    return {
        "as it was": forms.form(R, [FIRST, SECOND]),
        "fields reversed": forms.form(pairs[::-1], [FIRST, SECOND]),
        "files reversed": forms.form(R, [SECOND, FIRST]),
        "files first": forms.file(FIRST) + forms.file(SECOND) + forms.form(R),
        "another field for files": forms.form(R, [File(FIRST.content, "a.jpg", field="files[]"), SECOND]),
        "another declared type": forms.form(R, [File(FIRST.content, "a.jpg", "application/pdf"), SECOND]),
        "blanks around": forms.form({**windows, "description": f"  {R['description']}\r\n"}, [FIRST, SECOND]),
        "an alias of the type": forms.form({**R, "issueType": " Other "}, [FIRST, SECOND]),
        "an empty file part": forms.form(R, [FIRST, SECOND, File(b"", "")]),
    }


@pytest.mark.parametrize("name", shuffled())
def test_a_repeat_is_200_word_for_word_however_it_is_written(site: Live, name: str) -> None:
    key = f"repeat {name}"
    first = site.send_form(shuffled()["as it was"], Idempotency_Key=key)
    assert first.status == 201
    before = site.stored()
    again = site.send_form(shuffled()[name], Idempotency_Key=key)
    assert again.status == 200, again.body
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]
    assert nothing_left(site, before)


def test_another_boundary_is_the_same_body(site: Live) -> None:
    first = site.report(R, [FIRST], Idempotency_Key="boundary")
    again = site.report(R, [FIRST], boundary="quite-another", Idempotency_Key="boundary")
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body


OTHERS: dict[str, bytes] = {
    "another text": forms.form({**R, "description": "Something else."}, [FIRST]),
    "another type": forms.form({**R, "issueType": "conduct.rude"}, [FIRST]),
    "another detail": forms.form({**R, "issueType": "payment.underpaid", "amount": "3"}, [FIRST]),
    "no file": forms.form(R),
    "one file more": forms.form(R, [FIRST, SECOND]),
    "another file": forms.form(R, [File(samples.jpeg(97), "a.jpg")]),
    "another file name": forms.form(R, [File(FIRST.content, "c.jpg")]),
    "the file twice": forms.form(R, [FIRST, FIRST]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_key_with_another_body_is_422(site: Live, name: str) -> None:
    key = f"other {name}"
    assert site.report(R, [FIRST], Idempotency_Key=key).status == 201
    before = site.stored()
    refused(site.send_form(OTHERS[name], Idempotency_Key=key), 422, "idempotency.other_body")
    assert nothing_left(site, before)


def test_a_key_is_the_actors_own(site: Live) -> None:
    answers = [site.report(R, by=by, Idempotency_Key="shared") for by in ("wanda", "carl")]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_without_a_key_each_report_is_a_case(site: Live) -> None:
    first, second = site.report(R, [FIRST]), site.report(R, [FIRST])
    assert first.json()["id"] != second.json()["id"]


def test_a_refused_report_does_not_use_up_its_key(site: Live) -> None:
    exe = File(b"MZ" + bytes(500), "a.jpg")
    assert site.report(R, [exe], Idempotency_Key="second try").status == 415
    assert site.report(R, [FIRST], Idempotency_Key="second try").status == 201


@pytest.mark.parametrize("files", [[], [FIRST, SECOND]], ids=["text", "files"])
def test_20_equal_requests_at_the_same_moment_are_one_case(site: Live, files: list[File]) -> None:
    before = site.stored()

    def send(_: int) -> Answer:
        return site.report(R, files, Idempotency_Key=f"storm {len(files)}")

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(send, range(20)))
    done = [answer for answer in answers if answer.status in (200, 201)]
    assert sum(answer.status == 201 for answer in answers) == 1
    assert len({answer.body for answer in done}) == 1
    for answer in answers:
        if answer not in done:
            assert (answer.status, answer.headers.get("retry-after")) == (409, "1")
    assert nothing_left(site, (before[0] + 1, before[1] + len(files), 0))
    assert site.report(R, files, Idempotency_Key=f"storm {len(files)}").body == done[0].body


def test_repeats_never_count_against_limits(another: START) -> None:
    site = another(GIGDESK_RATE_PERSON="2/hour", GIGDESK_RATE_GIG="2/hour", GIGDESK_RATE_SITE="3/hour")
    assert site.report(R, [FIRST], Idempotency_Key="a").status == 201
    assert {site.report(R, [FIRST], Idempotency_Key="a").status for _ in range(6)} == {200}
    assert site.report(R, Idempotency_Key="b").status == 201, "six repeats counted for nothing"
    assert site.report(R, Idempotency_Key="c").status == 429
    assert site.report(R, [FIRST], Idempotency_Key="a").status == 200, "a repeat comes through a full limit"
    assert site.report(R, [SECOND], Idempotency_Key="a").status in (422, 429)
    assert site.stored()[0] == 2


def test_a_used_key_is_no_pass_through_a_full_limit(another: START) -> None:
    site = another(GIGDESK_RATE_PERSON="2/hour")
    assert [site.report(R, [FIRST], Idempotency_Key=key).status for key in "ab"] == [201, 201]
    assert {site.report(R, [FIRST], Idempotency_Key="a").status for _ in range(8)} == {200}
    other = [site.report(R, [SECOND], Idempotency_Key="a").status for _ in range(8)]
    assert other == [422] * 6 + [429] * 2, "three times the limit, as many as a repeat may need"


def test_20_equal_requests_at_two_processes_on_postgresql_are_one_case(
    tmp_path: Path, postgres_url: str, postgres: Cluster
) -> None:
    site = Live(tmp_path, {**RAISED, "GIGDESK_DATABASE_URL": postgres_url}, workers=2)
    try:
        migrated = site.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        site.start()
        site.put_gig(GIG, "wanda", "carl")

        def send(_: int) -> Answer:
            return site.report(R, [FIRST, SECOND], Idempotency_Key="storm")

        with ThreadPoolExecutor(20) as crowd:
            answers = list(crowd.map(send, range(20)))
        assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
        assert len({answer.body for answer in answers}) == 1
        other = site.report({**R, "description": "Something else."}, [FIRST], Idempotency_Key="storm")
        refused(other, 422, "idempotency.other_body")
        name = postgres_url.rpartition("/")[2]
        assert postgres.fetch("SELECT count(*) FROM cases", name) == [(1,)]
        assert postgres.fetch("SELECT count(*) FROM objects", name) == [(2,)]
        assert eventually(lambda: len(site.objects()) == 2), "the files of the repeats are gone"
    finally:
        site.close()
