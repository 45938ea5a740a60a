"""Requests that came together go through each stage together.

What a report runs through is larger than a processor's nearest caches. One request after another, each from its
beginning to its end, finds them full of the end; stage by stage, the second finds there what the first has run.
Measured in docs/adr/0009-what-every-report-pays.md.
"""

import types
from collections.abc import Generator


@types.coroutine
def stage() -> Generator[None, None, None]:
    """Let all others that are ready come as far as this first. Costs one turn of the event loop."""
    yield
