"""A question is answered and a report withdrawn in Chromium, by keyboard alone, with script and without."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.test_journey import client, real
from browser.test_report_form import PHOTO
from live import eventually

__all__ = ["client", "real"]

pytestmark = pytest.mark.browser


def type_into(page, name, text):
    page.get_by_role("textbox", name=name).focus()
    page.keyboard.type(text)


def press(page, name):
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def act(page, real, case, name, body):
    headers = {"Authorization": f"Bearer {real.token('ada', 'agent')}", "If-Match": "*"}
    answer = page.request.post(f"{real.base}/help/api/cases/{case}/{name}", data=body, headers=headers)
    assert answer.ok, answer.text()


def are_clean(page, real, case):
    headers = {"Authorization": f"Bearer {real.token('ada', 'agent')}"}
    files = page.request.get(f"{real.base}/help/api/cases/{case}", headers=headers).json()["files"]
    return all(file["state"] == "clean" for file in files)


def test_a_question_is_answered_and_the_report_withdrawn(client, real):
    client.locator("summary", has_text="Something else").click()
    client.locator('input[name="issueType"][value="other"]').check()
    type_into(client, "What happened?", "Nobody came.")
    press(client, "Send report")
    client.wait_for_url("**/help/reports/*")
    case = client.url.rpartition("/")[2]
    act(client, real, case, "assignment", {"owner": "ada"})
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    act(client, real, case, "request", {"to": "reporter", "text": "Which day?", "due": due})
    client.reload()

    client.get_by_role("link", name="Go to your answer").focus()
    client.keyboard.press("Enter")
    type_into(client, "Your reply", "Monday")
    client.get_by_label("Photos, video or papers").set_input_files([PHOTO, {**PHOTO, "name": "wall.png"}])
    press(client, "Send reply")
    told = client.get_by_role("status")
    told.wait_for()
    assert told.inner_text().strip() == "Your reply was sent."
    assert told.evaluate("e => e === document.activeElement")
    talk = client.get_by_role("list").filter(has_text="Which day?").inner_text().replace("\n", "")
    assert "Monday" in talk
    assert "floor.png" in talk
    assert "wall.png" in talk
    if client.scripted:
        assert Axe().run(client).response["violations"] == []

    # A form that crosses the news of a clean picture is shown again, as every form that crosses news.
    assert eventually(lambda: are_clean(client, real, case), 30)
    client.reload()
    client.locator("summary", has_text="Withdraw this report").focus()
    client.keyboard.press("Enter")
    press(client, "Withdraw this report")
    wrong = client.get_by_role("alert")
    wrong.wait_for()
    assert wrong.evaluate("e => e === document.activeElement")
    client.complaints.clear()  # a page of status 422 is an error to the console
    client.get_by_label("Yes, I want to withdraw it").focus()
    client.keyboard.press("Space")
    press(client, "Withdraw this report")
    client.get_by_role("status").get_by_text("You withdrew this report.").wait_for()
    client.get_by_role("link", name="My reports").first.click()
    assert "Closed" in client.locator(".case").first.inner_text()
