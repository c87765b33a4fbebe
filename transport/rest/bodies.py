"""Requests to checked objects: JSON and forms, with every fault told in the API's shape and the field's name.

Knows the bodies of the endpoints (pydantic models, from which the OpenAPI page is drawn too). Does not answer them.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from transport.limits import Refused

M = TypeVar("M", bound=BaseModel)
Work: TypeAlias = Callable[..., Awaitable[Any]]
"""Runs a function with arguments where it doesn't hold up the event loop."""

SMALL = 64 * 1024
"""Bodies up to this size are parsed where they arrive."""
MAX_TEXT = 4096
"""Characters of a text to speak: the API's own limit."""


class Body(BaseModel):
    """Fields that the API has and this server doesn't need are ignored, as the API's own servers do."""

    model_config = ConfigDict(extra="ignore", frozen=True)


# --- chat ------------------------------------------------------------------------------------------------------------


class TextPart(Body):
    type: Literal["text"]
    text: str


class ImageUrl(Body):
    url: str = Field(description="A data URL (data:image/jpeg;base64,…). Addresses are not fetched.")
    detail: str | None = None


class ImagePart(Body):
    type: Literal["image_url"]
    image_url: ImageUrl


class InputAudio(Body):
    data: str = Field(description="The recording, base64.")
    format: str = Field("", description="wav, mp3, …")


class AudioPart(Body):
    type: Literal["input_audio"]
    input_audio: InputAudio


class RefusalPart(Body):
    type: Literal["refusal"]
    refusal: str


Part = Annotated[TextPart | ImagePart | AudioPart | RefusalPart, Field(discriminator="type")]


class CalledFunction(Body):
    name: str
    arguments: str = "{}"


class CalledTool(Body):
    id: str
    function: CalledFunction | None = None


class Message(Body):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None
    tool_calls: list[CalledTool] | None = None
    tool_call_id: str | None = None


class Function(Body):
    name: str = Field(min_length=1, max_length=200)
    description: str | None = None
    parameters: dict[str, Any] | None = None


class ToolSpec(Body):
    type: str = "function"
    function: Function | None = None


class NamedTool(Body):
    function: Function


class StreamOptions(Body):
    include_usage: bool = False


class ChatRequest(Body):
    """Sampling options are accepted and ignored."""

    model: str = Field("netra", description="Any name: what answers is set by this server's profile.", max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1, description="One answer only.")
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    stop: str | Annotated[list[str], Field(max_length=16)] | None = None
    tools: Annotated[list[ToolSpec], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None


# --- speech, transcription, looking ----------------------------------------------------------------------------------


class VoiceId(Body):
    id: str


class SpeechRequest(Body):
    """``instructions`` are accepted and ignored: the voice can't be directed."""

    input: str = Field(min_length=1, max_length=MAX_TEXT, description="What to say.")
    model: str = Field("netra", max_length=200)
    voice: str | VoiceId = Field("netra", description="netra, a hosted service's name, or one of the engine's own.")
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0, description="Held to 0.5..3.0.")
    stream_format: Literal["audio", "sse"] = "audio"
    instructions: str | None = Field(None, description="Ignored.")


class TranscriptionRequest(Body):
    """The fields of the form beside ``file``. ``prompt`` and ``temperature`` are accepted and ignored."""

    model: str = Field("netra", max_length=200)
    language: str | None = Field(None, max_length=40)
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] = "json"
    stream: bool = False
    timestamp_granularities: list[str] = []


class LookRequest(Body):
    image: str = Field(description="A data URL, or the file in base64.")
    question: str = Field("", max_length=1000, description='Default: "What do you see?"')


# --- reading them ----------------------------------------------------------------------------------------------------


async def read_json(request: Request, model: type[M], work: Work) -> M:
    """The body as ``model``. Raises Refused with the field that is wrong."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        message = f"Send application/json, not {kind or 'a body without a type':.60}."
        raise Refused(message, code="unsupported_content_type", status=415)
    body = await request.body()
    try:
        parsed = json.loads(body) if len(body) <= SMALL else await work(json.loads, body)
    except (ValueError, RecursionError) as error:
        raise Refused(f"The body is not JSON: {str(error)[:100]}.", code="invalid_json") from None
    if not isinstance(parsed, dict):
        raise Refused("The body is not a JSON object.", code="invalid_json")
    return checked(model, parsed)


def checked(model: type[M], fields: dict[str, Any]) -> M:
    """Raises Refused that names the first field that is wrong."""
    try:
        return model.model_validate(fields)
    except (ValidationError, RecursionError) as error:
        raise _fault(error) from None


def _fault(error: ValidationError | RecursionError) -> Refused:
    if isinstance(error, RecursionError):
        return Refused("The body is nested too deeply.", code="invalid_json")
    first = error.errors(include_url=False, include_context=False)[0]
    param = ".".join(str(part) for part in first["loc"])[:200]
    said = first["msg"].removeprefix("Value error, ")
    missing = first["type"] == "missing"
    code = "missing_required_parameter" if missing else "invalid_value"
    return Refused(f"{param}: {said}." if param else f"{said}.", code=code, param=param or None)


def data_url(url: str, param: str) -> tuple[bytes, str]:
    """(bytes, media type) of a data URL. Raises Refused: for an address, and for what is no base64."""
    if url[:5].lower() != "data:":
        message = f"{param}: only data URLs are read (data:image/jpeg;base64,…); addresses are not fetched."
        raise Refused(message, code="unsupported_url", param=param)
    head, comma, payload = url[5:].partition(",")
    if not comma:
        raise Refused(f"{param}: the data URL has no comma.", code="invalid_base64", param=param)
    kind, *options = [part.strip().lower() for part in head.split(";")]
    if "base64" in options:
        return base64_bytes(payload, param), kind
    return unquote_to_bytes(payload), kind


def base64_bytes(text: str, param: str) -> bytes:
    """Raises Refused. White space is allowed, and the alphabet of URLs. Slow for a large file: for a worker thread."""
    with suppress(binascii.Error, ValueError):
        return b64decode(text, validate=True)
    compact = "".join(text.split()).translate({ord("-"): "+", ord("_"): "/"})
    try:
        return b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{param}: this is not base64.", code="invalid_base64", param=param) from None
