"""More than one way to be known: each token goes to the verifier whose keys could have signed it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gigdesk.access.ports import TokenVerifier
from gigdesk.adapters.identity.tokens import Head, forged, head_of


class ChoosyVerifier(TokenVerifier, Protocol):
    """A verifier that can say beforehand whether it has keys for such a token."""

    def fits(self, head: Head) -> bool:
        """Whether one of its keys could have signed a token with that header."""
        ...


class SeveralVerifiers:
    """Asks the first verifier that fits. Each holds its keys to their own algorithm, whatever fits."""

    def __init__(self, verifiers: Sequence[ChoosyVerifier]) -> None:
        self._verifiers = tuple(verifiers)

    def fits(self, head: Head) -> bool:
        return any(verifier.fits(head) for verifier in self._verifiers)

    async def verify(self, token: str) -> Mapping[str, object]:
        """The claims of a token that holds. Raises NotSignedIn, or Unavailable as the chosen one does."""
        head = head_of(token)
        for verifier in self._verifiers:
            if verifier.fits(head):
                return await verifier.verify(token)
        raise forged()

    async def probe(self) -> None:
        """Raises Unavailable where one of them has no keys."""
        for verifier in self._verifiers:
            await verifier.probe()
