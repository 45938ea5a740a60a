"""Staff of a running site: their accounts, and browsers in which they come to the desk."""

import re
import time

import httpx
import pyotp

from live import Live

PASSWORD = "bicycle lamp seven"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"


def account(site: Live, login: str, role: str = "agent", *more: str) -> str:
    """An account with ``PASSWORD``; its login."""
    file = site.folder / "password"
    file.write_text(PASSWORD)
    staff(site, "add", login, "--role", role, "--password-file", str(file), *more)
    return login


def staff(site: Live, *arguments: str) -> str:
    """What ``gigdesk staff`` prints."""
    done = site.run("staff", *arguments)
    assert done.returncode == 0, done
    return done.stdout


def code_of(secret: str, steps: int = 0) -> str:
    """The code that an authenticator shows, so many steps of 30 seconds from now."""
    return pyotp.TOTP(secret).at(int(time.time()), counter_offset=steps)


class Visitor(httpx.Client):
    """A browser without script, which says where its forms come from as browsers do."""

    def __init__(self, site: Live, user_agent: str = FIREFOX, **headers: str) -> None:
        super().__init__(
            base_url=site.base,
            headers={"accept": "text/html", "user-agent": user_agent, **headers},
            timeout=20,
        )

    def sent(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """A form from a page of the site itself."""
        return self.post(
            path, data={"csrf": "", **form}, headers={"sec-fetch-site": "same-origin", **headers}
        )

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.sent("/desk/sign-in", {"email": login, "password": password, **more})

    def field(self, path: str, name: str) -> str:
        """The value of the first hidden field of this name on a page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.get(path).text)
        assert found, f"{path} has no field {name}"
        return found[1]

    def set_up_second_step(self) -> tuple[str, list[str]]:
        """Switch on the second step of who is signed in: its secret, and the codes that serve once."""
        page = self.get("/desk/second-step").text
        secret = re.findall(r'id="key">([^<]+)<', page)[0].replace(" ", "")
        offer = re.findall(r'name="offer" value="([^"]+)"', page)[0]
        done = self.sent("/desk/second-step", {"deed": "on", "offer": offer, "code": code_of(secret)})
        assert done.status_code == 200, done.text
        return secret, re.findall(r"<code>([^<]+)</code>", done.text)

    @property
    def is_in(self) -> bool:
        return self.get("/desk/sessions").status_code == 200
