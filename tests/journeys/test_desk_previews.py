"""What staff wrote, as the parties would get it: on their page and by mail, before anything is sent."""

import email
import email.policy
import html
import json
import re
from uuid import uuid4

import pytest

import forms
from journeys.test_desk_case import AUDITOR, Agent
from journeys.test_form_pages import signed_in
from journeys.test_life_of_a_case import AGENT, LEAD, Caller, due
from live import CLIENT, WORKER, Live, eventually
from raw import Answer

GIG = "previewed"
MARK = '<section class="letter" aria-labelledby="reader-'


class Writer(Agent):
    """Somebody who looks at what they wrote before they send it."""

    def preview(self, move: str, **typed: object) -> Answer:
        _, hidden = self.fields(move)
        return self.post(f"{self.address}/preview", {**hidden, **typed})

    def read(self, move: str, **typed: object) -> list[str]:
        """What each party would read, in words."""
        answer = self.preview(move, **typed)
        assert answer.status == 200, answer.body.decode()
        parts = answer.body.decode().split(MARK)[1:]
        return [words(part.partition(">")[2].partition("</section>")[0]) for part in parts]


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def reported(site: Live, kind: str = "quality.late") -> str:
    """A case of Wanda's, whose mail comes, against Carl, who reads Spanish and has no address."""
    parties = [
        {"userId": WORKER, "side": "worker", "name": "Wanda Weber", "email": "wanda@mail.example"},
        {"userId": CLIENT, "side": "client", "name": "Carl Clark", "locale": "es"},
    ]
    body = json.dumps({"title": "Paint a fence", "parties": parties}).encode()
    site.request("PUT", f"/api/gigs/{GIG}", body, token=site.token("market", "integration"))
    answer = site.report({**forms.report(GIG), "issueType": kind})
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


def owned(site: Live, kind: str = "quality.late", who: str = AGENT) -> Writer:
    found = Writer(site, who, reported(site, kind))
    found.do("claim")
    return found


def ask_respondent(writer: Writer) -> None:
    case = writer.address.rpartition("/")[2]
    asked = {"to": "respondent", "text": "What is your side?", "due": due()}
    assert Caller(writer.site, writer.who, case).do("request", asked).status == 200
    assert Caller(writer.site, CLIENT, case).do("statement", {"text": "I was on time."}).status == 201


def letters(site: Live, reference: str) -> list[email.message.EmailMessage]:
    found = (site.folder / "mail" / "new").glob("*")
    parsed = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in found]
    return [one for one in parsed if reference in str(one["subject"])]  # type: ignore[misc]


@pytest.fixture
def writer(site: Live) -> Writer:
    return owned(site)


def test_a_reply_is_read_as_its_reader_gets_it_and_nothing_is_sent(site: Live, writer: Writer) -> None:
    before = site.rows("SELECT count(*) FROM commits")

    [read] = writer.read("reply", to="reporter", text="Which <fence>\nwas it?")

    assert read.startswith("What Wanda will read English On the page of the report gigdesk support")
    assert (
        "Which <fence> was it? By mail This mail goes out when you send it. Addressed to w…@mail.example Sender"
        in read
    )
    assert "a message for you" in read
    assert "wanda@mail.example" not in read
    assert site.rows("SELECT count(*) FROM commits") == before
    assert "Which" not in writer.look()


def test_the_letter_of_the_preview_is_the_one_that_goes_out(site: Live, writer: Writer) -> None:
    page = writer.preview("reply", to="reporter", text="Which fence was it?").body.decode()
    [foreseen] = re.findall(r'<pre class="letter-text"[^>]*>(.*?)</pre>', page, re.S)
    [subject] = re.findall(r"<dt>Subject</dt><dd[^>]*>(.*?)</dd>", page)
    reference = subject.partition(":")[0]
    sent = lambda: [one for one in letters(site, reference) if one["subject"] == subject]  # noqa: E731
    assert sent() == []

    writer.do("reply", to="reporter", text="Which fence was it?")

    assert eventually(lambda: len(sent()) == 1)
    [letter] = sent()
    text = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert text.partition("--------")[0] == html.unescape(foreseen).partition("--------")[0]


def test_the_letter_stands_in_a_frame_that_runs_and_opens_nothing(site: Live, writer: Writer) -> None:
    answer = writer.preview("reply", to="reporter", text="Which <b>fence</b>?", letter="0")

    body = answer.body.decode()
    assert answer.status == 200
    assert "Which &lt;b&gt;fence&lt;/b&gt;?" in body
    assert "/notices/unsubscribe/" not in body  # that link is its owner's
    policy = str(answer.headers["content-security-policy"])
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
    assert "script-src" not in policy
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == (
        "private, no-store",
        "no-referrer",
    )
    assert writer.preview("reply", to="reporter", text="Which?", letter="7").status == 404


