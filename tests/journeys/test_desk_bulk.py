"""What is chosen and done with many cases at once, without script: owners, moments, closings, canned replies, notes."""

import html
import re
from uuid import UUID, uuid4

import pytest

import forms
import samples
from forms import File
from journeys.test_desk_lists import Desk, cases, ids, listed, report
from journeys.test_life_of_a_case import AGENT, LEAD, OTHER, Caller
from journeys.test_macros import reported
from live import CLIENT, GIG, WORKER, Live, eventually
from raw import Answer

HIDDEN = "There is no such report, or it is not yours."


@pytest.fixture
def desk(site: Live) -> Desk:
    return Desk(site, AGENT)


@pytest.fixture
def lead(site: Live) -> Desk:
    return Desk(site, LEAD)


def boxes(desk: Desk, *wanted: str) -> list[str]:
    """What a form sends for these cases as they stand now, in this order."""
    for case in wanted:
        page = listed(desk, case)
    found = {box[:36]: box for box in cases(page)}
    return [found[case] for case in wanted]


def outcome(answer: Answer, case: str) -> str:
    """What the page says of a case."""
    found = re.search(rf'<li [^>]*id="outcome-{case}">.*?</li>', answer.body.decode(), re.S)
    assert found, answer.body.decode()
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", found[0]).split()))


def undone(desk: Desk, done: Answer) -> Answer:
    """Send the form that takes it back, as the list has it."""
    assert done.status == 303, done.body.decode()
    page = desk.get(done.headers["location"]).body.decode()
    [form] = re.findall(r'<form class="done".*?</form>', page, re.S)
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    [deed] = re.findall(r'name="deed" value="(\w+)"', form)
    return desk.post("/desk/bulk", [*((n, html.unescape(v)) for n, v in fields), ("deed", deed)])


def offers_undo(desk: Desk, done: Answer) -> bool:
    return "data-undo" in desk.get(done.headers["location"]).body.decode()


def seen(desk: Desk, case: str) -> dict[str, object]:
    found: dict[str, object] = desk.get(f"/api/cases/{case}").json()
    return found


def owner(desk: Desk, case: str) -> object:
    held = seen(desk, case)["owner"]
    return held["id"] if isinstance(held, dict) else None


def messages(desk: Desk, case: str) -> list[str]:
    events = desk.get(f"/api/cases/{case}/events").json()["items"]
    return [event["data"]["text"] for event in events if event["type"] == "message.sent"]


def macro(desk: Desk, text: str, **more: str) -> str:
    """A canned reply of theirs, by its id."""
    name = uuid4().hex
    fields = {"name": name, "kind": "reply", "text_en": text, "text_es": "", **more}
    kept = desk.post("/desk/macros", list(fields.items()))
    assert kept.status == 303, kept.body.decode()
    page = desk.get("/desk/macros").body.decode()
    [found] = re.findall(rf'/desk/macros/([0-9a-f-]{{36}})"><b>{name}', page)
    return str(UUID(found))


def test_an_owner_is_chosen_and_each_case_goes_back_to_who_had_it(site: Live, lead: Desk) -> None:
    free, held = report(site), report(site)
    Desk(site, OTHER).bulk("claim", boxes(lead, held))
    both = boxes(lead, free, held)
    for who in (OTHER, LEAD):  # they are known a moment after they came
        assert eventually(lambda who=who: f'value="id:{who}"' in lead.bulk("assign", both).body.decode())

    first = lead.bulk("assign", both)
    page = first.body.decode()
    assert first.status == 200
    assert "Choose, then it says here what would become of each." in page
    assert 'name="confirmed" value="1"' not in page  # nothing is chosen yet
    asked = lead.bulk("assign", both, choice=f"id:{OTHER}")
    assert "Nothing changes" in outcome(asked, held)
    done = lead.bulk("assign", both, choice=f"id:{LEAD}", confirmed="1")

    assert [owner(lead, case) for case in (free, held)] == [LEAD, LEAD]
    assert undone(lead, done).status == 303
    assert [owner(lead, case) for case in (free, held)] == [None, OTHER]


