"""What people write about each kind of issue: beginnings, middles and ends that go together. Pure."""

from random import Random

_SAID: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "damage": (
        ("While cutting tiles in the hallway, the cutter was dragged over the oak floor.",
         "A mirror in the bedroom was knocked over and is cracked.",
         "My grey violin case is still in the boot, I noticed when the car had gone.",
         "The kitchen worktop has a burn mark where the pan stood.",
         "Two plates and the blue vase are broken, the pieces were left in the sink."),
        ("It was whole on Friday evening; the second photo shows the same place before.",
         "Nobody said anything about it when they left.",
         "I asked about it the same evening and got no answer."),
        ("A fitter quoted {amount} pounds for the repair.", "I would like the repair of {amount} pounds to be paid.",
         "The receipt over {amount} pounds is in the photos."),
    ),
    "work": (
        ("Two of five shelves are up, the rest lies in the hall since Saturday.",
         "We agreed on two coats of paint and there is one.",
         "An hour and ten minutes late for a 45 minute job.",
         "The page has three of the eight sections that were agreed."),
        ("I wrote twice and was told it would be finished this week.", "The list of what we agreed is in the chat.",
         "I had to leave and could not wait any longer."),
        ("I want it finished, or {amount} pounds back.", "Half of the price, {amount} pounds, would be fair.",
         "Please look at the photos from before and after."),
    ),
    "payment": (
        ("Six doors hung, handles fitted, client confirmed in chat. It still says pending.",
         "Booked for 3 hours, she left after two, and I was charged for four and a half.",
         "The tip of last Sunday is missing from my payout.",
         "The gig was cancelled the evening before and the deposit is not back after nine days.",
         "I was paid for one hour less than I worked."),
        ("My bank shows nothing from you since the 3rd.", "The app says the payout failed and gives no reason.",
         "The invoice and the statement are attached."),
        ("It is about {amount} pounds.", "That makes {amount} pounds too little.", "Please send the {amount} pounds."),
    ),
    "no_show": (
        ("Waited at the gate from 8:50 until 9:40, rang four times, see the call log.",
         "Nobody opened, although the light was on and the time was confirmed.",
         "Cancelled twelve minutes before the start, when I was nearly there.",
         "I was charged a fee although it was they who cancelled."),
        ("I lost another booking because of it.", "The confirmation of the day before is in the chat.",
         "I had paid for parking and the train."),
        ("The fare of {amount} pounds should be covered.", "I ask for the fee of {amount} pounds back.",
         "I want this on record."),
    ),
    "safety": (
        ("After I cancelled he wrote that he knows which school my daughter goes to.",
         "There was no light on the stairs and the railing came off in my hand.",
         "She shouted insults about where I come from in front of my colleague.",
         "He touched my arm again and again after I had asked him to stop.",
         "The car drifted out of its lane, the driver was on the phone."),
        ("I do not want to meet them again.", "My colleague saw it and will say so.",
         "I kept the messages and can send them."),
        ("Please tell me what you will do.", "I am not in danger now.", "I would rather be called than written to."),
    ),
    "fraud": (
        ("The photo shows a man of about fifty, the driver was in his twenties.",
         "She asked me to send the rest by bank transfer so that we both save the fee.",
         "The listing says certified, and the certificate number does not exist.",
         "The same three reviews stand under four profiles."),
        ("Here are screenshots of the chat.", "I have not sent any money yet.", "I paid part of it before I noticed."),
        ("It was {amount} pounds.", "Others should be warned.", "Please check the account."),
    ),
    "conduct": (
        ("Shouted at me in front of my neighbours because of a parking space.",
         "Smoked in the flat although it says that this is not wanted.",
         "Kept talking on the phone for the whole hour."),
        ("I have never had this before.", "I said so and was laughed at.", "The neighbours heard it."),
        ("An apology would do.", "I do not want to be matched with them again.", "Please note it."),
    ),
    "account": (
        ("New phone, old number gone. I have three gigs tomorrow and cannot see the addresses.",
         "You restricted me on Friday without a reason. I have 214 reviews.",
         "Somebody uses my photos under another name.",
         "My address stands in a public review."),
        ("I tried the reset four times and no message comes.", "I depend on this income.",
         "I sent my passport twice already."),
        ("Please let a person look at it.", "I need it before the weekend.", "Tell me what is missing."),
    ),
    "technical": (
        ("The app closes when I press Arrived.", "The map shows me in the river and the client cancels.",
         "Photos do not upload on the newest version."),
        ("I reinstalled it twice.", "It began with the last update.", "My colleague has the same."),
        ("It is an old phone with little memory.", "Please fix it.", "I can send a video of it."),
    ),
    "other": (
        ("I do not know where this belongs.", "It is about the insurance form that you sent.",
         "The client wants an invoice in another name."),
        ("I asked in the chat and was sent here.", "It is not urgent.", "The paper is attached."),
        ("Please point me to the right place.", "Thank you.", "It is about {amount} pounds."),
    ),
}  # fmt: skip
QUESTIONS = (
    "Could you take one more photo of it, with a coin beside it for the size?",
    "On which day was that, and at what time?",
    "Can you send the receipt or a quote?",
    "Could you send a screenshot of the chat that you mention?",
    "Which bank was it to be paid to? The last four digits are enough.",
)
ANSWERS = (
    "Here it is, I hope that this helps.",
    "It was on the Tuesday, shortly after four.",
    "I have only the e-mail of the shop, I copied it below.",
    "The chat was deleted on their side, this is all that I have.",
)
STATEMENTS = (
    "I did my work as agreed and left everything in order. Nobody said anything to me when I left.",
    "It is true, I am sorry, and I offered to pay half of it.",
    "I waited as well. My call log shows three calls.",
    "I do not know anything about this. The photo could be from any day.",
)
TO_ASKED = (
    "A report was made about this gig. Please tell us in your words what happened that day.",
    "Please write what you remember, and send photos or messages if you have any.",
)
NOTES = (
    "Third case with them since August, both others were settled between the parties.",
    "Called the reporter, they are calm and have time until Thursday.",
    "Insurance limit is 1,000 for flooring. Ask for the quote first.",
    "Looks like the same screenshot as last month. Compare before deciding.",
    "Payment team says the payout bounced at the bank.",
)
TAKEN_UP = (
    "Thank you for writing. I read it now and will be back with you today.",
    "I am sorry that this happened. I look at it now, and ask if something is missing.",
    "I have your report and the photos. You hear from me by tomorrow.",
)
UPDATES = (
    "Thank you, that makes it clear. We are asking the other side today.",
    "We have all that we need now and will decide in the next days.",
    "The payment team looks into it. We write as soon as they know.",
)
REASONS = (
    "The photos from before and after show it, and the other side does not dispute it.",
    "The chat shows that this was agreed. We refund the part that was not done.",
    "Both accounts differ and nothing else speaks for one of them. We cannot find what happened.",
    "You settled it between you; we close it as you wished.",
    "The booking shows another time than you wrote, and the log agrees with the booking.",
)
APPEALS = (
    "You did not look at the second photo, it shows the date.",
    "I have found the receipt that you said was missing.",
    "The reasons do not say anything about the fee.",
)
WITHDRAWN = ("We settled it between us.", "It was a misunderstanding.", "It came after all.")
CLOSED = ("It holds no report that we can work on.", "The same text was sent to us under many names.")
ESCALATED = (
    "The amount is above what I may decide.",
    "They threaten with a lawyer, somebody senior should look.",
)
TAGS = (
    "regular",
    "first-gig",
    "refund",
    "photos-missing",
    "phone-call",
    "vip",
    "bank:chargeback",
    "test-of-policy",
)


def description(group: str, rng: Random) -> str:
    """A report about this group of issues, of two to three sentences."""
    begin, middle, end = _SAID.get(group, _SAID["other"])
    said = f"{rng.choice(begin)} {rng.choice(middle)} {rng.choice(end)}"
    return said.format(amount=10 * rng.randrange(2, 90))
