"""From what a caller sends to the command that it means: one small function for each sub-resource of a case.

A plan is made from a body that was judged, and makes its command on the case as it stands: see ``act``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gigdesk.cases import life_commands as ask
from gigdesk.cases.decide_files import judge_room, room_for
from gigdesk.cases.ground import Ground, Plan
from gigdesk.cases.joining import is_hidden
from gigdesk.cases.lifecycle import Act, Who
from gigdesk.cases.mentions import Mention
from gigdesk.cases.model import Addressee, ClosedReason, Disposition, Outcome
from gigdesk.cases.retyping import Retyping
from gigdesk.cases.sight import Sight
from gigdesk.cases.terms import Priority
from gigdesk.errors import FieldError, Invalid
from gigdesk.evidence.model import Limits, ReceivedFile

Values = Mapping[str, Any]
PersonOf = Callable[[str], str]


def _common(ground: Ground) -> dict[str, Any]:
    return {"case": ground.case.id, "at": ground.at, "by": ground.by, "digests": ground.digests}


def _files(values: Values) -> tuple[ReceivedFile, ...]:
    return values.get("files") or ()


def assignment(values: Values, person_of: PersonOf) -> Plan:
    """``owner``: the user id of staff, or None."""

    def plan(ground: Ground) -> ask.ChangeOwner:
        owner = values["owner"]
        name = None if owner is None else ground.staff(person_of(owner), owner, "")
        return ask.ChangeOwner(owner=name, **_common(ground))

    return plan


def request(values: Values, _: PersonOf) -> Plan:
    """``to``, ``text``, ``due``; ``body`` names who is asked outside."""
    of, due = Addressee(values["to"]), values["due"]
    if of is Addressee.EXTERNAL and not values.get("body"):
        raise Invalid("body.missing", "Name who is asked outside in the field body.")

    def plan(ground: Ground) -> ask.RequestReply:
        ground.say("message", values["text"])
        if of is Addressee.EXTERNAL:
            ground.say("body", values["body"])
        return ask.RequestReply(message=ground.item, of=of, due=due, **_common(ground))

    return plan


def messages(values: Values, _: PersonOf) -> Plan:
    """``text`` and ``files``; staff say ``to`` whom, a party writes to the desk."""
    files = _files(values)

    def plan(ground: Ground) -> ask.SendMessage:
        is_party = bool(ground.by.who & {Who.REPORTER, Who.RESPONDENT})
        to = Addressee.DESK if is_party else Addressee(values.get("to") or Addressee.REPORTER)
        if not is_party and to not in (Addressee.REPORTER, Addressee.RESPONDENT):
            raise Invalid("message.to", "A message goes to %(allowed)s.", allowed="reporter, respondent")
        ground.say("message", values["text"])
        ground.attach(files)
        return ask.SendMessage(message=ground.item, to=to, files=files, **_common(ground))

    return plan


def notes(values: Values, person_of: PersonOf) -> Plan:
    """``text``, with whom it names as ``mentions``."""
    named: Sequence[Mention] = values.get("mentions") or ()

    def plan(ground: Ground) -> ask.WriteNote:
        ground.say("note", values["text"])
        places = {
            mention.place: ground.staff(person_of(mention.who.user_id), mention.who.user_id, mention.who.name)
            for mention in named
        }
        return ask.WriteNote(note=ground.item, places=places, **_common(ground))

    return plan


def statement(values: Values, _: PersonOf) -> Plan:
    """``text`` and ``files``."""
    files = _files(values)

    def plan(ground: Ground) -> ask.GiveStatement:
        ground.say("message", values["text"])
        ground.attach(files)
        return ask.GiveStatement(message=ground.item, files=files, **_common(ground))

    return plan


def evidence(values: Values, _: PersonOf) -> Plan:
    """``files`` alone."""
    files = _files(values)

    def plan(ground: Ground) -> ask.AddEvidence:
        if not files:
            wrong = FieldError("files", "files.missing", "Send at least one file, in the field files.")
            raise Invalid(wrong.code, wrong.sentence, errors=[wrong])
        ground.attach(files)
        return ask.AddEvidence(files=files, **_common(ground))

    return plan


def in_room(plan: Plan, files: tuple[ReceivedFile, ...], limits: Limits) -> Plan:
    """The plan, refused with TooLarge where these files find no room in the case as it stands then."""

    def planned(ground: Ground) -> ask.LifeCommand:
        room = room_for(ground.case, ground.by.name, limits)
        judge_room(room, len(files), sum(file.size for file in files), limits)
        return plan(ground)

    return planned if files else plan


def decision(values: Values, _: PersonOf) -> Plan:
    """``disposition``, ``reasons``, ``evidence``, ``notify``; of an appeal also its ``outcome``."""
    disposition, outcome = Disposition(values["disposition"]), values.get("outcome")

    def plan(ground: Ground) -> ask.DecideCase | ask.DecideAppeal:
        ground.say("reasons", values["reasons"])
        if outcome:
            return ask.DecideAppeal(outcome=Outcome(outcome), disposition=disposition, **_common(ground))
        evidence: tuple[UUID, ...] = tuple(values.get("evidence") or ())
        announce = values.get("notify") == "now"
        return ask.DecideCase(
            disposition=disposition, evidence=evidence, announce=announce, **_common(ground)
        )

    return plan


def closure(values: Values, _: PersonOf) -> Plan:
    """``reason`` and a ``text`` that says why."""
    reason = ClosedReason(values["reason"])

    def plan(ground: Ground) -> ask.CloseCase:
        ground.say("reason", values["text"])
        return ask.CloseCase(closed_reason=reason, **_common(ground))

    return plan


def snooze(values: Values, _: PersonOf) -> Plan:
    """``until``; None ends it."""
    until: datetime | None = values.get("until")
    return lambda ground: ask.Snooze(until=until, **_common(ground))


def unsnooze(_values: Values, _: PersonOf) -> Plan:
    """Bring it back."""
    return lambda ground: ask.Snooze(until=None, **_common(ground))


def merge(values: Values, _: PersonOf) -> Plan:
    """``into``, with that case as the caller sees it as ``other``."""
    other: Sight = values["other"]

    def plan(ground: Ground) -> ask.MergeCase:
        return ask.MergeCase(
            into=values["into"],
            gig_of_other=other.case.gig_id,
            status_of_other=other.case.status,
            duplicates_of_other=len(other.case.duplicates),
            is_hidden=is_hidden(ground.case, ground.sight.row, other.case, other.row),
            **_common(ground),
        )

    return plan


def unmerge(_values: Values, _: PersonOf) -> Plan:
    """It was no duplicate."""
    return lambda ground: ask.UndoMerge(**_common(ground))


def retype(values: Values, _: PersonOf) -> Plan:
    """``issueType`` and ``reason``, with how the caller gives cases another type as ``retyping``."""
    rules: Retyping = values["retyping"]

    def plan(ground: Ground) -> ask.ChangeType:
        case, told = ground.case, ground.sight.sealed.get("description")
        kind = rules.kind(values["issueType"], case)
        place = rules.place(kind, case, told.value.decode() if told else "")
        ground.say("reason", values["reason"])
        return ask.ChangeType(
            issue_type=kind.code,
            severity=kind.severity.value,
            queue=place.queue,
            terms=place.recorded,
            keeps_owner=rules.keeps_owner(place.queue, case, ground.by),
            **_common(ground),
        )

    return plan


def priority(values: Values, _: PersonOf) -> Plan:
    """``priority``, and a ``reason`` where there is one."""
    chosen = Priority(values["priority"])

    def plan(ground: Ground) -> ask.ChangePriority:
        if reason := values.get("reason"):
            ground.say("reason", reason)
        return ask.ChangePriority(priority=chosen, **_common(ground))

    return plan


def tags(values: Values, _: PersonOf) -> Plan:
    """``add`` and ``remove``, in their one spelling."""
    add, remove = (frozenset(values.get(name) or ()) for name in ("add", "remove"))
    return lambda ground: ask.ChangeTags(add=add, remove=remove, **_common(ground))


def with_reason(kind: Callable[..., ask.LifeCommand], **fixed: Any) -> Callable[[Values, PersonOf], Plan]:
    """A command that has a ``reason`` and nothing else."""

    def planned(values: Values, _: PersonOf) -> Plan:
        def plan(ground: Ground) -> ask.LifeCommand:
            if reason := values.get("reason"):
                ground.say("reason", reason)
            return kind(**_common(ground), **fixed)

        return plan

    return planned


PLANS: dict[tuple[str, Act], Callable[[Values, PersonOf], Plan]] = {
    ("POST", Act.ASSIGNMENT): assignment,
    ("POST", Act.REQUEST): request,
    ("POST", Act.REVIEW): with_reason(ask.ResumeReview),
    ("POST", Act.MESSAGES): messages,
    ("POST", Act.NOTES): notes,
    ("POST", Act.EVIDENCE): evidence,
    ("POST", Act.STATEMENT): statement,
    ("POST", Act.DECISION): decision,
    ("POST", Act.ACCEPTANCE): with_reason(ask.AcceptDecision),
    ("POST", Act.WITHDRAWAL): with_reason(ask.WithdrawReport),
    ("POST", Act.APPEAL): with_reason(ask.AppealDecision),
    ("POST", Act.REOPENING): with_reason(ask.ReopenCase),
    ("POST", Act.CLOSURE): closure,
    ("POST", Act.MERGE): merge,
    ("DELETE", Act.MERGE): unmerge,
    ("POST", Act.SNOOZE): snooze,
    ("DELETE", Act.SNOOZE): unsnooze,
    ("POST", Act.ESCALATION): with_reason(ask.Escalate),
    ("DELETE", Act.ESCALATION): with_reason(ask.Escalate, ends=True),
    ("POST", Act.HOLD): with_reason(ask.Hold),
    ("DELETE", Act.HOLD): with_reason(ask.Hold, ends=True),
    ("POST", Act.TYPE): retype,
    ("POST", Act.PRIORITY): priority,
    ("POST", Act.TAGS): tags,
}
