"""POST /v1/look: one picture and one question, answered with what was found in it. Our own, not the API's."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.oneshot import Remark
from transport import found
from transport.limits import Refused
from transport.means import Means
from transport.rest.bodies import LookRequest, base64_bytes, checked, data_url, read_json
from transport.rest.conversation import WHAT_DO_YOU_SEE
from transport.rest.stamps import created


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    data: bytes
    said: str


class LookEndpoint:
    """The endpoint. Takes JSON, or a form with a part named image."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def read(self, request: Request) -> _Asked:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return await self._read_form(request)
        asked = await read_json(request, LookRequest, self._means.work)
        data, said = await self._means.work(_unpacked, asked.image)
        return _Asked(asked.question.strip() or WHAT_DO_YOU_SEE, data, said)

    async def _read_form(self, request: Request) -> _Asked:
        async with request.form(max_files=2, max_fields=10, max_part_size=64 * 1024) as form:
            image, question = form.get("image"), form.get("question")
            if not isinstance(image, UploadFile):
                message = "The form has no part named image with a file name."
                raise Refused(message, code="missing_required_parameter", param="image")
            asked = checked(LookRequest, {"image": "", "question": question if isinstance(question, str) else ""})
            said = image.content_type or ""
            return _Asked(asked.question.strip() or WHAT_DO_YOU_SEE, await image.read(), said)

    async def answer(self, asked: _Asked) -> Response:
        picture = await self._means.picture(asked.data, asked.said)
        oneshot = self._means.oneshot
        facts = oneshot.facts()
        answer = [given async for given in oneshot.answer([Remark("user", asked.question, (picture,))], facts)]
        seen = await oneshot.look(picture, facts)
        return JSONResponse({"created": created()} | found.as_json(asked.question, answer, seen))


def _unpacked(image: str) -> tuple[bytes, str]:
    """Bytes and type of a data URL or of bare base64. Raises Refused, for an address too: none is fetched."""
    if image[:5].lower() == "data:" or "://" in image[:12]:
        return data_url(image, "image")
    return base64_bytes(image, "image"), ""
