"""ClamAV's daemon with one signature, written by hand: the EICAR test file, wherever it stands."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import samples
from servers import Missing, free_port

START_SECONDS = 30
STREAM_BYTES = 32 << 20
FILE_BYTES = 24 << 20
"""Above this clamd says that it did not look (``AlertExceedsMax``); above ``STREAM_BYTES`` it hangs up."""


class Server:
    """A running clamd on loopback (``url``) and on a socket (``unix_url``)."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"clamd://127.0.0.1:{self.port}"
        self.unix_url = f"clamd+unix://{folder}/socket"
        self._folder = folder
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self._folder / "signatures").mkdir()
        line = f"Eicar-Test-Signature:0:*:{samples.eicar().hex()}\n"
        (self._folder / "signatures" / "eicar.ndb").write_text(line)
        (self._folder / "clamd.conf").write_text(self._settings())
        command = [self._program, "--config-file", str(self._folder / "clamd.conf")]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        self._await()

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _settings(self) -> str:
        lines = {
            "Foreground": "yes",
            "DatabaseDirectory": self._folder / "signatures",
            "TemporaryDirectory": self._folder,
            "LocalSocket": self._folder / "socket",
            "TCPSocket": self.port,
            "TCPAddr": "127.0.0.1",
            "StreamMaxLength": STREAM_BYTES,
            "MaxFileSize": FILE_BYTES,
            "MaxScanSize": 4 * FILE_BYTES,
            "AlertExceedsMax": "yes",
            "MaxThreads": 4,
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _await(self) -> None:
        assert self._process is not None
        for _ in range(START_SECONDS * 50):
            if (self._folder / "socket").exists():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        said = (self._folder / "log").read_text(errors="replace")[-400:]
        self.stop()
        raise Missing(f"clamd did not start: {said}")


def start() -> Server:
    """A clamd of our own; its caller stops it."""
    program = shutil.which(
        "clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin"
    )
    if program is None:
        raise Missing("no clamd found (apt install clamav-daemon)")
    server = Server(program, Path(tempfile.mkdtemp(prefix="clamd-")))
    server.start()
    return server
