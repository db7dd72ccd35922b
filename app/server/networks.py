"""Answers browsers that fetch the decoders of several models: networks/NAME.

A name is that of the very weights, so what is fetched under it never changes, and is kept by the
browser.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.components.latent.offered import FOLDER, packed_network
from app.server.addresses import FOREVER, is_from_elsewhere, under_base
from app.server.visitor import browser_of

_HEADERS = {"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": FOREVER}


def routes() -> list[Route]:
    """Return the route of the lab's own server, under its base path."""
    return [Route(under_base(f"/{FOLDER}/{{name}}"), _network, methods=["GET"])]


async def _network(request: Request) -> Response:
    if not browser_of(request.cookies):
        return PlainTextResponse("Open a page of the lab first; it gives the cookie.", 403)
    if is_from_elsewhere(request):
        return PlainTextResponse("Only pages of the lab get models.", 403)
    packed = packed_network(request.path_params["name"])
    if packed is None:
        return PlainTextResponse("This model is not here any more; reload the page.", 404)
    return Response(packed, media_type="application/octet-stream", headers=_HEADERS)
