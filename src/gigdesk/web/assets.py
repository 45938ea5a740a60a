"""What browsers load besides pages: built styles and scripts, the plain style, a host's colour.

Built files carry a hash in their name (Vite's ``manifest.json`` says which) and may be kept for ever. Where they
were not built there is no script, and one plain stylesheet.
"""

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is served; ``gzipped`` is empty where that would not be smaller."""

    content: bytes
    gzipped: bytes
    media_type: str
    cache_control: str


class Assets:
    """Every file under ``/assets/``, read once; a few dozen kilobytes."""

    def __init__(self, accent: str, folder: Path = STATIC) -> None:
        self._files = {f.name: _asset(f.name, f.read_bytes(), FOR_AN_HOUR) for f in _plain_files(folder)}
        self._manifest = _manifest(folder / "built")
        for path in sorted((folder / "built").glob("*.*")):
            if path.name != "manifest.json":
                self._files[path.name] = _asset(path.name, path.read_bytes(), FOR_EVER)
        theme = theme_css(accent).encode()
        self._files["theme.css"] = _asset("theme.css", theme, FOR_EVER)
        self._theme = f"theme.css?v={hashlib.sha256(theme).hexdigest()[:8]}"

    @property
    def is_built(self) -> bool:
        """Whether the scripts and styles were built."""
        return bool(self._manifest)

    def styles(self) -> tuple[str, ...]:
        """Names of the stylesheets of every page, in order."""
        return (self._manifest.get("css/site.css", "plain.css"), self._theme)

    def style(self, name: str) -> str | None:
        """The built name of a stylesheet that only some pages need, or None where there is none."""
        return self._manifest.get(f"css/{name}.css")

    def script(self, name: str) -> str | None:
        """The built name of a script, or None where there is none."""
        return self._manifest.get(f"src/{name}.ts")

    def find(self, name: str) -> Asset | None:
        """The file of this name, or None."""
        return self._files.get(name)


def theme_css(accent: str) -> str:
    """The host's accent colour as a stylesheet; the settings have judged that it is plainly a colour."""
    return f":root {{ --accent: {accent}; }}\n"


def _plain_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.*") if path.is_file())


def _manifest(built: Path) -> Mapping[str, str]:
    path = built / "manifest.json"
    if not path.exists():
        return {}
    entries = json.loads(path.read_text())
    return {str(name): str(entry["file"]) for name, entry in entries.items()}


def _asset(name: str, content: bytes, cache_control: str) -> Asset:
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = {".js": "text/javascript", ".svg": "image/svg+xml"}.get(Path(name).suffix, guessed)
    zipped = gzip.compress(content, 9, mtime=0)
    return Asset(
        content=content,
        gzipped=zipped if len(zipped) < len(content) else b"",
        media_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        cache_control=cache_control,
    )
