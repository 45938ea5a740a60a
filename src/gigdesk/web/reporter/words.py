"""Words that pages and their script use for what has a code. All are message ids."""

from gigdesk.cases.issue_types import msg

# Exactly the words of the domain; waiting_external reads as In review. Each with its icon.
STATUSES = {
    "received": (msg("Received"), "ring"),
    "in_review": (msg("In review"), "half"),
    "waiting_reporter": (msg("Needs your reply"), "reply"),
    "waiting_respondent": (msg("Waiting for the other side"), "hourglass"),
    "waiting_external": (msg("In review"), "half"),
    "decided": (msg("Decided"), "gavel"),
    "appealed": (msg("Under appeal"), "scales"),
    "closed": (msg("Closed"), "box-closed"),
}
_TURNED = {"waiting_respondent": "waiting_reporter", "waiting_reporter": "waiting_respondent"}


def pill_of(status: str, viewer: str) -> str:
    """The status whose words this reader is told: who is asked needs to reply, whichever side they are."""
    return _TURNED.get(status, status) if viewer == "respondent" else status


_FILE_STATES = {
    "pending": msg("Being checked for viruses"),
    "clean": msg("Checked"),
    "infected": msg("Malware was found in it. Nobody can open it"),
    "unreadable": msg("It cannot be shown. We keep it as it came"),
    "failed": msg("The check did not work. Send it again"),
}


def file_state(state: str) -> str:
    """What a verdict means for who sent the file."""
    return _FILE_STATES[state]


# What the script says; {name} places are filled in the browser.
SCRIPT = {
    "count": msg("{count} of {limit}"),
    "saved": msg("Saved on this device"),
    "unsaved": msg("Not saved on this device"),
    "notKept": msg("Not kept on this device"),
    "found": msg("Issues found: {count}"),
    "ready": msg("{size} · ready"),
    "remove": msg("Remove {name}"),
    "removed": msg("{name} was removed"),
    "added": msg("{name} was added"),
    "optional": msg("(optional)"),
    "choose": msg("Choose"),
    "error": msg("Error:"),
    "title": msg("Not sent yet. Things to put right: {count}"),
    "titleOne": msg("Not sent yet. One thing to put right"),
    "needType": msg("Choose what it is about"),
    "needText": msg("Tell us what happened. Two or three sentences are enough to start."),
    "tooLong": msg("Shorten your text: it has {count} characters, and {limit} are the most."),
    "tooMany": msg("{name} was not added. A report takes {limit} files; send the others later."),
    "tooLarge": msg("{name} was not added. It has {size}, and {limit} are the most for a file of its kind."),
    "tooLargeAll": msg("{name} was not added. Together the files may have {limit}; send it later."),
    "empty": msg("{name} was not added. The file is empty."),
    "wrongKind": msg("{name} was not added. Send it as JPEG, PNG or PDF, or take a photo of it."),
    "gone": msg("{name} cannot be read any more. Choose it again."),
    "sending": msg("Sending"),
    "sent": msg("Sent · {size}"),
    "partly": msg("{done} of {all} · {percent} %"),
    "waits": msg("Waits · {size}"),
    "filesSent": msg("Files sent: {done} of {all}"),
    "textOnly": msg("Sending your text"),
    "checking": msg("All is with us. We are writing it down."),
    "percentSent": msg("{percent} % sent"),
    "offline": msg("You are offline. Nothing is lost: we send when the line is back."),
    "broke": msg("The line broke. Nothing is lost: your text and files are kept on this page."),
    "busy": msg("Too much is going on here right now. Nothing is lost: it is kept on this page."),
    "again": msg("We try again in {seconds} s."),
    "stopped": msg("Not sent. Your text and files are still on this page."),
    "notSent": msg("Not sent yet"),
    "signedOut": msg(
        "You were signed out. Your text and files are still here. Sign in in a new tab, then send."
    ),
    "copied": msg("Copied"),
}

# What the script of a case's page says.
CASE_SCRIPT = {
    "new": msg("New:"),
    "status": msg("Now: {status}."),
    "message": msg("There is a new message."),
    "question": msg("You are asked something."),
    "happened": msg("New: {title}."),
    "files": msg("The check of your files has gone on."),
    "changed": msg("This page was brought up to date."),
    "offline": msg("Not connected. We try again."),
    "online": msg("Connected again."),
    "signedOut": msg("You were signed out. What you wrote is kept. Sign in again in a new tab."),
    "gone": msg("This report is no longer open to you here."),
    "sending": msg("Sending"),
    "percentSent": msg("{percent} % sent"),
    "broke": msg("Not sent: the line broke. What you wrote is kept. Send it again."),
    "busy": msg(
        "Not sent: too much is going on here right now. What you wrote is kept. Send it again later."
    ),
    "notSent": msg("Not sent. What you wrote is kept. Load the page again, then send it."),
    "saved": msg("Saved on this device"),
    "kept": msg("What you wrote"),
    "keptWhy": msg(
        "The report has changed, and there is no place to send this any more. Copy it if you need it."
    ),
}
