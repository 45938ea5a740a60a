"""The form with script: what is sent, what is kept, what is said when something goes wrong."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import site

pytestmark = pytest.mark.browser

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360f8cf00000301"
    "0100c9fe92ef0000000049454e44ae426082"
)
PHOTO = {"name": "floor.png", "mimeType": "image/png", "buffer": PNG}
PAPER = {"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " + b"x" * 5000}
BUSY = (503, {"detail": "Storage is away.", "code": "storage.away"}, {"Retry-After": "1"})


@pytest.fixture(scope="module")
def shown():
    with site.running() as running:
        yield running


@pytest.fixture
def form(shown, page):
    shown.answers.clear()
    shown.reports.clear()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(shown.state("report"))
    yield page
    assert page.complaints == []


def fill(page, text="The floor is scratched."):
    page.get_by_label("Something was damaged").check()
    page.get_by_label("What happened?").fill(text)


def send(page):
    page.get_by_role("button", name="Send report").click()


def silent(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_a_report_goes_out_fields_first_and_leads_to_its_page(form, shown):
    fill(form)
    form.get_by_label("What was damaged?").fill("Oak floor")
    form.get_by_label("Choose files").set_input_files([PHOTO, PAPER])
    assert form.locator("#file-list .file").count() == 2
    send(form)
    form.wait_for_url("**/help/reports/0196f0c2")
    (report,) = shown.reports
    assert report["order"] == ["csrf", "gigId", "issueType", "description", "item", "files", "files"]
    assert report["fields"] == {
        "csrf": "csrf-token",
        "gigId": "48213",
        "issueType": "property.damage",
        "description": "The floor is scratched.",
        "item": "Oak floor",
    }
    assert report["files"] == [("floor.png", PNG), ("invoice.pdf", PAPER["buffer"])]
    assert report["headers"]["idempotency-key"] == "key-1"


def test_nothing_is_sent_while_something_is_missing_and_the_summary_takes_the_focus(form, shown):
    send(form)
    summary = form.locator("#summary")
    assert summary.evaluate("e => e === document.activeElement")
    assert summary.locator("li").count() == 2
    assert form.title().startswith("Error:")
    silent(form)
    summary.get_by_text("Tell us what happened").click()
    assert form.locator("#description").evaluate("e => e === document.activeElement")
    assert form.locator("#description").get_attribute("aria-invalid") == "true"
    fill(form)
    send(form)
    form.wait_for_url("**/reports/**")
    assert len(shown.reports) == 1


def test_a_refusal_is_shown_at_its_field_and_nothing_typed_is_lost(form, shown):
    wrong = {"errors": [{"field": "amount", "code": "field.wrong", "message": "Write it in numbers."}]}
    shown.answers.append((422, wrong, {}))
    fill(form)
    form.get_by_label("What would repair cost?").fill("about 240")
    form.get_by_label("Choose files").set_input_files([PHOTO])
    send(form)
    error = form.locator("#amount-error")
    error.wait_for()
    assert "Write it in numbers." in error.inner_text()
    assert form.get_by_label("What happened?").input_value() == "The floor is scratched."
    assert form.locator("#file-list .file").count() == 1
    assert form.locator("#amount").get_attribute("aria-invalid") == "true"
    silent(form)
    form.get_by_label("What would repair cost?").fill("240")
    send(form)
    form.wait_for_url("**/reports/**")
    assert shown.reports[0]["headers"]["idempotency-key"] == shown.reports[1]["headers"]["idempotency-key"]


def test_a_broken_line_and_a_busy_site_are_tried_again_with_the_same_key(form, shown):
    shown.answers.extend([None, BUSY])
    fill(form)
    form.get_by_label("Choose files").set_input_files([PHOTO])
    send(form)
    trouble = form.locator("#trouble")
    trouble.get_by_text("The line broke").wait_for()
    assert "We try again in" in trouble.inner_text()
    silent(form)
    form.get_by_role("button", name="Try again now").click()
    trouble.get_by_text("Storage is away.").wait_for()
    form.wait_for_url("**/reports/**", timeout=10_000)
    keys = {r["headers"]["idempotency-key"] for r in shown.reports}
    assert (len(shown.reports), keys) == (3, {"key-1"})


def test_a_limit_that_lasts_for_hours_is_told_at_once(form, shown):
    shown.answers.append((429, {"detail": "Try again tomorrow.", "code": "x"}, {"Retry-After": "7200"}))
    fill(form)
    send(form)
    form.locator("#summary").get_by_text("Try again tomorrow.").wait_for()
    assert len(shown.reports) == 1


def test_stopping_leads_back_to_the_form_with_everything_in_it(form, shown):
    shown.answers.append(BUSY)
    fill(form)
    send(form)
    form.locator("#trouble").wait_for()
    form.get_by_role("button", name="Stop and go back").click()
    assert form.get_by_label("What happened?").input_value() == "The floor is scratched."
    assert "Not sent" in form.locator("#live").inner_text()


def test_a_key_that_was_used_for_another_body_gives_way_to_a_new_one(form, shown):
    used = {"detail": "Used before.", "code": "idempotency.other_body"}
    shown.answers.append((422, used, {}))
    fill(form)
    send(form)
    form.locator("#summary").get_by_text("Used before.").wait_for()
    send(form)
    form.wait_for_url("**/reports/**")
    assert shown.reports[1]["headers"]["idempotency-key"] != "key-1"


def test_a_draft_survives_a_reload_with_its_key_and_is_gone_once_received(form, shown):
    fill(form, "Half a story")
    form.get_by_label("What was damaged?").fill("Oak floor")
    form.get_by_text("Saved on this device").wait_for()
    form.evaluate("document.getElementsByName('idempotencyKey')[0].value = 'fresh'")
    form.reload()
    assert form.get_by_label("What happened?").input_value() == "Half a story"
    assert form.get_by_label("What was damaged?").input_value() == "Oak floor"
    assert form.locator("#chosen-name").inner_text() == "Something was damaged"
    send(form)
    form.wait_for_url("**/reports/**")
    assert form.evaluate("Object.keys(localStorage)") == []


def test_a_safety_report_leaves_nothing_on_the_device(form):
    form.get_by_label("What happened?").fill("Somebody threatened me")
    form.get_by_text("Saved on this device").wait_for()
    form.locator("summary", has_text="Safety and harassment").click()
    form.get_by_label("I am or was in danger").check()
    form.get_by_text("Not kept on this device").wait_for()
    assert form.evaluate("Object.keys(localStorage)") == []
    assert form.locator("#emergency").is_visible()
    assert form.get_by_role("link", name="Exit this page").is_visible()


def test_escape_three_times_leaves_at_once(shown, page):
    page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="weather"))
    page.goto(shown.state("report-safety"))
    page.get_by_label("Tell us what happened").fill("secret")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/**")
    assert page.evaluate("history.length") <= 2


def test_files_are_judged_before_they_are_sent(form):
    files = form.get_by_label("Choose files")
    files.set_input_files([{"name": "floor.tiff", "mimeType": "image/tiff", "buffer": b"II*"}])
    assert "floor.tiff was not added" in form.locator("#files-error").inner_text()
    files.set_input_files([{"name": "empty.jpg", "mimeType": "image/jpeg", "buffer": b""}])
    assert "The file is empty" in form.locator("#files-error").inner_text()
    many = [{**PAPER, "name": f"{n}.pdf", "buffer": b"%PDF" + bytes([n])} for n in range(11)]
    files.set_input_files(many)
    assert form.locator("#file-list .file").count() == 10
    assert "10.pdf was not added" in form.locator("#files-error").inner_text()


def test_removing_a_file_says_so_and_keeps_the_focus(form):
    form.get_by_label("Choose files").set_input_files([PHOTO, PAPER])
    form.get_by_role("button", name="Remove floor.png").click()
    assert form.locator("#file-list .file").count() == 1
    assert "floor.png was removed" in form.locator("#live").inner_text()
    focused = form.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Remove invoice.pdf"


def test_pasted_and_dropped_files_are_taken(form):
    form.evaluate(
        """() => { const t = new DataTransfer(), type = {type: 'application/pdf'};
        t.items.add(new File(['%PDF'], 'pasted.pdf', type));
        document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: t, bubbles: true}));
        const d = new DataTransfer(); d.items.add(new File(['%PDF1'], 'dropped.pdf', type));
        document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: d, bubbles: true, cancelable: true})); }"""
    )
    names = form.locator("#file-list .file-name").all_inner_texts()
    assert [n.replace("\n", "") for n in names] == ["pasted.pdf", "dropped.pdf"]


def test_a_picture_is_previewed_from_memory(form):
    form.get_by_label("Choose files").set_input_files([PHOTO])
    image = form.locator("#file-list img")
    image.wait_for()
    assert (image.get_attribute("src") or "").startswith("blob:")


def test_the_search_finds_types_by_other_names_and_counts_them(form):
    form.get_by_label("Search for an issue").fill("doxxing")
    assert form.locator("#type-count").inner_text() == "Issues found: 1"
    visible = [c for c in form.locator(".choice").all() if c.is_visible()]
    assert [c.inner_text() for c in visible] == ["My private details were shared"]
    form.get_by_label("Search for an issue").press("Enter")
    assert form.locator("#summary").is_hidden()
    form.get_by_label("Search for an issue").fill("")
    assert form.locator("[data-group]:visible").count() == 10


def test_arrow_keys_choose_without_folding_the_list_and_enter_folds_it(form):
    form.get_by_label("Something was damaged").focus()
    form.keyboard.press("Space")
    form.keyboard.press("ArrowDown")
    assert form.get_by_label("Something was stolen").is_checked()
    assert form.locator("#picker").evaluate("e => e.open")
    form.keyboard.press("Enter")
    assert not form.locator("#picker").evaluate("e => e.open")
    assert form.locator("#chosen-name").inner_text() == "Something was stolen"
    assert form.evaluate("document.activeElement.tagName") == "SUMMARY"
    silent(form)


def test_a_choice_by_pointer_folds_and_shows_the_details_of_the_type(form):
    form.locator(".choice", has_text="Something was damaged").click()
    assert not form.locator("#picker").evaluate("e => e.open")
    assert form.get_by_label("What would repair cost?").is_visible()
    assert "two photos" in form.locator("#files-hint").inner_text()
    assert form.locator("#first-reply").inner_text() == "Within 8 hours"
    silent(form)


def test_characters_are_counted_as_people_count_them(form):
    form.get_by_label("What happened?").fill("👩‍👧 é")
    assert form.locator("#description-count").inner_text() == "5 of 10,000"
    form.get_by_label("What happened?").fill("x" * 10_001)
    form.get_by_label("Something was damaged").check()
    send(form)
    assert "10,001 characters" in form.locator("#description-error").inner_text()


def test_leaving_with_something_unsent_asks_first(form, shown):
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.get_by_label("What happened?").click()
    form.keyboard.type("Half a story")
    form.goto(shown.state("reports"))
    assert asked == ["beforeunload"]


def test_progress_is_told_in_steps_and_drawn_a_file(form, shown):
    fill(form)
    big = {"name": "clip.mp4", "mimeType": "video/mp4", "buffer": b"\0" * 3_000_000}
    form.get_by_label("Choose files").set_input_files([PHOTO, big])
    client = form.context.new_cdp_session(form)
    client.send("Network.enable")
    client.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000},
    )
    form.evaluate(
        """() => { window.told = []; new MutationObserver(() => told.push(document.getElementById('live').textContent))
        .observe(document.getElementById('live'), {childList: true, characterData: true, subtree: true}); }"""
    )
    send(form)
    form.locator("#sending-files .file[data-state=sending]").wait_for()
    assert form.evaluate("document.activeElement.id") == "sending-title"
    silent(form)
    told = form.evaluate("told")
    form.wait_for_url("**/reports/**", timeout=15_000)
    assert all(re.fullmatch(r"(0|25|50|75|100) % sent|.*was added.*", t) for t in told)
    assert len(told) <= 6


def test_without_script_the_form_posts_to_its_own_address(shown, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    shown.reports.clear()
    page.goto(shown.state("report"))
    page.get_by_label("Something was damaged").check()
    page.get_by_label("What happened?").fill("Plain")
    page.get_by_label("Choose files").set_input_files([PHOTO])
    page.get_by_role("button", name="Send report").click()
    (report,) = shown.reports
    assert report["order"] == ["csrf", "idempotencyKey", "gigId", "issueType", "description", "files"]
    assert page.url.endswith("/help/gigs/48213/report-issue")
    context.close()
