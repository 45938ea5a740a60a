"""The words of what a party may do with a case: one row for each form of the case page. All are message ids."""

from dataclasses import dataclass

from gigdesk.cases.issue_types import msg
from gigdesk.cases.lifecycle import Act

REPLY = "reply"  # a message that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWords:
    """What stands on one form. ``label`` is of its text field, ``field`` the name of that in the API's body.

    ``sure`` is the sentence of a box to tick first; ``done`` what is said when it is done. With ``unseen`` nothing
    but the state of a file is to have changed since the page was drawn.
    """

    title: str
    about: str
    button: str
    done: str
    icon: str
    field: str = ""
    label: str = ""
    is_optional: bool = False
    sure: str = ""
    unseen: bool = False


_TO_US = msg("It goes to us. The other side does not see it.")

WORDS: dict[str, ActWords] = {
    REPLY: ActWords(
        title=msg("Your reply"),
        about=_TO_US,
        button=msg("Send reply"),
        done=msg("Your reply was sent."),
        icon="reply",
        field="text",
        label=msg("Your reply"),
    ),
    Act.STATEMENT: ActWords(
        title=msg("Your side"),
        about=msg("Tell us what happened as you saw it. It goes to us; the other side does not see it."),
        button=msg("Send your side"),
        done=msg("Your answer was sent."),
        icon="reply",
        field="text",
        label=msg("Your side"),
    ),
    Act.ACCEPTANCE: ActWords(
        title=msg("Do you agree?"),
        about=msg("If you accept, the report is closed now. You can still appeal for 6 months."),
        button=msg("Accept the decision"),
        done=msg("You accepted the decision. The report is closed."),
        icon="check",
        unseen=True,
    ),
    Act.APPEAL: ActWords(
        title=msg("Appeal the decision"),
        about=msg("A person who did not decide before looks at it again, within 14 days."),
        button=msg("Send appeal"),
        done=msg("Your appeal was sent."),
        icon="scales",
        field="reason",
        label=msg("What is wrong with the decision, or missing from it?"),
    ),
    Act.REOPENING: ActWords(
        title=msg("Tell us something new"),
        about=msg("We open the report again and look at what is new."),
        button=msg("Open the report again"),
        done=msg("The report is open again."),
        icon="again",
        field="reason",
        label=msg("What is new?"),
    ),
    Act.MESSAGES: ActWords(
        title=msg("Write a message"),
        about=_TO_US,
        button=msg("Send message"),
        done=msg("Your message was sent."),
        icon="message",
        field="text",
        label=msg("Your message"),
    ),
    Act.WITHDRAWAL: ActWords(
        title=msg("Withdraw this report"),
        about=msg("We stop and close it. If it is about safety or harassment, we have to go on."),
        button=msg("Withdraw this report"),
        done=msg("You withdrew this report."),
        icon="cross",
        field="reason",
        label=msg("Why?"),
        is_optional=True,
        sure=msg("Yes, I want to withdraw it"),
        unseen=True,
    ),
}

NEEDED = msg("Write something here, then send it.")
FILES_SENT = msg("Your files were sent.")
NOT_SURE = msg("Tick this box if you want to withdraw the report.")
WITHDRAWAL_ASKED = msg("We noted that you want to withdraw it. This is a report that we have to go on with.")
MOVED_ON = msg("The report has changed meanwhile. This is how it is now. What you wrote is kept below.")
MOVED_ON_EMPTY = msg("The report has changed meanwhile. This is how it is now; nothing was done.")
