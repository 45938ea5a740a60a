"""Every issue type, on one page."""

from datetime import timedelta

from gigdesk.cases.issue_types import (
    AMOUNT,
    CURRENCY,
    DATE,
    DEVICE,
    ITEM,
    LINK,
    PLACE,
    TIME,
    IssueType,
    Severity,
    msg,
)
from gigdesk.gigs.model import Side

HIGH, LOW = Severity.HIGH, Severity.LOW
QUARTER, HOUR, FOUR, EIGHT, DAY = (timedelta(minutes=m) for m in (15, 60, 240, 480, 1440))

PAID_ON = DATE.asking(msg("When was it due?"))
CHARGED_ON = DATE.asking(msg("When were you charged?"))
HAPPENED = (DATE.asking(msg("On which day did it happen?")), TIME, PLACE)
MISSED = (
    TIME.asking(msg("When did you arrive, or start to wait?")),
    PLACE.asking(msg("Where did you wait?")),
)
REPAIR = AMOUNT.asking(
    msg("What would repair cost?"), msg("Your best guess is fine. You can send a quote later.")
)
CHAT = msg("An export or screenshots of the chat help most")
BEFORE_AFTER = msg("Photos from before and after help most")
ACCOUNT = msg("A screenshot of what you see helps most")

ISSUE_TYPES: tuple[IssueType, ...] = (
    IssueType(
        code="property.damage", group="damage", label=msg("Something was damaged"), severity=HIGH,
        first_reply=EIGHT, hint=msg("Two photos and a receipt help most"),
        evidence=msg(
            "Send two photos, one close and one from further away, and a receipt or quote if you have one."
        ),
        fields=(ITEM.asking(msg("What was damaged?")), REPAIR, CURRENCY),
        aliases=("damage", "damaged", "property", "property damage", "broken"),
    ),
    IssueType(
        code="property.theft", group="damage", label=msg("Something was stolen"), severity=HIGH,
        first_reply=EIGHT,
        evidence=msg("Send a photo or receipt of the thing, and a police report if you have one."),
        fields=(ITEM.asking(msg("What was stolen?")), AMOUNT.asking(msg("What is it worth?")), CURRENCY),
        aliases=("theft", "stolen"),
    ),
    IssueType(
        code="property.lost_item", group="damage", label=msg("Something was left behind or lost"),
        severity=HIGH, first_reply=EIGHT, evidence=msg("Send a photo of the thing if you have one."),
        fields=(ITEM.asking(msg("What is missing?")), PLACE.asking(msg("Where did you last see it?"))),
        aliases=("lost", "lost item", "left behind"),
    ),
    IssueType(
        code="property.cleaning", group="damage", label=msg("It was left dirty, and I had to clean"),
        severity=HIGH, first_reply=EIGHT,
        evidence=msg("Send two photos, and a receipt for the cleaning if you have one."),
        fields=(AMOUNT.asking(msg("What did the cleaning cost?")), CURRENCY),
        aliases=("cleaning", "mess", "dirty"),
    ),
    IssueType(
        code="quality.incomplete", group="work", label=msg("The work is not finished"), first_reply=DAY,
        hint=BEFORE_AFTER, evidence=msg("Send photos from before and after, of what is not finished."),
        aliases=("incomplete", "unfinished", "quality", "quality issue", "work quality", "poor quality"),
    ),
    IssueType(
        code="quality.not_as_described", group="work", label=msg("It is not what we agreed"),
        first_reply=DAY, hint=BEFORE_AFTER,
        evidence=msg("Send what you agreed, and photos of what you got."),
        aliases=("not as described", "not as agreed", "wrong work"),
    ),
    IssueType(
        code="quality.late", group="work", label=msg("It was late"), first_reply=DAY,
        evidence=msg("A screenshot of the agreed time helps."), fields=(DATE, TIME),
        aliases=("late", "delay", "delayed"),
    ),
    IssueType(
        code="quality.scope", group="work", label=msg("The job grew or changed"), first_reply=DAY,
        hint=msg("More or other work than was booked"),
        evidence=msg("Send what was booked, and photos of what was asked for."),
        aliases=("scope", "extra work", "scope change"),
    ),
    IssueType(
        code="payment.not_received", group="payment", label=msg("I have not been paid"), first_reply=EIGHT,
        evidence=msg("A statement or a screenshot of your payouts helps."),
        fields=(AMOUNT.asking(msg("How much are you owed?")), CURRENCY, PAID_ON),
        queue="payments", may_expire=False, aliases=("not paid", "unpaid", "no payment", "missing payment"),
    ),
    IssueType(
        code="payment.underpaid", group="payment", label=msg("I was paid too little"), first_reply=EIGHT,
        evidence=msg("A statement or a screenshot of your payouts helps."),
        fields=(AMOUNT.asking(msg("How much is missing?")), CURRENCY, PAID_ON),
        queue="payments", may_expire=False, aliases=("underpaid", "underpayment"),
    ),
    IssueType(
        code="payment.overcharged", group="payment", label=msg("I was charged too much"), first_reply=EIGHT,
        evidence=msg("An invoice or a bank statement helps. Cover what has nothing to do with it."),
        fields=(AMOUNT.asking(msg("How much too much?")), CURRENCY, CHARGED_ON),
        queue="payments", may_expire=False, aliases=("overcharged", "charged too much", "double charge"),
    ),
    IssueType(
        code="payment.tip_or_fee", group="payment", label=msg("A tip or fee is wrong"), first_reply=EIGHT,
        evidence=msg("A screenshot of the tip or fee helps."),
        fields=(AMOUNT.asking(msg("How much is the tip or fee?")), CURRENCY, DATE),
        queue="payments", may_expire=False, aliases=("tip", "fee", "tip or fee"),
    ),
    IssueType(
        code="payment.refund", group="payment", label=msg("I am owed a refund"), first_reply=EIGHT,
        evidence=msg("An invoice or a bank statement helps. Cover what has nothing to do with it."),
        fields=(AMOUNT.asking(msg("How much should come back?")), CURRENCY, CHARGED_ON),
        queue="payments", may_expire=False, aliases=("refund", "refund request"),
    ),
    IssueType(
        code="no_show.worker", group="no_show", label=msg("The worker did not come"), first_reply=EIGHT,
        evidence=msg("Tell us when and where you waited. A call log helps."),
        sides=frozenset({Side.CLIENT}), fields=MISSED,
        aliases=("no show", "noshow", "worker no show", "did not come"),
    ),
    IssueType(
        code="no_show.client", group="no_show", label=msg("The client was not there"), first_reply=EIGHT,
        evidence=msg("Tell us when and where you arrived. A call log helps."),
        sides=frozenset({Side.WORKER}), fields=MISSED,
        aliases=("no show", "noshow", "client no show", "nobody home"),
    ),
    IssueType(
        code="cancellation.late", group="no_show", label=msg("It was cancelled late"), first_reply=EIGHT,
        evidence=msg("A screenshot of the cancellation helps."), fields=(DATE, TIME),
        aliases=("cancellation", "cancelled", "canceled", "late cancellation"),
    ),
    IssueType(
        code="cancellation.fee", group="no_show", label=msg("A cancellation fee is wrong"), first_reply=EIGHT,
        evidence=msg("A screenshot of the fee helps."),
        fields=(AMOUNT.asking(msg("How much was the fee?")), CURRENCY), aliases=("cancellation fee",),
    ),
    IssueType(
        code="safety.emergency", group="safety", label=msg("I am or was in danger"),
        severity=Severity.CRITICAL, first_reply=QUARTER, hint=msg("Shows emergency numbers first"),
        evidence=msg("Nothing is needed now. You can add photos later."),
        queue="safety", shields_reporter=True, may_expire=False,
        # A false alarm costs less than a missed one, so the bare word comes here.
        aliases=("safety", "emergency", "danger", "safety issue", "assault"),
    ),
    IssueType(
        code="safety.conditions", group="safety", label=msg("The place was not safe"), severity=HIGH,
        first_reply=HOUR, evidence=msg("Send a photo of what was not safe, if you can do so safely."),
        fields=(PLACE,), queue="safety", may_expire=False,
        aliases=("unsafe", "unsafe conditions", "safety concern", "hazard"),
    ),
    *(
        IssueType(
            code=f"harassment.{kind}", group="safety", label=label, severity=HIGH, first_reply=HOUR,
            hint=hint, evidence=CHAT, fields=HAPPENED, queue="safety", shields_reporter=True,
            may_expire=False, aliases=aliases,
        )
        for kind, label, hint, aliases in (
            ("verbal", msg("Threats or insults"), "", ("harassment", "threats", "verbal abuse", "abuse")),
            ("sexual", msg("Sexual harassment"), "", ("sexual harassment",)),
            ("discrimination", msg("Discrimination"), "", ("discrimination", "racism")),
            ("stalking", msg("Someone follows or keeps contacting me"), "", ("stalking", "unwanted contact")),
        )
    ),
    IssueType(
        code="fraud.scam", group="fraud", label=msg("I was scammed"), severity=HIGH, first_reply=FOUR,
        evidence=msg("Send screenshots, and a link to the profile."),
        fields=(LINK, AMOUNT, CURRENCY), aliases=("scam", "fraud", "scammed"),
    ),
    IssueType(
        code="fraud.identity", group="fraud", label=msg("Not the person in the profile"), severity=HIGH,
        first_reply=FOUR, evidence=msg("Send screenshots, and a link to the profile."),
        fields=(LINK,), aliases=("fake profile", "identity", "wrong person"),
    ),
    IssueType(
        code="fraud.fake_review", group="fraud", label=msg("A review is fake"), severity=HIGH,
        first_reply=FOUR, evidence=msg("Send a screenshot of the review, and a link to it."),
        fields=(LINK,), aliases=("fake review", "review"),
    ),
    IssueType(
        code="off_platform.payment", group="fraud", label=msg("I was asked to pay outside this marketplace"),
        first_reply=DAY, evidence=msg("Send a screenshot of the chat."), fields=(AMOUNT, CURRENCY),
        aliases=("off platform", "off platform payment", "cash request"),
    ),
    IssueType(
        code="off_platform.contact", group="fraud",
        label=msg("I was asked to leave the chat of this marketplace"),
        first_reply=DAY, evidence=msg("Send a screenshot of the chat."), aliases=("off platform contact",),
    ),
    IssueType(
        code="listing.misleading", group="fraud", label=msg("The listing misleads"), severity=HIGH,
        first_reply=DAY, evidence=msg("Send a link to the listing, and say what is not true in it."),
        fields=(LINK,), aliases=("misleading listing", "misleading", "listing"),
    ),
    IssueType(
        code="listing.illegal", group="fraud", label=msg("The listing is illegal"), severity=HIGH,
        first_reply=DAY, evidence=msg("Send a link to the listing, and say why it breaks a law."),
        fields=(LINK,), aliases=("illegal listing", "illegal", "illegal content"),
    ),
    IssueType(
        code="conduct.rude", group="conduct", label=msg("Rude behaviour"), severity=LOW, first_reply=DAY,
        aliases=("rude", "conduct", "behaviour", "behavior", "unprofessional"),
    ),
    IssueType(
        code="conduct.rules", group="conduct", label=msg("Rules were broken"), severity=LOW, first_reply=DAY,
        aliases=("rules", "policy violation", "rule violation"),
    ),
    IssueType(
        code="account.access", group="account", label=msg("I cannot get into my account"), severity=HIGH,
        first_reply=EIGHT, evidence=ACCOUNT, aliases=("account", "account access", "locked out", "login"),
    ),
    IssueType(
        code="account.restricted", group="account", label=msg("My account was restricted"), severity=HIGH,
        first_reply=EIGHT, evidence=ACCOUNT, aliases=("account restricted", "suspended", "banned"),
    ),
    IssueType(
        code="account.impersonation", group="account", label=msg("Someone pretends to be me"), severity=HIGH,
        first_reply=EIGHT, evidence=msg("Send a link to the profile that copies you."), fields=(LINK,),
        aliases=("impersonation",),
    ),
    IssueType(
        code="privacy.exposure", group="account", label=msg("My private details were shared"), severity=HIGH,
        first_reply=FOUR, evidence=msg("Send a link or a screenshot of where they were shared."),
        fields=(LINK,), aliases=("privacy", "doxxing", "data exposure"),
    ),
    IssueType(
        code="technical.app", group="technical", label=msg("The app does not work"), severity=LOW,
        first_reply=DAY, evidence=msg("A screenshot or a screen recording helps most."),
        fields=(DEVICE,), aliases=("technical", "technical issue", "app", "bug", "error"),
    ),
    IssueType(
        code="technical.location", group="technical", label=msg("The place or map is wrong"), severity=LOW,
        first_reply=DAY, evidence=msg("A screenshot of the map helps most."),
        fields=(PLACE.asking(msg("Where is it really?")), DEVICE),
        aliases=("location", "map", "address", "gps"),
    ),
    IssueType(
        code="other", group="other", label=msg("None of these fits"), first_reply=DAY,
        aliases=("something else", "others", "misc", "general"),
    ),
)  # fmt: skip


def built_in(code: str) -> IssueType | None:
    """The type of this table with exactly this code, or None."""
    return _BY_CODE.get(code)


_BY_CODE = {kind.code: kind for kind in ISSUE_TYPES}
