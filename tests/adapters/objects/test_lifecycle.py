"""Rules of a bucket that would take objects away are found; those that only tidy up are not complained of."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gigdesk.adapters.objects.lifecycle import rules_in, signed, taking_away
from gigdesk.errors import Unavailable
from servers.s3 import S3Server

ABORTS = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}} | {
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}
}


def rule(name: str, prefix: str = "", status: str = "Enabled", **deed: Any) -> dict[str, Any]:
    return {"ID": name, "Status": status, "Filter": {"Prefix": prefix}, **deed}


async def found(s3: S3Server, *rules: dict[str, Any], prefix: str = "") -> Any:
    client = s3.client()
    client.put_bucket_lifecycle_configuration(Bucket=s3.bucket, LifecycleConfiguration={"Rules": list(rules)})
    try:
        return await taking_away(f"{s3.url}{prefix}", s3.environment)
    finally:
        client.delete_bucket_lifecycle(Bucket=s3.bucket)


async def test_a_bucket_without_rules_is_well(s3: S3Server) -> None:
    assert await taking_away(s3.url, s3.environment) == ()


async def test_a_rule_that_only_aborts_uploads_is_well(s3: S3Server) -> None:
    assert await found(s3, ABORTS) == ()


async def test_rules_that_take_objects_away_are_named(s3: S3Server) -> None:
    assert await found(
        s3,
        ABORTS,
        rule("yearly", Expiration={"Days": 365}),
        rule("cold", Transitions=[{"Days": 30, "StorageClass": "GLACIER"}]),
        rule("asleep", status="Disabled", Expiration={"Days": 1}),
    ) == ("deletes objects after 365 days (yearly)", "moves objects to GLACIER (cold)")


@pytest.mark.parametrize(
    ("ours", "theirs", "concerns"), [("/desk", "logs/", 0), ("/desk", "desk/", 1), ("", "logs/", 1)]
)
async def test_only_rules_about_our_prefix_count(s3: S3Server, ours: str, theirs: str, concerns: int) -> None:
    rules = await found(s3, rule("r", theirs, Expiration={"Days": 9}), prefix=ours)
    assert len(rules) == concerns


async def test_what_cannot_be_asked_is_said_to_be_unknown(s3: S3Server) -> None:
    assert await taking_away("gs://bucket", s3.environment) is None
    assert await taking_away(s3.url, {}) is None
    assert await taking_away("s3://no-such-bucket", s3.environment) is None


async def test_a_bucket_that_is_away_is_unavailable(s3: S3Server) -> None:
    with pytest.raises(Unavailable):
        await taking_away(s3.url, {**s3.environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})


def test_what_is_no_answer_of_a_bucket_is_no_clean_bill() -> None:
    with pytest.raises(Unavailable):
        rules_in(b"<html", "")


@pytest.mark.parametrize("token", ["", "a-session-token"])
def test_a_request_is_signed_as_another_maker_signs_it(token: str) -> None:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    url = "https://s3.eu-west-1.amazonaws.com/bucket?lifecycle="
    environment = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "shh", "AWS_REGION": "eu-west-1"}
    environment |= {"AWS_SESSION_TOKEN": token} if token else {}
    request = AWSRequest("GET", url, headers={})
    request.context["payload_signing_enabled"] = True
    S3SigV4Auth(Credentials("AKID", "shh", token or None), "s3", "eu-west-1").add_auth(request)
    at = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    assert signed(url, environment, at)["authorization"] == request.headers["Authorization"]
