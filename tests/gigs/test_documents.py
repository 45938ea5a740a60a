"""Gigs as the marketplace writes them: a document, a CSV file, a JSON file."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigdesk.errors import Invalid
from gigdesk.gigs.documents import gig_from_document, gig_to_document, gigs_from_csv, gigs_from_json
from gigdesk.gigs.model import Gig, Party, Side

WORKER = {"userId": "jonas", "side": "worker", "name": "Jonas", "email": "j@mail.example", "locale": "en-GB"}
CLIENT = {"userId": "amara", "side": "client"}
WHOLE = {
    "title": "Re-tile a shower wall, 4 m²",
    "parties": [WORKER, CLIENT],
    "trade": "repair",
    "place": "Marchmont",
    "startsAt": "2026-05-04T09:30:00Z",
    "state": "booked",
}
GIG = Gig(
    id="g1",
    title="Re-tile a shower wall, 4 m²",
    parties=(
        Party(user_id="jonas", side=Side.WORKER, name="Jonas", email="j@mail.example", locale="en-GB"),
        Party(user_id="amara", side=Side.CLIENT),
    ),
    trade="repair",
    place="Marchmont",
    starts_at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    state="booked",
)


def wrong(document: object, gig_id: str = "g1") -> dict[str, str]:
    """What is wrong, by field."""
    with pytest.raises(Invalid) as refused:
        gig_from_document(gig_id, document)
    return {error.field: error.code for error in refused.value.errors}


def test_a_whole_document_is_a_gig_and_back() -> None:
    assert gig_from_document("g1", WHOLE) == GIG
    assert gig_to_document(GIG) == {"id": "g1", **WHOLE}


def test_only_title_and_parties_are_needed() -> None:
    document = {"title": "A ride", "parties": [CLIENT]}
    found = gig_from_document("g1", document)
    assert (found.trade, found.place, found.starts_at, found.state) == ("", "", None, "")
    assert gig_to_document(found) == {"id": "g1", **document}


def test_null_says_no_more_than_nothing() -> None:
    nulls = {"trade": None, "place": None, "startsAt": None, "state": None}
    document = {**nulls, "title": "A ride", "parties": [{**CLIENT, "email": None}]}
    assert gig_from_document("g1", document) == gig_from_document(
        "g1", {"title": "A ride", "parties": [CLIENT]}
    )


@pytest.mark.parametrize(
    "time", ["2026-05-04T11:30:00+02:00", "2026-05-04T09:30:00.000Z", "2026-05-04 09:30Z"]
)
def test_times_come_from_everywhere_and_are_kept_in_utc(time: str) -> None:
    assert gig_from_document("g1", {**WHOLE, "startsAt": time}).starts_at == GIG.starts_at


def test_text_is_trimmed_and_composed() -> None:
    found = gig_from_document("g1", {**WHOLE, "title": "  Cafe\u0301 counter "})
    assert found.title == "Café counter"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": None}, "title", "field.text"),
        ({"title": ""}, "title", "field.text"),
        ({"title": "  "}, "title", "field.text"),
        ({"title": 7}, "title", "field.text"),
        ({"title": "x" * 201}, "title", "field.too_long"),
        ({"title": "two\nlines"}, "title", "field.too_long"),
        ({"title": "nul\x00"}, "title", "field.too_long"),
        ({"title": "right\u202eleft"}, "title", "field.too_long"),
        ({"trade": ["repair"]}, "trade", "field.text"),
        ({"startsAt": "tomorrow"}, "startsAt", "field.time"),
        ({"startsAt": "2026-05-04T09:30:00"}, "startsAt", "field.time"),
        ({"startsAt": "0001-01-01T00:00:00+14:00"}, "startsAt", "field.time"),
        ({"startsAt": 1777887000}, "startsAt", "field.time"),
        ({"parties": None}, "parties", "gig.parties"),
        ({"parties": []}, "parties", "gig.parties"),
        ({"parties": [CLIENT] * 51}, "parties", "gig.parties"),
        ({"parties": {"0": CLIENT}}, "parties", "gig.parties"),
        ({"parties": [CLIENT, WORKER, {**WORKER, "side": "client"}]}, "parties", "gig.party_twice"),
        ({"parties": [CLIENT, "jonas"]}, "parties[1]", "party.object"),
        ({"parties": [{"side": "client"}]}, "parties[0].userId", "field.text"),
        ({"parties": [{**CLIENT, "userId": "x" * 256}]}, "parties[0].userId", "field.too_long"),
        ({"parties": [{**CLIENT, "side": "Client"}]}, "parties[0].side", "party.side"),
        ({"parties": [{**CLIENT, "side": ["client"]}]}, "parties[0].side", "party.side"),
        ({"parties": [{**CLIENT, "email": "nobody"}]}, "parties[0].email", "field.shape"),
        ({"parties": [{**CLIENT, "email": "a@b\nBcc: c@d"}]}, "parties[0].email", "field.too_long"),
        ({"parties": [{**CLIENT, "locale": "../en"}]}, "parties[0].locale", "field.shape"),
        ({"parties": [{**CLIENT, "role": "admin"}]}, "parties[0].role", "field.unknown"),
        ({"status": "open"}, "status", "field.unknown"),
        ({"gigId": "g2"}, "gigId", "field.unknown"),
    ],
)
def test_each_wrong_field_is_named(change: dict[str, object], field: str, code: str) -> None:
    assert wrong({**WHOLE, **change}) == {field: code}


def test_everything_wrong_is_told_at_once() -> None:
    assert set(wrong({"title": 7, "startsAt": 7, "parties": [{"userId": ""}], "x": 1})) == {
        "title",
        "startsAt",
        "parties[0].userId",
        "parties[0].side",
        "x",
    }


@pytest.mark.parametrize("document", [None, [], "gig", 7, [WHOLE]])
def test_what_is_no_object_is_no_gig(document: object) -> None:
    assert wrong(document) == {"gig": "gig.object"}


@pytest.mark.parametrize("gig_id", ["", "a b", "a/b", "é", "x" * 129, "a\n"])
def test_a_gig_id_has_its_own_letters(gig_id: str) -> None:
    assert wrong(WHOLE, gig_id) == {"gigId": "gig.id"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WHOLE, *WORKER, "x"]), inner, max_size=8)
    ),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_comes_is_a_gig_or_invalid(document: object) -> None:
    try:
        found = gig_from_document("g1", document)
    except Invalid:
        assert wrong(document)
        return
    again = {name: value for name, value in gig_to_document(found).items() if name != "id"}
    assert gig_from_document("g1", again) == found


CSV = """gigId,title,side,userId,name,email,locale,trade,place,startsAt,state
g1,"Re-tile a shower wall, 4 m²",worker,jonas,Jonas,j@mail.example,en-GB,repair,Marchmont,2026-05-04T09:30:00Z,booked
g2,A ride,client,yusuf,,,,,,,
g1,,client,amara,,,,,,,
"""


def test_a_csv_file_has_a_row_a_party() -> None:
    assert gigs_from_csv(CSV) == [
        GIG,
        Gig(id="g2", title="A ride", parties=(Party(user_id="yusuf", side=Side.CLIENT),)),
    ]
    assert gigs_from_csv(CSV.replace("\n", "\r\n")) == gigs_from_csv(CSV)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1"),
        ("gigId,title,side\n", "line 1"),
        ("gigId,title,side,userId,userId\n", "line 1"),
        ("gigId,title,side,userId,price\n", "line 1"),
        ("gigId;title;side;userId\n", "line 1"),
        ("gigId,title,side,userId\n", "line 2"),
        ("gigId,title,side,userId\n\n\n", "line 2"),
        ("gigId,title,side,userId\ng1,A ride,client\n", "line 2"),
        ('gigId,title,side,userId\ng1,A ride,client,a\n"g2', "line 3"),
        ("gigId,title,side,userId\ng1,A ride,client,a\ng1,Two rides,worker,b\n", "line 3, title"),
        ("gigId,title,side,userId\ng1,A ride,client,a\ng1,,driver,b\n", "line 3, side"),
        ("gigId,title,side,userId\ng1,A ride,client,a\ng1,,worker,\n", "line 3, userId"),
        ("gigId,title,side,userId\n\ng1,,client,a\n", "line 3, title"),
        ("gigId,title,side,userId\ng 1,A ride,client,a\n", "line 2, gigId"),
        ("gigId,title,side,userId\ng1,A ride,client,a\ng1,,worker,a\n", "line 2, parties"),
        ('gigId,title,side,userId\ng1,"A\nride",client,a\ng1,,worker,b\n', "line 3, title"),
    ],
)
def test_what_is_wrong_in_a_csv_file_is_named_by_its_line(text: str, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        gigs_from_csv(text)
    assert refused.value.errors[0].field == where
    assert where in str(refused.value)


def test_a_json_file_is_a_list_of_gigs() -> None:
    text = json.dumps([{"gigId": "g1", **WHOLE}, {"gigId": "g2", "title": "A ride", "parties": [CLIENT]}])
    assert [gig.id for gig in gigs_from_json(text)] == ["g1", "g2"]
    assert gigs_from_json(text)[0] == GIG


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[\n{"gigId": "g1",\n}]', "line 3"),
        ("[" * 100_000, "line 1"),
        ('[{"title": "A ride"}]', "gig 1, gigId"),
        ('[{"gigId": 7, "title": "A ride", "parties": [{"userId": "a", "side": "client"}]}]', "gig 1, gigId"),
        ("[7]", "gig 1, gigId"),
        (json.dumps([{"gigId": "g1", **WHOLE}] * 2), "gig g1"),
        (json.dumps([{"gigId": "g1", **WHOLE}, {"gigId": "g2", **WHOLE, "title": ""}]), "gig 2, title"),
    ],
)
def test_what_is_wrong_in_a_json_file_is_named_by_its_place(text: str, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        gigs_from_json(text)
    assert refused.value.errors[0].field == where


@pytest.mark.parametrize("text", ["{}", "[]", "7", "null"])
def test_a_json_file_that_is_no_list_of_gigs_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        gigs_from_json(text)
    assert refused.value.code == "gigs.list"
