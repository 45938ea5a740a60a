"""The Scanner that needs nothing and knows one thing: the test file that every scanner finds."""

from collections.abc import AsyncIterator

from gigdesk.evidence.model import Verdict
from gigdesk.evidence.ports import ScanResult

# In two pieces, so that no scanner finds this module.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "EICAR-Test-File"
_OVERLAP = len(EICAR) - 1


class BuiltinScanner:
    """Finds the EICAR test file, wherever it stands in a file, and nothing else: it is for trying things out.

    The definition wants it at the beginning. There no photo can carry it past the check of types, so that
    nothing infected could ever be tried: it is found in the middle too.
    """

    @classmethod
    def open(cls, url: str) -> "BuiltinScanner":
        """For ``builtin:``; else ValueError."""
        if url not in ("builtin:", "builtin://"):
            raise ValueError("the scanner that is built in is builtin:")
        return cls()

    async def scan(self, blocks: AsyncIterator[bytes]) -> ScanResult:
        border = b""
        async for block in blocks:
            if EICAR in block or EICAR in border + block[:_OVERLAP]:
                return ScanResult(verdict=Verdict.INFECTED, detail=SIGNATURE)
            border = (border + block[-_OVERLAP:])[-_OVERLAP:]
        return ScanResult(verdict=Verdict.CLEAN)

    async def probe(self) -> str:
        return "The scanner that is built in knows only the EICAR test file; use clamd:// in production."
