"""``/assets/{name}``: our own scripts and styles."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gigdesk.web.assets import Assets


class StaticFiles:
    """Serves what the build made, from memory, gzipped where the browser takes it."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def get(self, request: Request) -> Response:
        """One file; built names carry a hash and may be kept for ever."""
        asset = self._assets.find(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        headers = {
            "cache-control": asset.cache_control,
            "content-type": asset.media_type,
            "cross-origin-resource-policy": "same-origin",
            "vary": "Accept-Encoding",
            "x-content-type-options": "nosniff",
        }
        if asset.gzipped and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.gzipped, headers={**headers, "content-encoding": "gzip"})
        return Response(asset.content, headers=headers)
