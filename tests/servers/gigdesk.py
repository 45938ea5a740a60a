"""gigdesk itself as a user runs it: ``gigdesk serve`` in processes of its own, on a port of its own."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from joserfc import jwt
from joserfc.jwk import OctKey

from servers import free_port

SECRET = "a-secret-that-only-the-tests-and-this-site-know"
OWN_SECRET = "an-installation-key-for-one-test-run-alone"
START_SECONDS = 30
MANY = "100000000/second"


class Site:
    """A gigdesk in a folder of its own; its whole process tree can be killed and started again."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None, workers: int = 1) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.workers = workers
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIGDESK_")},
            "TMPDIR": f"{folder}/tmp",  # goes with the folder, also where the site was killed
            "GIGDESK_BASE_URL": self.base,
            "GIGDESK_SECRET": OWN_SECRET,
            "GIGDESK_JWT_SECRET": SECRET,
            "GIGDESK_STORAGE_URL": f"file:{folder}/objects",
            "GIGDESK_DATABASE_URL": f"sqlite:///{folder}/gigdesk.db",
            "GIGDESK_MAIL_URL": f"maildir:{folder}/mail",
            **(environment or {}),
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *, outbox: bool = False) -> None:
        """Serve, and with ``outbox`` also work, until everything needed answers."""
        more = ["--workers", str(self.workers)] if self.workers > 1 else []
        self._spawn("serve", "--host", "127.0.0.1", "--port", str(self.port), *more)
        if outbox:
            self._spawn("work")
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self.processes[0].poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"gigdesk did not start:\n{self.log}")
            time.sleep(0.02)

    def work(self) -> None:
        """Work off effects in a process of its own."""
        self._spawn("work")

    def run(self, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """A verb of the program, awaited."""
        return subprocess.run(
            self._command(*arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )

    def kill(self, *, only_parent: bool = False) -> None:
        """SIGKILL to the whole tree, or to the parents alone; returns when no process and no port is left."""
        tree = self.tree()
        parents = {process.pid for process in self.processes}
        for pid in parents if only_parent else tree:
            _signal(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait(timeout=10)
        self._wait_until_gone(tree, seconds=10)
        self.processes.clear()

    def stop(self, seconds: float = 20) -> int:
        """Ask it to end, as a service manager does; the exit code of the server."""
        tree = self.tree()
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(timeout=seconds) for process in self.processes]
        self._wait_until_gone(tree, seconds)
        self.processes.clear()
        return codes[0] if codes else 0

    def close(self) -> None:
        """Leave nothing running, whatever happened."""
        if self.processes:
            self.kill()

    def tree(self) -> set[int]:
        """Every living process of this site: descendants, and orphans of its sessions."""
        sessions = {process.pid for process in self.processes}
        return {p.pid for p in psutil.process_iter() if _session(p.pid) in sessions and _alive(p)}

    @property
    def log(self) -> str:
        return "\n".join(
            path.read_text(errors="replace")[-4000:] for path in sorted(self.folder.glob("*.log"))
        )

    def token(self, sub: str, *roles: str, seconds: int = 3600, **claims: Any) -> str:
        now = int(time.time())
        content = {
            "sub": sub,
            "iat": now,
            "exp": now + seconds,
            **({"roles": list(roles)} if roles else {}),
            **claims,
        }
        return jwt.encode({"alg": "HS256"}, content, OctKey.import_key(SECRET))

    def put_gig(self, gig: str, worker: str, client: str) -> None:
        """Tell the site of a gig, as the marketplace does."""
        parties = [{"userId": worker, "side": "worker"}, {"userId": client, "side": "client"}]
        body = json.dumps({"title": f"Gig {gig}", "parties": parties})
        status, answer = self.request(
            "PUT", f"/api/gigs/{gig}", body.encode(), token=self.token("market", "integration")
        )
        if status not in (200, 201, 204):
            raise RuntimeError(f"PUT of a gig answered {status}: {answer!r}")

    def request(
        self, method: str, path: str, body: bytes | None = None, *, token: str = "", **headers: str
    ) -> tuple[int, bytes]:
        """One request on a connection of its own: status and body."""
        sent = {"Content-Type": "application/json"} if body else {}
        sent |= {"Authorization": f"Bearer {token}"} if token else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "gigdesk", *arguments]

    def _spawn(self, verb: str, *arguments: str) -> None:
        (self.folder / "tmp").mkdir(exist_ok=True)
        with (self.folder / f"{verb}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    self._command(verb, *arguments),
                    cwd=self.folder,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _ready(self) -> bool:
        try:
            return self.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def _wait_until_gone(self, tree: set[int], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while left := {pid for pid in tree | self.tree() if psutil.pid_exists(pid) and _alive(pid)}:
            if time.monotonic() > deadline:
                raise RuntimeError(f"still running: {left}")
            time.sleep(0.01)
        while _listening(self.port):
            if time.monotonic() > deadline:
                raise RuntimeError(f"port {self.port} is still open")
            time.sleep(0.01)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return -1


def _alive(process: psutil.Process | int) -> bool:
    try:
        found = psutil.Process(process) if isinstance(process, int) else process
        return bool(found.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
