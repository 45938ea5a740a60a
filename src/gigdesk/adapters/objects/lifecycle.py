"""Asks an S3 bucket for lifecycle rules that would take objects away: they must never be.

obstore does not ask such things, so that this signs its one request itself (AWS Signature Version 4), with
keys from the ``AWS_*`` variables. Rules that only abort incomplete multipart uploads are welcome.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from gigdesk.errors import Unavailable
from gigdesk.evidence import trouble

TIMEOUT_SECONDS = 4.0
MAX_ANSWER_BYTES = 1 << 20
NOTHING = hashlib.sha256(b"").hexdigest()
_SPACE = re.compile(r"^\{[^}]*\}")


async def taking_away(
    url: str, environment: Mapping[str, str] = os.environ, now: datetime | None = None
) -> Sequence[str] | None:
    """What rules of the bucket do to objects of ours, a phrase each; None where that cannot be asked.

    It cannot without keys in the environment, without the right to ask, and at Google's. Raises Unavailable
    where the bucket does not answer.
    """
    from httpx2 import AsyncClient, HTTPError

    place = urlsplit(url)
    if place.scheme != "s3" or not environment.get("AWS_SECRET_ACCESS_KEY"):
        return None
    target = _address(place.netloc, environment)
    headers = signed(target, environment, now or datetime.now(UTC))
    try:
        async with AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
            answer = await client.get(target, headers=headers)
    except (HTTPError, OSError) as error:
        raise trouble.away(type(error).__name__) from error
    if answer.status_code == 404 and b"NoSuchLifecycleConfiguration" in answer.content:
        return ()
    if answer.status_code != 200 or len(answer.content) > MAX_ANSWER_BYTES:
        return None
    return tuple(rules_in(answer.content, place.path.strip("/")))


def rules_in(document: bytes, prefix: str) -> list[str]:
    """What enabled rules do to objects under our prefix, from the bucket's own XML. Raises Unavailable."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - the operator's own bucket; expat bounds entities
    except ElementTree.ParseError as error:
        raise _nonsense() from error
    for element in root.iter():
        element.tag = _SPACE.sub("", element.tag)
    return [
        f"{deed} ({rule.findtext('ID') or 'a rule without a name'})"
        for rule in root.iter("Rule")
        if rule.findtext("Status") == "Enabled" and _concerns(rule, prefix)
        for deed in _deeds(rule)
    ]


def _concerns(rule: ElementTree.Element, prefix: str) -> bool:
    named = next((p.text or "" for p in rule.iter("Prefix")), "").strip("/")
    return not named or not prefix or prefix.startswith(named) or named.startswith(prefix)


def _deeds(rule: ElementTree.Element) -> list[str]:
    ends = [e.findtext("Days") or e.findtext("Date") for e in rule.findall("Expiration")]
    deletes = [f"after {end} days" if end.isdigit() else f"at {end}" for end in ends if end]
    moves = [t.findtext("StorageClass") for t in rule.findall("Transition")]
    return [f"deletes objects {when}" for when in deletes] + [f"moves objects to {name}" for name in moves]


def _address(bucket: str, environment: Mapping[str, str]) -> str:
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    if endpoint:
        return f"{endpoint.rstrip('/')}/{quote(bucket)}?lifecycle="
    return f"https://s3.{_region(environment)}.amazonaws.com/{quote(bucket)}?lifecycle="


def _region(environment: Mapping[str, str]) -> str:
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"


def signed(url: str, environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The headers that sign a GET of this address, whose query is in canonical form already."""
    place, at = urlsplit(url), now.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": place.netloc, "x-amz-content-sha256": NOTHING, "x-amz-date": at}
    if token := environment.get("AWS_SESSION_TOKEN"):
        headers["x-amz-security-token"] = token
    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    request = "\n".join(["GET", place.path, place.query, *lines, "", names, NOTHING])
    scope = f"{at[:8]}/{_region(environment)}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{environment['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    proof = hmac.digest(key, text.encode(), "sha256").hex()
    who = f"{environment.get('AWS_ACCESS_KEY_ID', '')}/{scope}"
    authorization = f"AWS4-HMAC-SHA256 Credential={who}, SignedHeaders={names}, Signature={proof}"
    return {**headers, "authorization": authorization}


def _nonsense() -> Unavailable:
    return trouble.away("the bucket's lifecycle rules cannot be read")
