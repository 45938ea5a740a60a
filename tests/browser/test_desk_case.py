"""The page of a case for staff in Chromium: by keyboard alone, followed live, and looked at by axe in every state."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import samples
from browser.desk_site import DeskSite
from browser.test_looks import OVERFLOW, SMALL
from desk import account
from live import RAISED, Live, eventually

pytestmark = pytest.mark.browser

VIEWS = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "Spanish": {"viewport": {"width": 1280, "height": 800}, "locale": "es"},
}
# Axe finds the same in each: it looks at the narrowest in light colours, and at a wide one in dark ones.
JUDGED = {"narrow", "dark"}
DIALOGS = (
    "ask_reporter",
    "ask_respondent",
    "decide",
    "assign",
    "snooze",
    "escalate",
    "type",
    "priority",
    "tags",
    "merge",
    "close",
)
TALL = "() => document.scrollingElement.scrollHeight - innerHeight"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    live = Live(tmp_path_factory.mktemp("desk"), RAISED)
    try:
        yield DeskSite.start(live)
    finally:
        live.close()


@pytest.fixture(scope="module")
def paula(desk):
    account(desk.live, "paula@market.example", "agent", "--name", "Paula Novák")


@pytest.fixture(scope="module")
def busy(desk):
    return desk.busy_case()


@pytest.fixture
def context(chromium, request):
    options = VIEWS[getattr(request, "param", "desktop")]
    made = chromium.new_context(**options, reduced_motion="reduce")
    yield made
    made.close()


def faults(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"]) for v in found]


def judge(page, state, *, by_axe=True):
    assert page.evaluate(OVERFLOW) <= 0, state
    assert page.evaluate(SMALL) == [], state
    assert not by_axe or faults(page) == [], state


@pytest.mark.parametrize("context", VIEWS, indirect=True)
def test_every_state_reads_well(desk, busy, context, request):
    by_axe = request.node.callspec.params["context"] in JUDGED
    page = desk.open(context, busy)
    page.locator("html[data-scripted]").wait_for(state="attached")
    judge(page, "case", by_axe=by_axe)
    page.locator("label", has=page.locator("#mode-note")).click()
    page.locator("#note-text").wait_for()
    judge(page, "note", by_axe=by_axe)
    for name in DIALOGS:
        page.evaluate(f"document.querySelector('[data-opens=\"move-{name}\"]').click()")
        page.locator(f"#move-{name}:modal").wait_for()
        judge(page, name, by_axe=by_axe)
        page.evaluate(f"document.getElementById('move-{name}').close()")
    page.locator(".shot").first.click()
    page.locator("#viewer:modal").wait_for()
    judge(page, "viewer", by_axe=by_axe)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#palette [role=option]").first.wait_for()
    judge(page, "palette", by_axe=by_axe)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.locator("#sheet:modal").wait_for()
    judge(page, "sheet", by_axe=by_axe)
    page.keyboard.press("Escape")
    page.locator(".account summary").click()
    judge(page, "account", by_axe=by_axe)
    assert page.complaints == []


def test_a_wide_screen_shows_it_all_at_once(desk, busy, context):
    page = desk.open(context, busy)
    assert page.evaluate(TALL) <= 0
    assert page.locator("#reply-text").is_visible()
    assert page.locator("#about").is_visible()


@pytest.mark.parametrize("context", ["narrow"], indirect=True)
def test_it_reads_well_with_text_at_200_percent(desk, busy, context):
    page = desk.open(context, busy)
    page.set_viewport_size({"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(OVERFLOW) <= 0


def test_it_reads_well_without_script(desk, busy, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = desk.open(context, busy)
    page.get_by_role("link", name="Decide").click()
    assert page.locator("#move-decide").get_attribute("open") is not None
    page.locator("#move-decide").get_by_text("Partly upheld").click()
    page.locator("#move-decide").get_by_role("button", name="Decide").click()
    assert page.locator("#move-decide .error").inner_text().endswith("Write something here, then send it.")
    assert page.locator("#move-decide input[value=partly_upheld]").is_checked()
    context.close()


def test_from_opening_to_the_decision_without_a_mouse(desk, context):
    case = desk.case(files=1)
    page = desk.open(context, case)
    keys = page.keyboard
    page.locator("html[data-scripted]").wait_for(state="attached")
    page.evaluate("window.isSame = true")

    keys.press("a")
    keys.press("a")
    page.locator("#case-owner", has_text="You").wait_for()

    keys.press("n")
    keys.type("The photos fit what she says.")
    keys.press("Control+Enter")
    page.locator(".entry[data-kind=note]", has_text="The photos fit").wait_for()

    keys.press("r")
    keys.type("Thank you. We look into it.")
    keys.press("Control+Enter")
    page.locator(".entry[data-kind=message]", has_text="We look into it").wait_for()

    keys.press("q")
    keys.type("When was it?")
    keys.press("Control+Enter")
    page.locator(".pill[data-status=waiting_reporter]").wait_for()

    keys.press("d")
    keys.press("Space")
    keys.press("Tab")
    keys.type("The photos show it.")
    keys.press("Control+Enter")
    page.locator(".pill[data-status=decided]").wait_for()

    assert page.evaluate("window.isSame")
    assert "entry" in page.evaluate("document.activeElement.className")
    seen = desk.api("priya", "GET", case)
    assert (seen["owner"]["id"], seen["status"], seen["disposition"]) == ("priya", "decided", "upheld")
    assert page.complaints == []


def test_priority_and_tags_are_given_by_keyboard_and_stand_beside_the_case(desk, context):
    case = desk.case(files=0)
    desk.api("callum", "POST", f"{desk.case(files=0)}/tags", {"add": ["flooring"]})
    desk.api("callum", "POST", f"{case}/tags", {"add": ["quick"]})
    page = desk.open(context, case)
    keys = page.keyboard
    page.locator("html[data-scripted]").wait_for(state="attached")

    keys.press("p")
    page.locator("#move-priority:modal").wait_for()
    assert page.locator("#move-priority input:checked").input_value() == "high"
    keys.press("ArrowUp")
    keys.press("Control+Enter")
    page.locator("#about .flag", has_text="Urgent").wait_for()

    keys.press("l")
    page.locator("#move-tags:modal").wait_for()
    assert page.locator("#tags-known option").evaluate_all("all => all.map(one => one.value)") == ["flooring"]
    keys.type("Flooring bank:transfer")
    keys.press("Enter")
    page.locator(".entry", has_text="tagged the case: bank:transfer, flooring").wait_for()
    assert page.locator("#about .tag").all_inner_texts() == ["bank:transfer", "flooring", "quick"]

    page.locator("#about a[data-opens=move-tags]").click()
    page.locator("#move-tags label", has_text="quick").click()
    keys.press("Control+Enter")
    page.locator(".entry", has_text="took tags away: quick").wait_for()
    judge(page, "labels")

    page.locator("#about .tag", has_text="flooring").click()
    page.wait_for_url("**/desk?q=tag%3Aflooring")
    assert page.complaints == []


def test_another_type_is_given_by_keyboard_and_leads_away_from_who_sees_it_no_longer(desk, context):
    case = desk.case(kind="other", files=0)
    desk.api("priya", "POST", f"{case}/assignment", {"owner": "priya"})
    page = desk.open(context, case)
    keys = page.keyboard
    page.locator("html[data-scripted]").wait_for(state="attached")

    keys.press("t")
    page.locator("#move-type:modal").wait_for()
    judge(page, "type")
    keys.type("Something was damaged")
    keys.press("Tab")
    keys.type("She names the floor.")
    keys.press("Control+Enter")
    page.locator(".entry", has_text="gave the case another type: Something was damaged").wait_for()

    keys.press("t")
    page.locator("#type-issueType").select_option("harassment.verbal")
    page.locator("#type-reason").fill("He shouted at her.")
    keys.press("Control+Enter")
    page.wait_for_url("**/help/desk")
    page.locator(".toast", has_text="went to a queue that others work").wait_for()
    assert page.complaints == []


@pytest.mark.parametrize("look", ["phone", "dark"])
def test_who_else_reads_the_case_shows_at_its_top_and_goes_when_they_leave(desk, context, chromium, look):
    case = desk.case(files=0)
    page = desk.open(context, case)
    with page.expect_response("**/here"):
        page.reload()
    assert page.locator("#case-here").inner_text() == ""
    second = chromium.new_context(**VIEWS[look], reduced_motion="reduce")
    other = desk.open(second, case, who="callum")
    other.locator("#case-here", has_text="Priya Nair is reading this").wait_for()
    judge(other, "case")

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("#case-here", has_text="Callum Reid is reading this").wait_for()
    assert page.locator("#case-here .face.here").inner_text() == "CR"
    desk.api("amara", "POST", f"{case}/messages", {"text": "Are you there?"})
    page.locator(".entry", has_text="Are you there?").wait_for(timeout=15_000)
    assert page.locator("#case-here").inner_text().endswith("Callum Reid is reading this")

    other.goto(f"{desk.live.base}/help/desk?q=is:open+sort:newest")
    row = other.locator(f"#case-{case} .faces")
    row.wait_for()
    assert row.get_attribute("aria-label") == "Priya Nair is reading this"
    judge(other, "list")
    hears_nobody = """async () => {
        document.dispatchEvent(new Event('visibilitychange'));
        await new Promise((done) => setTimeout(done, 200));
        return document.getElementById('case-here').textContent.trim() === '';
    }"""
    assert eventually(lambda: page.evaluate(hears_nobody))
    page.close()
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other.locator(f"#case-{case} .faces").wait_for(state="detached")
    assert page.complaints == other.complaints == []
    second.close()


def with_files(page, text, size=600_000):
    """A reply that is written, with a file that takes its time."""
    page.locator("#reply-text").fill(text)
    photo = samples.jpeg(40, 40)
    photo += bytes(size - len(photo))
    page.locator('input[name="files"]').set_input_files(
        {"name": "floor.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )


def throttle(page, per_second):
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": per_second}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def said(desk, case):
    items = desk.api("priya", "GET", f"{case}/events")["items"]
    return [item["data"]["text"] for item in items if item["type"] == "message.sent"]


def test_a_reply_with_files_says_how_much_has_gone_and_can_be_stopped(desk, context):
    case = desk.case(files=0)
    page = desk.open(context, case)
    throttle(page, 60_000)
    with_files(page, "Is it this floor?")
    page.locator("#reply-text").press("Control+Enter")
    page.locator(".on-its-way progress").wait_for()
    page.locator(".on-its-way", has_text="% sent").wait_for()
    judge(page, "sending")
    page.locator("#live", has_text="25 % sent").wait_for(state="attached")

    page.get_by_role("button", name="Stop sending").press("Enter")
    page.locator(".toast", has_text="Stopped").wait_for()
    page.locator(".on-its-way").wait_for(state="detached")
    assert page.locator("#reply-text").input_value() == "Is it this floor?"
    assert page.evaluate("document.activeElement.id") == "reply-text"
    assert page.locator("[data-chosen]").first.inner_text() == "floor.jpg"
    assert said(desk, case) == []

    throttle(page, -1)
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=message]", has_text="Is it this floor?").wait_for()
    page.locator("#reply-text:not([aria-busy])").wait_for()
    assert page.locator("#reply-text").input_value() == ""
    assert said(desk, case) == ["Is it this floor?"]
    assert [file["name"] for file in desk.api("priya", "GET", case)["files"]] == ["floor.jpg"]
    assert page.complaints == []


def test_a_reply_whose_line_breaks_is_kept_with_its_files_and_sent_again_once(desk, context):
    case = desk.case(files=0)
    page = desk.open(context, case)
    with_files(page, "Is it this floor?", 20_000)
    context.set_offline(True)
    page.locator("#reply-text").press("Control+Enter")
    page.locator("#form-reply .not-sent", has_text="the line broke").wait_for()
    assert page.locator("#reply-text").input_value() == "Is it this floor?"
    assert page.locator("[data-chosen]").first.inner_text() == "floor.jpg"
    context.set_offline(False)
    page.locator("#reply-text").press("Control+Enter")
    page.locator(".entry[data-kind=message]", has_text="Is it this floor?").wait_for()
    assert page.locator(".not-sent").count() == 0
    assert said(desk, case) == ["Is it this floor?"]


def test_a_reply_with_a_file_that_is_not_taken_says_so_and_keeps_its_text(desk, context):
    page = desk.open(context, desk.case(files=0))
    page.locator("#reply-text").fill("Is it this floor?")
    page.locator('input[name="files"]').set_input_files(
        {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"<!doctype html><script>1</script>"}
    )
    page.locator("#reply-text").press("Control+Enter")
    page.locator("#form-reply .error", has_text="page.jpg").wait_for()
    assert page.locator("#reply-text").input_value() == "Is it this floor?"


def test_what_happens_comes_by_itself_and_moves_nothing_that_is_typed(desk, context):
    case = desk.busy_case()
    page = desk.open(context, case)
    page.evaluate("window.isSame = true")
    page.locator("#reply-text").fill("We are sorry to he")
    page.locator("#reply-text").focus()
    desk.api("amara", "POST", f"{case}/messages", {"text": "Jonas has paid, all is well."})
    page.locator(".entry", has_text="Jonas has paid").wait_for(timeout=15_000)
    page.keyboard.type("ar it.")
    assert page.locator("#reply-text").input_value() == "We are sorry to hear it."
    assert page.evaluate("document.activeElement.id") == "reply-text"
    assert page.evaluate("window.isSame")
    desk.api("callum", "POST", f"{case}/escalation", {"reason": "They are neighbours."})
    page.locator("[data-flag=escalated]").wait_for(timeout=15_000)
    page.keyboard.press("Control+Enter")
    page.locator(".entry", has_text="We are sorry to hear it.").wait_for()


def test_a_dialog_stays_as_it_is_when_something_happens(desk, context):
    case = desk.busy_case()
    page = desk.open(context, case)
    page.keyboard.press("d")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("The photos")
    desk.api("callum", "POST", f"{case}/notes", {"text": "I have called her."})
    page.locator(".entry", has_text="I have called her").wait_for(state="attached", timeout=15_000)
    page.keyboard.type(" show it.")
    assert page.locator("#move-decide:modal").is_visible()
    assert page.locator("#decide-reasons").input_value() == "The photos show it."
    assert page.locator("#move-decide input[value=upheld]").is_checked()
    page.keyboard.press("Control+Enter")
    page.locator(".pill[data-status=decided]").wait_for()


def test_drafts_of_reply_and_note_survive_a_reload_each_by_itself(desk, busy, context):
    page = desk.open(context, busy)
    page.locator("#reply-text").fill("Dear Amara,")
    page.locator("[data-saved=reply]", has_text="saved").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Call the insurer.")
    page.locator("[data-saved=note]", has_text="saved").wait_for()
    page.reload()
    assert page.locator("#reply-text").input_value() == "Dear Amara,"
    assert page.locator("#note-text").input_value() == "Call the insurer."


def test_of_harassment_no_draft_stays_on_the_device(desk, context):
    case = desk.case("harassment.verbal", files=0)
    page = desk.open(context, case, roles=("lead",))
    page.locator("#note-text").evaluate(
        "(e) => { e.value = 'x'; e.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    page.locator("[data-saved=note]", has_text="Not kept").wait_for(state="attached")
    assert page.evaluate("Object.keys(localStorage).filter((n) => n.includes('draft'))") == []


def test_a_reply_that_crossed_is_shown_first_and_sent_again(desk, context):
    case = desk.busy_case()
    page = desk.open(context, case)
    page.route("**/events", lambda route: route.abort())
    page.reload()
    page.locator("#reply-text").fill("We wait for your photo.")
    desk.api("amara", "POST", f"{case}/messages", {"text": "The photo is on its way."})
    page.locator("#form-reply input[name=version]").evaluate(
        "(e) => { e.value = String(Number(e.value) - 1) }"
    )
    desk.api("callum", "POST", f"{case}/notes", {"text": "She called."})
    page.keyboard.press("Control+Enter")
    page.locator("#form-reply [data-refused]", has_text="while you wrote").wait_for()
    assert page.locator(".entry", has_text="The photo is on its way.").count() == 1
    assert page.locator("#reply-text").input_value() == "We wait for your photo."
    page.locator("#reply-text").fill("Thank you, we wait for it.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry", has_text="Thank you, we wait for it.").wait_for()


def test_single_keys_rest_while_typing_and_when_they_are_switched_off(desk, busy, context):
    page = desk.open(context, busy)
    page.locator("#note-text").evaluate("(e) => e.value = ''")
    page.locator("#reply-text").fill("")
    page.locator("#reply-text").focus()
    page.keyboard.type("dada")
    assert page.locator("dialog:modal").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert page.locator("dialog:modal").count() == 0
    page.keyboard.press("Control+k")
    page.locator("#palette:modal").wait_for()


def test_the_palette_finds_actions_and_cases_by_reference(desk, busy, context):
    page = desk.open(context, busy)
    other = desk.case("quality.late", files=0)
    reference = desk.api("priya", "GET", other)["reference"]
    page.keyboard.press("Control+k")
    page.keyboard.type("snoo")
    option = page.locator("#palette [role=option]").first
    option.wait_for()
    page.locator("#palette [role=option]", has_text="Snooze").first.wait_for()
    assert page.locator("#palette-input").get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    page.locator("#move-snooze:modal").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type(reference.lower())
    page.locator("#palette [role=option]", has_text=reference).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{other}")


def test_the_evidence_is_looked_at_by_keys(desk, busy, context):
    page = desk.open(context, busy)
    page.keyboard.press("v")
    page.locator("#viewer:modal").wait_for()
    assert page.locator("#viewer-place").inner_text() == "1 of 2"
    page.keyboard.press("ArrowRight")
    assert page.locator("#viewer-place").inner_text() == "2 of 2"
    page.keyboard.press("+")
    assert page.locator("#viewer .view:not([hidden]) img").get_attribute("data-zoom") == "2"
    page.keyboard.press("Escape")
    assert page.locator("dialog:modal").count() == 0
    assert "shot" in page.evaluate("document.activeElement.className")


def test_a_line_that_breaks_loses_nothing(desk, busy, context):
    page = desk.open(context, busy)
    page.locator("#reply-text").fill("We call you tomorrow.")
    page.route("**/messages", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    page.locator("#form-reply .not-sent", has_text="the line broke").wait_for()
    assert page.locator("#reply-text").input_value() == "We call you tomorrow."


def test_what_was_done_is_undone_by_a_key(desk, context):
    case = desk.busy_case()
    page = desk.open(context, case)
    page.keyboard.press("z")
    page.keyboard.press("Control+Enter")
    page.locator("[data-flag=snoozed]").wait_for()
    page.locator(".toast", has_text="Snoozed").wait_for()
    page.keyboard.press("u")
    page.locator("[data-flag=snoozed]").wait_for(state="detached")


def test_files_go_with_a_reply_and_are_not_sent_twice(desk, context):
    case = desk.busy_case()
    page = desk.open(context, case)
    page.locator("#form-reply input[type=file]").set_input_files(
        [{"name": "plan.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg(300, 200)}]
    )
    page.locator("[data-chosen]", has_text="plan.jpg").wait_for()
    page.locator("#reply-text").fill("Is it this wall?")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-from=desk]", has_text="Is it this wall?").locator("ul li").wait_for()
    assert page.locator("#form-reply input[type=file]").evaluate("(e) => e.files.length") == 0
    assert page.locator("[data-chosen]").inner_text() == ""


def test_a_canned_reply_is_put_in_where_somebody_writes(desk, context):
    case = desk.busy_case()
    page = desk.open(context, case)
    page.goto(f"{desk.live.base}/help/desk/macros/new")
    page.locator("#name").fill("On its way")
    page.locator("#text_en").fill("Dear {reporter}, we look into {reference}.")
    page.get_by_role("button", name="Keep the canned reply").click()
    page.wait_for_url("**/desk/macros*")
    page.goto(desk.address(case))
    page.locator("#reply-text").focus()
    page.keyboard.type("Hello.")
    page.keyboard.press("Control+/")
    page.locator("#palette [role=option]", has_text="On its way").wait_for()
    page.keyboard.press("Enter")

    reference = desk.api("priya", "GET", case)["reference"]
    assert (
        page.locator("#reply-text").input_value() == f"Hello.\nDear Amara Okafor, we look into {reference}."
    )
    assert page.evaluate("document.activeElement.id") == "reply-text"
    assert page.complaints == []


@pytest.mark.parametrize("context", ["phone", "dark"], indirect=True)
def test_a_reply_is_looked_at_before_it_is_sent(desk, busy, context):
    page = desk.open(context, busy)
    page.locator("html[data-scripted]").wait_for(state="attached")
    page.fill("#reply-text", "Was the floor repaired since?")
    page.set_input_files(
        '#form-reply input[type="file"]',
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg()},
    )
    page.locator("#form-reply [data-preview]").click()
    dialog = page.locator("#preview-dialog:modal")
    letter = dialog.locator("iframe").content_frame
    letter.locator("h1").wait_for()
    assert letter.locator(".words").inner_text() == "Was the floor repaired since?"
    assert letter.locator("h1").evaluate("e => getComputedStyle(e).fontSize") == "24px"  # it has its own look
    judge(page, "preview")
    dialog.locator("[data-writes]").click()
    assert page.locator("#preview-dialog").is_hidden()
    assert page.evaluate("document.activeElement.matches('[data-preview]')")
    assert page.input_value("#reply-text") == "Was the floor repaired since?"
    assert page.evaluate("document.querySelector('#form-reply input[type=file]').files.length") == 1
    assert page.complaints == []


def test_a_reply_is_sent_from_its_preview_with_its_files(desk, context):
    page = desk.open(context, desk.busy_case())
    page.locator("html[data-scripted]").wait_for(state="attached")
    page.locator("#form-reply [data-preview]").click()
    page.locator("#form-reply .not-sent").wait_for()  # nothing is written yet
    page.fill("#reply-text", "This is how it looked before.")
    page.set_input_files(
        '#form-reply input[type="file"]',
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": samples.jpeg()},
    )
    page.locator("#form-reply [data-preview]").press("Enter")
    page.locator("#preview-dialog:modal [data-sends]").click()
    entry = page.locator(".entry[data-own] .entry-text", has_text="This is how it looked before.")
    entry.wait_for()
    assert page.locator('.entry:has-text("This is how it looked before.") .entry-files li').count() == 1
    assert page.input_value("#reply-text") == ""
    assert [c for c in page.complaints if "422" not in c] == []


@pytest.mark.parametrize("context", ["phone", "dark"], indirect=True)
def test_a_colleague_is_named_in_a_note_by_keyboard(desk, busy, paula, context):
    page = desk.open(context, busy)
    page.locator("html[data-scripted]").wait_for(state="attached")
    page.locator("label", has=page.locator("#mode-note")).click()
    page.locator("#note-text").press_sequentially("Have a look, @pau")
    option = page.locator('#mention-list [role="option"]')
    option.first.wait_for()
    judge(page, "mention")
    assert page.get_attribute("#note-text", "aria-activedescendant") == "mention-0"
    page.keyboard.press("Escape")
    assert page.locator("#mention-list").is_hidden()
    assert page.evaluate("document.activeElement.id") == "note-text"  # it left the list and not the box
    page.keyboard.press("Backspace")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#note-text") == "Have a look, @Paula Novák "
    page.keyboard.press("Control+Enter")
    assert eventually(lambda: page.input_value("#note-text") == "")
    assert page.locator("#entries > .entry:last-child .mention").inner_text() == "@Paula Novák"
    assert page.complaints == []


def test_what_is_as_good_as_done_is_shown_at_once_and_put_back_where_it_was_not(desk, context):
    case = desk.case(files=0)
    page = desk.open(context, case)
    held = []
    page.route(
        "**/desk/cases/*/*", lambda route: held.append(route) if is_posted(route) else route.continue_()
    )
    page.locator("#form-claim button").press("Enter")
    page.locator("#case-owner", has_text="Priya Nair").wait_for()
    assert eventually(lambda: page.evaluate("1") == len(held))
    judge(page, "ahead")
    held.pop().abort()
    page.locator("#case-owner", has_text="Nobody").wait_for()
    assert desk.api("priya", "GET", case)["owner"] is None

    page.keyboard.press("n")
    page.keyboard.type("She sent the receipt by post.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry.is-ahead", has_text="She sent the receipt by post.").wait_for()
    assert eventually(lambda: page.evaluate("1") == len(held))
    held.pop().abort()
    page.locator("#form-note .not-sent").wait_for()
    assert page.locator(".entry.is-ahead").count() == 0
    assert page.locator("#note-text").input_value() == "She sent the receipt by post."

    page.unroute("**/desk/cases/*/*")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=note]:not(.is-ahead)", has_text="She sent the receipt by post.").wait_for()
    assert page.locator(".entry[data-kind=note]").count() == 1
    assert page.locator("#note-text").input_value() == ""


def test_what_was_done_stays_when_something_else_fails_after_it(desk, context):
    page = desk.open(context, desk.case(files=0))
    page.locator("#form-claim button").press("Enter")
    page.locator("#case-owner", has_text="You").wait_for()
    page.locator("#form-reply [data-preview]").click()
    page.locator("#form-reply .not-sent").wait_for()  # nothing is written yet
    assert page.locator("#case-owner").inner_text().endswith("You")
    page.keyboard.press("n")
    page.keyboard.type("She sent the receipt by post.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry[data-kind=note]:not(.is-ahead)").wait_for()
    page.keyboard.press("r")
    page.locator("#form-reply [data-preview]").click()
    page.locator("#form-reply .not-sent").wait_for()
    assert page.locator(".entry[data-kind=note]").count() == 1


def is_posted(route):
    """Whether a form is sent; a page also tells by itself that it is read."""
    return route.request.method == "POST" and not route.request.url.endswith("/here")


def test_what_is_sent_while_a_note_is_being_saved_goes_out_after_it(desk, context):
    case = desk.case(files=0)
    page = desk.open(context, case)
    held, sent = [], []

    def hold(route):
        if is_posted(route):
            sent.append(route.request.url.rpartition("/")[2])
        if held or not is_posted(route):
            route.continue_()
        else:
            held.append(route)

    page.route("**/desk/cases/*/*", hold)
    page.keyboard.press("n")
    page.keyboard.type("She called.")
    page.keyboard.press("Control+Enter")
    page.locator(".entry.is-ahead", has_text="She called.").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("Thank you for your call.")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert sent == ["notes"]
    assert said(desk, case) == []

    held[0].continue_()
    page.locator(".entry[data-kind=message]", has_text="Thank you for your call.").wait_for()
    page.locator(".entry[data-kind=note]:not(.is-ahead)", has_text="She called.").wait_for()
    assert sent == ["notes", "messages"]
    assert said(desk, case) == ["Thank you for your call."]