def test_why_no_mail_goes_out_is_said(site: Live, writer: Writer) -> None:
    ask_respondent(writer)
    [read] = writer.read("reply", to="respondent", text="Thank you.")
    assert read.startswith("What Carl will read Spanish On the page of the report Soporte de gigdesk")
    assert "No mail goes out: we have no address of theirs that is verified." in read

    headers = signed_in(site, uuid4().hex, sub=WORKER) | {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        assert site.call("POST", "/notices", b"status_change=on", headers, by=None).status == 303
        [read] = writer.read("reply", to="reporter", text="Thank you.")
        assert "No mail goes out: they have switched off mail of this kind." in read
    finally:
        everything = b"status_change=on&message=on&reminder=on"
        site.call("POST", "/notices", everything, headers, by=None)


def test_a_decision_is_shown_to_both_sides_with_when_they_are_told(writer: Writer) -> None:
    ask_respondent(writer)
    typed = {"disposition": "partly_upheld", "reasons": "The photos show it."}

    reporter, respondent = writer.read("decide", **typed, notify="later")

    assert "We agree with the report in part The photos show it." in reporter
    assert "By mail This mail goes out in 15 minutes." in reporter
    assert "If you do not agree you can appeal until" in reporter
    assert "Damos la razón al reporte en parte The photos show it." in respondent
    assert "what is your side" not in reporter.lower()
    reporter, _ = writer.read("decide", **typed, notify="now")
    assert "By mail This mail goes out when you send it." in reporter
    assert 'data-status="in_review"' in writer.look()


def test_who_was_never_asked_is_not_told_of_a_decision(writer: Writer) -> None:
    [read] = writer.read("decide", disposition="upheld", reasons="It is so.", notify="now")

    assert "What Wanda will read" in read


def test_a_question_to_the_other_side_shows_what_each_side_hears_of_it(writer: Writer) -> None:
    reporter, respondent = writer.read("ask_respondent", text="When did you come?", due="2d")

    assert "We asked the other side" in reporter
    assert "When did you come?" not in reporter
    assert "When did you come?" in respondent
    assert "Wanda Weber" in respondent  # a type that protects nobody names who reported


def test_of_who_is_protected_a_preview_tells_nothing_and_its_mail_is_plain(site: Live) -> None:
    lead = owned(site, "harassment.verbal", LEAD)
    _, respondent = lead.read("ask_respondent", text="When did you come?", due="2d")
    assert not re.search("wanda|weber", respondent, re.I)

    [reporter] = lead.read("reply", to="reporter", text="We look at the chat.")
    assert re.search(r"Subject GD-\S+: there is news", reporter)
    assert "since others may see a mailbox" in reporter
    assert reporter.count("We look at the chat.") == 1  # on the page alone


def test_the_outcome_of_an_appeal_can_be_looked_at(writer: Writer) -> None:
    case = writer.address.rpartition("/")[2]
    writer.do("decide", disposition="upheld", reasons="It is so.", notify="now")
    assert Caller(writer.site, WORKER, case).do("appeal", {"reason": "Look again."}).status == 200

    typed = {"outcome": "varied", "disposition": "partly_upheld", "reasons": "Both are right."}
    [read] = Writer(writer.site, LEAD, case).read("decide_appeal", **typed)

    assert "After the appeal: the decision is changed in part" in read
    assert "Both are right." in read


def test_going_on_loses_nothing_and_sending_from_there_sends_once(writer: Writer) -> None:
    page = writer.preview("reply", to="reporter", text="Which <fence>?").body.decode()
    [address] = re.findall(r'id="preview" method="post" action="([^"]*)"', page)
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    }
    assert fields["text"] == "Which <fence>?"

    back = writer.post(f"{writer.address}/preview", {**fields, "write": "1"}).body.decode()
    assert re.search(r'id="reply-text"[^>]*>\nWhich &lt;fence&gt;\?</textarea>', back)
    assert f'name="idempotencyKey" value="{fields["idempotencyKey"]}"' in back

    for _ in range(2):
        assert writer.post(address, fields).status == 303
    assert writer.look().count("Which &lt;fence&gt;?") == 1


def test_going_on_after_the_case_was_closed_loses_nothing_either(site: Live, writer: Writer) -> None:
    _, hidden = writer.fields("decide")
    case = writer.address.rpartition("/")[2]
    closed = Caller(site, LEAD, case).do("closure", {"reason": "invalid", "text": "Not ours."})
    assert closed.status == 200

    typed = {**hidden, "disposition": "upheld", "reasons": "It is <so>.", "write": "1"}
    page = writer.post(f"{writer.address}/preview", typed).body.decode()

    assert "this cannot be done any more" in page
    assert "It is &lt;so&gt;.</textarea>" in page


def test_files_are_not_brought_along_and_it_says_so(writer: Writer) -> None:
    answer = writer.preview("reply", to="reporter", text="See this.", files=["fence.jpg", ""])
    page = answer.body.decode()

    assert "The files that you chose go along when you send it from where you write." in page
    assert 'type="submit" data-sends' not in page
    back = writer.preview("reply", to="reporter", text="See this.", files="fence.jpg", write="1")
    assert "Your files were not kept. Choose them again." in back.body.decode()


def test_what_would_be_refused_is_refused_here_with_what_was_typed(site: Live, writer: Writer) -> None:
    nothing = writer.preview("reply", to="reporter", text=" ")
    assert nothing.status == 422
    assert "Write something here, then send it." in nothing.body.decode()

    _, hidden = writer.fields("reply")
    case = writer.address.rpartition("/")[2]
    assert Caller(site, WORKER, case).do("messages", {"text": "There is more."}).status == 201
    crossed = writer.post(f"{writer.address}/preview", {**hidden, "to": "reporter", "text": "Which one?"})
    assert crossed.status == 412
    assert "Which one?</textarea>" in crossed.body.decode()

    wrong = writer.preview("decide", disposition="upheld", reasons="")
    assert wrong.status == 422
    assert writer.preview("note", text="Seen.").status == 422  # nobody is sent a note
    typed = {**hidden, "move": "reply", "text": "Seen.", "csrf": ""}
    auditor = Agent(site, AUDITOR, case)
    assert auditor.post(f"{writer.address}/preview", typed).status >= 400
