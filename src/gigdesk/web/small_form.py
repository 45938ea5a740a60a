"""A small form of our own pages, as browsers send it without files."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from gigdesk.errors import Malformed, NotAccepted, TooLarge

MAX_FORM_BYTES = 32 << 10
MAX_FORM_FIELDS = 8
FORM_SECONDS = 15
FORM = "application/x-www-form-urlencoded"


async def small_form(request: Request, most: int = MAX_FORM_BYTES) -> Mapping[str, str]:
    """An urlencoded form, the first value of each name. Raises NotAccepted, TooLarge, Malformed."""
    return dict(reversed(await form_pairs(request, most)))


async def form_pairs(
    request: Request, most: int = MAX_FORM_BYTES, fields: int = MAX_FORM_FIELDS
) -> list[tuple[str, str]]:
    """The same with every value, in order."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise NotAccepted("form.expected", "Send this form as %(type)s.", type=FORM)
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise TooLarge("form.too_large", "This form takes at most %(limit)s bytes.", limit=most)
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=fields, errors="strict")
    except TimeoutError:
        raise Malformed(
            "form.slow", "The form did not arrive within %(limit)s s.", limit=FORM_SECONDS
        ) from None
    except ValueError:
        raise Malformed("form.malformed", "The form cannot be read. Send it in UTF-8.") from None