def test_somebody_is_named_by_their_user_id(site: Live, lead: Desk) -> None:
    case = report(site)
    [box] = boxes(lead, case)

    empty = lead.bulk("assign", [box], choice="other", confirmed="1")
    done = lead.bulk("assign", [box], choice="other", own="new.colleague", confirmed="1")

    assert empty.status == 422
    assert "Choose who gets the cases." in empty.body.decode()
    assert done.status == 303
    assert owner(lead, case) == "new.colleague"


def test_to_take_from_somebody_is_taken_back_to_them(site: Live, lead: Desk) -> None:
    case = report(site)
    Desk(site, OTHER).bulk("claim", boxes(lead, case))

    done = lead.bulk("release", boxes(lead, case))

    assert owner(lead, case) is None
    undone(lead, done)
    assert owner(lead, case) == OTHER


def test_who_is_no_lead_gives_cases_to_nobody_else(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = boxes(desk, case)

    refused = desk.bulk("assign", [box], choice="other", own=OTHER, confirmed="1")

    assert 'value="assign"' not in desk.look()
    assert refused.status == 409
    assert "Ask a lead to assign it anew." in outcome(refused, case)
    assert owner(desk, case) is None


def test_what_takes_back_is_judged_as_any_other_form(site: Live, desk: Desk) -> None:
    case = report(site)
    Desk(site, OTHER).bulk("claim", boxes(desk, case))
    [box] = boxes(desk, case)

    for deed, before in (("give_back", "2"), ("give_back", "99"), ("give_back", ""), ("snooze_back", "soon")):
        refused = desk.bulk(deed, [f"{box}.{before}"], confirmed="1")
        assert refused.status == 409, (deed, before)
    assert owner(desk, case) == OTHER


def test_a_snooze_is_until_what_was_chosen_and_back_to_what_it_was(site: Live, desk: Desk) -> None:
    free, asleep = report(site), report(site)
    early = desk.bulk("snooze", boxes(desk, asleep), choice="own", own="2026-12-24T08:00", confirmed="1")
    assert early.status == 303
    before = seen(desk, asleep)["flags"]
    both = boxes(desk, free, asleep)

    wrong = desk.bulk("snooze", both, choice="own", own="some day", confirmed="1")
    asked = desk.bulk("snooze", both, choice="own")
    done = desk.bulk("snooze", both, choice="monday", confirmed="1")

    assert wrong.status == 422
    assert "Choose a day and a time, like 30 November, 17:00." in wrong.body.decode()
    assert asked.status == 200  # the day is still to be written
    assert "Choose first." in outcome(asked, free)
    assert undone(desk, done).status == 303
    assert (seen(desk, free)["flags"], seen(desk, asleep)["flags"]) == ([], before)
    events = desk.get(f"/api/cases/{asleep}/events").json()["items"]
    untils = [event["data"]["until"] for event in events if event["type"] == "case.snoozed"]
    assert untils[0] == untils[2] != untils[1]


def test_nothing_is_done_on_a_choice_that_was_not_judged(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = boxes(desk, case)
    asked = desk.bulk("snooze", [box]).body.decode()
    [judged] = re.findall(r'name="judged" value="([^"]*)"', asked)

    anew = desk.bulk("snooze", [box], choice="3d", judged=html.unescape(judged), confirmed="1")

    assert anew.status == 200
    assert "You have chosen something else than before." in anew.body.decode()
    assert seen(desk, case)["flags"] == []
    [judged] = re.findall(r'name="judged" value="([^"]*)"', anew.body.decode())
    assert desk.bulk("snooze", [box], choice="3d", judged=judged, confirmed="1").status == 303


def test_cases_are_closed_as_what_they_are(site: Live, desk: Desk, lead: Desk) -> None:
    nothing, spam = report(site), report(site)
    untold = desk.bulk("close", boxes(desk, nothing), choice="invalid", confirmed="1")
    agents = desk.bulk("close", boxes(desk, spam), choice="spam", text="An advert.", confirmed="1")

    done = desk.bulk("close", boxes(desk, nothing), choice="invalid", text="It is empty.", confirmed="1")
    leads = lead.bulk("close", boxes(lead, spam), choice="spam", text="An advert.", confirmed="1")

    assert (untold.status, agents.status) == (422, 422)
    assert "Say why, in a sentence or two." in untold.body.decode()
    assert 'value="spam"' not in agents.body.decode()
    assert (done.status, leads.status) == (303, 303)
    assert [seen(lead, case)["closedReason"] for case in (nothing, spam)] == ["invalid", "spam"]
    assert undone(lead, leads).status == 303
    assert seen(lead, spam)["status"] == "in_review"


def test_duplicates_go_on_in_another_case_of_their_gig_and_come_back(site: Live, desk: Desk) -> None:
    site.put_gig("gig-bulk", "wanda", "carl")
    primary, copy = report(site), report(site)
    elsewhere = report(site, gigId="gig-bulk")
    reference = str(seen(desk, primary)["reference"])
    three = boxes(desk, copy, elsewhere, primary)

    asked = desk.bulk("close", three, choice="duplicate", own=reference.lower())
    done = desk.bulk("close", three[:1], choice="duplicate", own=reference, confirmed="1")

    assert "This can be done." in outcome(asked, copy)
    assert "no such case to merge into" in outcome(asked, elsewhere)
    assert "Only another case of the same gig" in outcome(asked, primary)
    assert ids(asked.body.decode()) == [copy]  # the others stay as they are
    assert seen(desk, copy)["mergedInto"] == primary
    assert undone(desk, done).status == 303
    assert seen(desk, copy)["mergedInto"] is None


def test_a_hidden_case_is_no_more_there_to_merge_into_than_one_that_is_not(site: Live, desk: Desk) -> None:
    hidden, case = report(site, issueType="harassment.verbal"), report(site)
    reference = str(seen(Desk(site, LEAD), hidden)["reference"])
    [box] = boxes(desk, case)

    ways = (reference, "GD-0000-00000", hidden, str(uuid4()))
    said = {outcome(desk.bulk("close", [box], choice="duplicate", own=own), case) for own in ways}

    assert len(said) == 1, said
    assert "no such case to merge into" in said.pop()


def test_a_canned_reply_goes_to_each_in_their_language_after_it_was_read(site: Live, desk: Desk) -> None:
    texts = {"text_es": "Hola, {reporter}: {gig}.", "types": "quality.*"}
    reply = macro(desk, "Dear {reporter}, about {gig}.", **texts)
    english, spanish = reported(site, by=WORKER), reported(site, by=CLIENT)
    other = reported(site, kind="payment.refund")
    three = boxes(desk, english, spanish, other)

    offered = desk.bulk("reply", three)
    asked = desk.bulk("reply", three, choice=f"reporter:{reply}")

    assert f'value="reporter:{reply}"' in offered.body.decode()
    assert 'name="confirmed" value="1"' not in offered.body.decode()
    assert "What Wanda Weber reads Dear Wanda Weber, about Paint a fence." in outcome(asked, english)
    assert "What Carl Clark reads Hola, Carl Clark: Paint a fence." in outcome(asked, spanish)
    assert '<p class="deed-says" lang="es">Hola' in asked.body.decode()
    assert "not for a case of this type or queue" in outcome(asked, other)
    assert "A reply that was sent cannot be taken back." in asked.body.decode()
    assert messages(desk, english) == []  # nothing was sent yet
    done = desk.bulk("reply", three[:2], choice=f"reporter:{reply}", confirmed="1")
    assert done.status == 303
    assert not offers_undo(desk, done)
    assert messages(desk, english) == ["Dear Wanda Weber, about Paint a fence."]
    assert messages(desk, spanish) == ["Hola, Carl Clark: Paint a fence."]
    assert messages(desk, other) == []


def test_what_cannot_be_filled_in_is_refused_for_that_case_alone(site: Live, desk: Desk) -> None:
    nameless = Desk(site, AGENT)
    nameless.headers = _nameless(site)
    reply = macro(nameless, "Yours, {agent}")
    case = report(site)

    asked = nameless.bulk("reply", boxes(nameless, case), choice=f"reporter:{reply}")

    assert "{agent} cannot be filled in for this case." in outcome(asked, case)
    assert 'name="confirmed" value="1"' not in asked.body.decode()


def _nameless(site: Live) -> dict[str, str]:
    from journeys.test_form_pages import signed_in

    return signed_in(site, uuid4().hex, sub="nameless", roles=["agent"])


def test_the_other_side_reads_a_canned_reply_only_once_it_was_asked(site: Live, desk: Desk) -> None:
    fresh, asked_before = report(site), report(site)
    desk.bulk("claim", boxes(desk, asked_before))
    case = Caller(site, AGENT, asked_before)
    body = {"to": "respondent", "text": "Your side?", "due": "2027-01-01T00:00:00Z"}
    assert case.do("request", body).status == 200
    reply = macro(desk, "Thank you, {respondent}.")
    both = boxes(desk, fresh, asked_before)

    alone = desk.bulk("reply", both[:1])
    asked = desk.bulk("reply", both, choice=f"respondent:{reply}")

    assert "respondent:" not in alone.body.decode()
    assert "The other side was not asked yet." in outcome(asked, fresh)
    assert "Thank you, " in outcome(asked, asked_before)


def test_a_form_that_is_sent_twice_sends_a_reply_once(site: Live, desk: Desk) -> None:
    reply, case = macro(desk, "Thank you."), report(site)
    [box] = boxes(desk, case)
    asked = desk.bulk("reply", [box], choice=f"reporter:{reply}").body.decode()
    [key] = re.findall(r'name="key" value="([^"]+)"', asked)
    said = {"choice": f"reporter:{reply}", "confirmed": "1"}

    twice = [desk.bulk("reply", [box], key=key, **said) for _ in range(2)]
    without = desk.bulk("reply", [box], **said)
    other = desk.bulk("reply", [box], key=key, choice=f"reporter:{macro(desk, 'Else.')}", confirmed="1")

    assert [answer.status for answer in twice] == [303, 303]  # the second finds that it is done
    assert without.status == 409
    assert "It has changed since you looked at it." in outcome(without, case)
    assert other.status == 409
    assert messages(desk, case) == ["Thank you."]


def test_a_reply_that_was_changed_since_it_was_read_is_read_again(site: Live, desk: Desk) -> None:
    reply, case = macro(desk, "Thank you."), report(site)
    [box] = boxes(desk, case)
    said = {"choice": f"reporter:{reply}"}
    asked = desk.bulk("reply", [box], **said).body.decode()
    [judged] = re.findall(r'name="judged" value="([^"]*)"', asked)
    fields = [("name", "Changed"), ("kind", "reply"), ("text_en", "No thank you."), ("text_es", "")]
    assert desk.post(f"/desk/macros/{reply}", fields).status == 303

    anew = desk.bulk("reply", [box], **said, judged=html.unescape(judged), confirmed="1")

    assert anew.status == 200
    assert "No thank you." in outcome(anew, case)
    assert messages(desk, case) == []


def test_what_happens_by_itself_is_in_nobodys_way(site: Live, desk: Desk) -> None:
    photo = File(samples.jpeg(30, 20))
    made = site.report({**forms.report(GIG), "issueType": "quality.late"}, [photo]).json()["id"]
    case = str(made)
    assert eventually(lambda: seen(desk, case)["version"] == 2)  # the file was inspected

    done = desk.bulk("note", [f"{case}.1"], text="Seen.", confirmed="1")
    crossed = desk.bulk("note", [f"{case}.1"], text="Seen again.", confirmed="1")

    assert (done.status, crossed.status) == (303, 409)


def test_a_private_canned_reply_of_somebody_else_is_not_there_to_send(site: Live, desk: Desk) -> None:
    reply, case = macro(Desk(site, OTHER), "Theirs."), report(site)
    [box] = boxes(desk, case)

    refused = desk.bulk("reply", [box], choice=f"reporter:{reply}", confirmed="1")

    assert refused.status == 422
    assert "Theirs." not in refused.body.decode()
    assert messages(desk, case) == []


def test_a_priority_is_given_to_each_and_each_gets_back_what_it_had(site: Live, desk: Desk) -> None:
    one, other = report(site), report(site)
    desk.bulk("priority", boxes(desk, one), choice="low", confirmed="1")
    assert seen(desk, one)["priority"] == "low"

    looked = desk.bulk("priority", boxes(desk, one, other), choice="urgent")
    assert looked.status == 200
    assert {seen(desk, case)["priority"] for case in (one, other)} == {"low", "normal"}
    done = desk.bulk("priority", boxes(desk, one, other), choice="urgent", confirmed="1")
    assert {seen(desk, case)["priority"] for case in (one, other)} == {"urgent"}

    assert undone(desk, done).status == 303
    assert [seen(desk, case)["priority"] for case in (one, other)] == ["low", "normal"]


def test_tags_are_given_and_taken_and_what_others_tagged_stays(site: Live, desk: Desk) -> None:
    one, other = report(site), report(site)
    desk.bulk("tag", boxes(desk, one), choice="add", own="Refund, bank:transfer", confirmed="1")
    assert seen(desk, one)["tags"] == ["bank:transfer", "refund"]

    done = desk.bulk("tag", boxes(desk, one, other), choice="add", own="refund #vip", confirmed="1")
    assert [seen(desk, case)["tags"] for case in (one, other)] == [
        ["bank:transfer", "refund", "vip"],
        ["refund", "vip"],
    ]
    Desk(site, OTHER).bulk("tag", boxes(desk, other), choice="remove", own="refund", confirmed="1")
    Desk(site, OTHER).bulk("tag", boxes(desk, other), choice="add", own="seen", confirmed="1")

    assert undone(desk, done).status == 303
    assert [seen(desk, case)["tags"] for case in (one, other)] == [["bank:transfer", "refund"], ["seen"]]


@pytest.mark.parametrize(("own", "said"), [(" ", "Write the tags, like"), ("no!way", "can be no tag")])
def test_tags_that_can_be_none_are_told_and_nothing_is_done(
    site: Live, desk: Desk, own: str, said: str
) -> None:
    case = report(site)

    refused = desk.bulk("tag", boxes(desk, case), choice="add", own=own, confirmed="1")

    assert refused.status == 422
    assert said in html.unescape(refused.body.decode())
    assert seen(desk, case)["tags"] == []


def test_a_note_is_written_into_each_and_no_party_senses_it(site: Live, desk: Desk) -> None:
    first, second = report(site), report(site)
    both = boxes(desk, first, second)
    before = [Caller(site, "wanda", case).see().headers["etag"] for case in (first, second)]

    empty = desk.bulk("note", both, text=" ", confirmed="1")
    done = desk.bulk("note", both, text="Same address as last week.", confirmed="1")

    assert (empty.status, done.status) == (422, 303)
    assert not offers_undo(desk, done)
    for case, etag in zip((first, second), before, strict=True):
        assert "Same address as last week." in desk.get(f"/desk/cases/{case}").body.decode()
        theirs = Caller(site, "wanda", case).see()
        assert theirs.headers["etag"] == etag
        assert b"Same address" not in theirs.body


def test_a_text_that_is_too_long_is_told_and_kept(site: Live, desk: Desk) -> None:
    [box] = boxes(desk, report(site))

    refused = desk.bulk("note", [box], text="é" * 10_001, confirmed="1")

    assert refused.status == 422
    assert "Write at most 10,000 characters here." in refused.body.decode()
    assert "é" * 10_001 in refused.body.decode()


@pytest.mark.parametrize(
    ("deed", "more"),
    [
        ("assign", {"choice": "other", "own": LEAD}),
        ("snooze", {"choice": "3d"}),
        ("close", {"choice": "duplicate", "own": "GD-0000-00000"}),
        ("note", {"text": "Seen."}),
        ("give_back", {}),
        ("part", {}),
    ],
)
def test_a_case_that_is_hidden_or_of_oneself_is_not_there_for_any_deed(
    site: Live, desk: Desk, deed: str, more: dict[str, str]
) -> None:
    hidden = report(site, issueType="harassment.verbal")
    site.put_gig("gig-ada", AGENT, CLIENT)
    own = str(site.report({**forms.report("gig-ada"), "issueType": "quality.late"}, by=AGENT).json()["id"])
    missing = str(uuid4())

    for confirmed in ("0", "1"):
        sent = [f"{case}.1" for case in (hidden, own, missing)]
        refused = desk.bulk(deed, sent, confirmed=confirmed, **more)
        said = {outcome(refused, case).removeprefix(case[:8]).strip() for case in (hidden, own, missing)}
        assert said == {HIDDEN}, refused.body.decode()
        assert "GD-" not in "".join(re.findall(r'<ul class="outcomes">.*?</ul>', refused.body.decode(), re.S))


def test_more_than_fifty_cases_are_not_taken_at_once(site: Live, desk: Desk) -> None:
    refused = desk.bulk("note", [f"{uuid4()}.1" for _ in range(51)], text="Seen.", confirmed="1")

    assert refused.status == 422
    assert "Select at most 50 cases at once." in refused.body.decode()


def test_what_was_escalated_before_stays_so_when_the_rest_is_taken_back(site: Live, desk: Desk) -> None:
    before, now = report(site), report(site)
    desk.bulk("escalate", boxes(desk, before), text="It burns.", confirmed="1")

    done = desk.bulk("escalate", boxes(desk, before, now), text="These, too.", confirmed="1")

    assert undone(desk, done).status == 303
    assert [seen(desk, case)["flags"] for case in (before, now)] == [["escalated"], []]


def test_an_auditor_is_shown_what_would_become_and_does_nothing(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = boxes(desk, case)
    auditor = Desk(site, "olga")

    for deed, more in (("snooze", {"choice": "3d"}), ("note", {"text": "Seen."})):
        assert auditor.bulk(deed, [box], confirmed="1", **more).status == 409
    assert seen(desk, case)["version"] == 1


@pytest.mark.parametrize(
    ("deed", "mine", "theirs", "what"),
    [
        ("priority", {"choice": "urgent"}, {"choice": "high"}, "priority"),
        ("snooze", {"choice": "tomorrow"}, {"choice": "own", "own": "2026-12-24T08:00"}, "flags"),
    ],
)
def test_what_somebody_else_chose_since_is_not_taken_back(
    site: Live, desk: Desk, deed: str, mine: dict[str, str], theirs: dict[str, str], what: str
) -> None:
    case = report(site)
    done = desk.bulk(deed, boxes(desk, case), **mine, confirmed="1")
    assert Desk(site, OTHER).bulk(deed, boxes(desk, case), **theirs, confirmed="1").status == 303
    before = seen(desk, case)

    refused = undone(desk, done)

    assert refused.status == 409
    assert "It has changed since you looked at it." in outcome(refused, case)
    assert seen(desk, case)[what] == before[what]
    assert seen(desk, case)["version"] == before["version"]


def test_a_form_that_is_sent_again_takes_back_what_it_did_itself_alone(site: Live, desk: Desk) -> None:
    case = report(site)
    [box] = boxes(desk, case)
    form = {"choice": "add", "own": "mine", "confirmed": "1", "key": uuid4().hex}
    desk.bulk("tag", [box], **form)
    Desk(site, OTHER).bulk("tag", boxes(desk, case), choice="add", own="theirs", confirmed="1")

    again = desk.bulk("tag", [box], **form)

    assert undone(desk, again).status == 303
    assert seen(desk, case)["tags"] == ["theirs"]


def test_a_link_that_others_made_says_nothing_was_done_and_offers_no_way_back(desk: Desk) -> None:
    mine, others = report(desk.site), report(desk.site)
    done = desk.post("/desk/bulk", [("deed", "claim"), ("case", boxes(desk, mine)[0])])
    ours = done.headers["location"]
    assert offers_undo(desk, done)

    for theirs in (
        ours.replace(mine, others),
        ours.replace("done=claim", "done=release"),
        re.sub("seal=[0-9a-f]+", "", ours),
        re.sub("seal=[0-9a-f]+", "seal=%F0%9F%98%80", ours),
        "/desk?removed=Everything&was=is:open",
        "/desk?naming=x&wrong=Call+this+number",
    ):
        assert theirs != ours
        page = desk.get(theirs).body.decode()
        assert "data-said" not in page
        assert "Call this number" not in page
