"""Servers that speak S3: moto for every run, MinIO where it is installed, since it checks signatures."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from servers import Missing, free_port

KEY, SECRET, REGION = "gigdesk-test", "gigdesk-test-secret", "us-east-1"


@dataclass(frozen=True, kw_only=True)
class S3Server:
    """A server with a bucket in it, and what a client must know of it."""

    endpoint: str
    bucket: str
    checks_signatures: bool

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}"

    @property
    def environment(self) -> dict[str, str]:
        """The ``AWS_*`` variables of a client."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
        }

    def client(self) -> Any:
        """Another maker's client, to look into the bucket by."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name=REGION,
            config=Config(connect_timeout=1, read_timeout=5, retries={"max_attempts": 1}),
        )

    def objects(self) -> list[str]:
        """Whole objects in the bucket."""
        return [
            found["Key"] for found in self.client().list_objects_v2(Bucket=self.bucket).get("Contents", [])
        ]

    def unfinished(self) -> list[str]:
        """Keys of multipart uploads that were neither completed nor aborted."""
        found = self.client().list_multipart_uploads(Bucket=self.bucket)
        return [upload["Key"] for upload in found.get("Uploads", [])]


def moto() -> Iterator[S3Server]:
    """A moto server in a process of its own."""
    try:
        import moto.server  # noqa: F401
    except ImportError:
        raise Missing("moto is not installed: pip install 'moto[s3,server]'") from None
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    yield from _running(command, port, {}, checks_signatures=False)


def minio() -> Iterator[S3Server]:
    """A MinIO server on a temporary folder; ``minio`` on PATH or at ``$GIGDESK_TEST_MINIO``."""
    binary = os.environ.get("GIGDESK_TEST_MINIO") or shutil.which("minio")
    if not binary:
        raise Missing("no minio on PATH nor at $GIGDESK_TEST_MINIO: go install github.com/minio/minio@latest")
    port, console = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="gigdesk-minio-") as folder:
        command = [binary, "server", "--quiet", "--address", f"127.0.0.1:{port}"]
        command += ["--console-address", f"127.0.0.1:{console}", folder]
        keys = {"MINIO_ROOT_USER": KEY, "MINIO_ROOT_PASSWORD": SECRET}
        yield from _running(command, port, keys, checks_signatures=True)


def _running(
    command: list[str], port: int, environment: dict[str, str], *, checks_signatures: bool
) -> Iterator[S3Server]:
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    server = S3Server(
        endpoint=f"http://127.0.0.1:{port}", bucket="gigdesk-test", checks_signatures=checks_signatures
    )
    try:
        _make_bucket(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _make_bucket(server: S3Server, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    last = time.monotonic() + seconds
    while True:
        try:
            server.client().create_bucket(Bucket=server.bucket)
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > last:
                raise Missing(f"the S3 server did not start: {error}") from error
            time.sleep(0.1)
        else:
            return
