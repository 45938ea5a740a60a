"""What follows from a command that joins two cases, or parts them. Pure."""

from collections.abc import Iterator

from gigdesk.cases import life_commands as ask
from gigdesk.cases import life_events as did
from gigdesk.cases.events import Event
from gigdesk.cases.joining import MOST_DUPLICATES
from gigdesk.cases.lifecycle import UNMERGED_WITHIN, Act, Who, illegal, permit_move
from gigdesk.cases.model import Case, ClosedReason, Status
from gigdesk.cases.watch_events import DuplicateJoined, DuplicateLeft, PrimaryMoved
from gigdesk.errors import Conflict, Invalid


def merge(case: Case, command: ask.MergeCase) -> Iterator[Event]:
    if case.merged_into == command.into:
        return
    permit_move(case, Act.MERGE, command.by.who)
    if command.into == case.id or command.gig_of_other != case.gig_id:
        raise Invalid("merge.other_gig", "Only another case of the same gig can be the one that stays open.")
    if command.status_of_other is Status.CLOSED:
        raise Conflict("merge.closed", "The other case is closed. Merge into one that is open, or reopen it.")
    _judge_room(command.duplicates_of_other)
    if command.is_hidden:
        raise Conflict(
            "merge.hidden",
            "A merge would tell somebody who sees this case that there is the other one, and they may not know"
            " of it. Keep the two apart.",
        )
    yield did.CaseClosed(reason=ClosedReason.DUPLICATE, digests=command.texts, into=command.into)


def _judge_room(duplicates: int) -> None:
    if duplicates >= MOST_DUPLICATES:
        raise Conflict(
            "merge.too_many",
            "%(most)s cases were merged into that one already, and more are not taken. Merge into another.",
            most=MOST_DUPLICATES,
        )


def undo_merge(case: Case, command: ask.UndoMerge) -> Iterator[Event]:
    closed = case.closed_at
    is_staff = bool(command.by.who & {Who.AGENT, Who.OWNER, Who.LEAD})
    if not is_staff or case.merged_into is None or closed is None or command.at >= closed + UNMERGED_WITHIN:
        raise illegal(case, Act.MERGE, command.by.who, command.at)
    yield did.MergeUndone()


def note(case: Case, command: ask.NoteDuplicate) -> Iterator[Event]:
    """Nothing where that is known: it is asked at least once.

    Merges that were made at once have all found room: those that find none now raise Conflict (``merge.too_many``).
    """
    if (command.duplicate in case.duplicates) == command.is_joined:
        return
    if command.is_joined:
        _judge_room(len(case.duplicates))
    yield (
        DuplicateJoined(duplicate=command.duplicate)
        if command.is_joined
        else DuplicateLeft(duplicate=command.duplicate)
    )


def follow(case: Case, command: ask.FollowPrimary) -> Iterator[Event]:
    """Nothing where it was told before, is older than what was told last, or the two are parted."""
    told = case.followed
    if case.merged_into != command.primary or (told and told.number >= command.number):
        return
    if told and (told.status, told.disposition) == (command.status, command.disposition):
        return
    yield PrimaryMoved(number=command.number, status=command.status, disposition=command.disposition)
