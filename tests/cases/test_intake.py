"""What a party may report on a gig."""

from datetime import UTC, datetime, timedelta

from gigdesk.cases.intake import intake
from gigdesk.cases.rulebook import Rulebook
from gigdesk.evidence.model import Kind, Limits, MediaType
from gigdesk.gigs.model import Gig, Party, Side

WORKER = Party(user_id="w1", side=Side.WORKER, name="Jonas Lindqvist")
CLIENT = Party(user_id="c1", side=Side.CLIENT, name="Amara Okafor")
GIG = Gig(
    id="g-1",
    title="Re-tile a shower wall",
    parties=(WORKER, CLIENT),
    trade="tiling",
    place="Marchmont",
    starts_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
)
BUILT_IN = Rulebook()
JPEG = MediaType(name="image/jpeg", extension=".jpg", kind=Kind.IMAGE)


def test_a_client_is_offered_what_a_client_may_report():
    offered = intake(GIG, CLIENT, Limits(), [JPEG], BUILT_IN)
    assert (offered.gig_id, offered.title, offered.other_name) == ("g-1", GIG.title, "Jonas Lindqvist")
    assert offered.find("no_show.worker")
    assert offered.find("no_show.client") is None
    assert len(offered.groups) == 10
    assert len(offered.types) == 38


def test_a_type_carries_what_the_page_says_of_it():
    damage = intake(GIG, CLIENT, Limits(), [JPEG], BUILT_IN).find("property.damage")
    assert damage.first_reply == timedelta(hours=8)
    assert [f.name for f in damage.fields] == ["item", "amount", "currency"]
    assert damage.keeps_draft
    assert not damage.emergency


def test_a_safety_draft_is_never_kept_on_the_device():
    offered = intake(GIG, WORKER, Limits(), [], BUILT_IN)
    assert not offered.find("safety.emergency").keeps_draft
    assert not offered.find("harassment.stalking").keeps_draft
    assert offered.find("safety.emergency").emergency


def test_a_gig_without_another_party_names_nobody():
    alone = Gig(id="g", title="t", parties=(CLIENT,))
    assert intake(alone, CLIENT, Limits(), [], BUILT_IN).other_name == ""


def test_limits_and_accepted_types_are_those_given():
    offered = intake(GIG, CLIENT, Limits(files=3), [JPEG], BUILT_IN)
    assert offered.limits.files == 3
    assert offered.accepted == (JPEG,)
