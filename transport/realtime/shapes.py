"""The effective session object and the shapes of wire objects, as the GA API writes them.

Knows documented keys only: unknown ones are dropped, because clients break on keys they don't know.
Source: the typed models of the openai package (openai.types.realtime), read, not imported.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

Event: TypeAlias = dict[str, Any]

MAX_SPEED = 3.0
"""OpenAI's own limit is 1.5; blind people listen faster."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class PcmFormat(_Shape):
    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[24000] = 24000


class PcmuFormat(_Shape):
    type: Literal["audio/pcmu"]


class PcmaFormat(_Shape):
    type: Literal["audio/pcma"]


Format: TypeAlias = Annotated[PcmFormat | PcmuFormat | PcmaFormat, Field(discriminator="type")]


class ServerVad(_Shape):
    type: Literal["server_vad"] = "server_vad"
    threshold: float = Field(default=0.5, ge=0, le=1)
    prefix_padding_ms: int = Field(default=300, ge=0)
    silence_duration_ms: int = Field(default=500, ge=0)
    idle_timeout_ms: int | None = None
    create_response: bool = True
    interrupt_response: bool = True


class SemanticVad(_Shape):
    type: Literal["semantic_vad"]
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    create_response: bool = True
    interrupt_response: bool = True


Detection: TypeAlias = Annotated[ServerVad | SemanticVad, Field(discriminator="type")]


class Transcription(_Shape):
    model: str | None = None
    language: str | None = None
    prompt: str | None = None


class NoiseReduction(_Shape):
    type: Literal["near_field", "far_field"]


class AudioInput(_Shape):
    format: Format = PcmFormat()
    noise_reduction: NoiseReduction | None = None
    transcription: Transcription | None = None
    turn_detection: Detection | None = ServerVad()


class AudioOutput(_Shape):
    format: Format = PcmFormat()
    voice: str = "netra"
    speed: float = Field(default=1.0, ge=0.25, le=MAX_SPEED)

    @field_validator("voice", mode="before")
    @classmethod
    def _name_only(cls, voice: Any) -> Any:
        """A voice may be asked for as an object; it is always echoed as a name."""
        return voice.get("id", "netra") if isinstance(voice, dict) else voice


class Audio(_Shape):
    input: AudioInput = AudioInput()
    output: AudioOutput = AudioOutput()


class SessionShape(_Shape):
    """``session`` of session.created and session.updated, without what the server itself sets (id, object)."""

    type: Literal["realtime"] = "realtime"
    model: str = "netra"
    output_modalities: list[Literal["audio", "text"]] = ["audio"]
    instructions: str = ""
    tools: list[dict[str, Any]] = []
    tool_choice: str | dict[str, Any] = "auto"
    max_output_tokens: int | Literal["inf"] = "inf"
    truncation: str | dict[str, Any] = "auto"
    tracing: str | dict[str, Any] | None = None
    prompt: dict[str, Any] | None = None
    include: list[str] | None = None
    audio: Audio = Audio()

    def merged(self, patch: dict[str, Any]) -> SessionShape:
        """With ``patch`` laid over it deeply; null switches off. Raises WrongShape naming each wrong key."""
        try:
            return SessionShape.model_validate(laid_over(self.model_dump(), patch))
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(str(part) for part in ("session", *first["loc"]))
            raise WrongShape(path, first["msg"]) from error


class WrongShape(ValueError):
    """``param``: the path of the wrong key."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(f"{param}: {message}")
        self.param = param
        self.reason = message


def laid_over(base: Any, patch: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    if "type" in patch and patch["type"] != base.get("type"):
        return patch  # another detector or format: the old one's keys mean nothing to it
    merged = dict(base)
    for key, value in patch.items():
        merged[key] = laid_over(base.get(key), value)
    return merged


def error_event(code: str, message: str, *, client_event_id: str | None = None, param: str | None = None) -> Event:
    """``error`` ends some clients' sessions: only for what the client must mend."""
    body = {
        "type": "invalid_request_error", "code": code, "message": message, "param": param, "event_id": client_event_id,
    }  # fmt: skip
    return {"type": "error", "error": body}
