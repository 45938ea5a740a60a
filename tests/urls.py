"""The table of URLs, read without a site."""

from typing import Any

from gigdesk.web.routes import routes


class _Anything:
    """Stands where handlers are taken from."""

    def __getattr__(self, name: str) -> Any:
        async def handler(request: object) -> None:
            raise NotImplementedError

        return handler


class _Several:
    """Stands where handlers of several pages are handed over together."""

    above = (_Anything(),) * 2

    def __getattr__(self, name: str) -> _Anything:
        return _Anything()


_anything = _Anything()
# Path and method of all that is served, HEAD left out.
URLS = sorted(
    {
        (route.path, method)
        for route in routes(  # type: ignore[arg-type]
            (_anything,) * 9,
            *(_anything,) * 4,
            case_pages=_anything,
            desk=_Several(),
            receipt=_anything,
            notices=_anything,
            doors=_Several(),
        )
        for method in route.methods or ()
        if method != "HEAD"
    }
)
