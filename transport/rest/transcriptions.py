"""POST /v1/audio/transcriptions: a recording to words, whole or utterance by utterance while they are recognised."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from agent.transcribing import Utterance
from transport.limits import Refused
from transport.means import Means
from transport.rest import sse, tokens
from transport.rest.bodies import TranscriptionRequest, checked
from transport.rest.pieces import pieces_of
from transport.rest.subtitles import joined, segment, srt, vtt, word
from transport.sound_in import Recording

LANGUAGES = {"english": "en", "indonesian": "id", "german": "de", "french": "fr", "spanish": "es"}
"""Languages that clients write out."""


@dataclass(frozen=True, slots=True)
class _Asked:
    request: TranscriptionRequest
    data: bytes
    said: str
    name: str


class Transcriptions:
    """The endpoint."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def read(self, request: Request) -> _Asked:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "multipart/form-data":
            message = f"Send multipart/form-data with a part named file, not {kind or 'a body without a type':.60}."
            raise Refused(message, code="unsupported_content_type", status=415)
        async with request.form(max_files=2, max_fields=40, max_part_size=64 * 1024) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                message = "The form has no part named file with a file name."
                raise Refused(message, code="missing_required_parameter", param="file")
            asked = checked(TranscriptionRequest, _fields(form))
            self._check(asked)
            return _Asked(asked, await file.read(), file.content_type or "", file.filename or "")

    def _check(self, asked: TranscriptionRequest) -> None:
        known = self._means.transcriber.languages
        language = (asked.language or "").strip().lower()
        code = LANGUAGES.get(language, language.replace("_", "-").partition("-")[0])
        if code and code not in known:
            message = f"{language!r} is not heard on this profile. It hears: {', '.join(known)}."
            raise Refused(message, code="unsupported_language", param="language")
        if "word" in asked.timestamp_granularities and not self._means.transcriber.word_times:
            message = "This recogniser tells no times of words: ask for segment."
            raise Refused(message, code="unsupported_value", param="timestamp_granularities")

    async def answer(self, asked: _Asked) -> Response:
        recording = await self._means.sound(asked.data, asked.said, asked.name)
        if asked.request.stream:
            return sse.stream(self._stream(recording))
        utterances = [one async for one in self._heard(recording)]
        match asked.request.response_format:
            case "json":
                return JSONResponse({"text": joined(utterances), "usage": _usage(recording)})
            case "text":
                return PlainTextResponse(joined(utterances) + "\n")
            case "srt":
                return PlainTextResponse(srt(utterances), media_type="application/x-subrip")
            case "vtt":
                return PlainTextResponse(vtt(utterances), media_type="text/vtt")
            case "verbose_json":
                return JSONResponse(self._verbose(utterances, recording, asked.request.timestamp_granularities))

    async def _heard(self, recording: Recording) -> AsyncGenerator[Utterance, None]:
        async with aclosing(self._means.transcriber.hear(pieces_of(recording.pcm))) as heard:
            async for utterance in heard:
                yield utterance

    async def _stream(self, recording: Recording) -> AsyncGenerator[bytes, None]:
        utterances: list[Utterance] = []
        async with aclosing(self._heard(recording)) as heard:
            async for one in heard:
                delta = f" {one.text}" if utterances else one.text
                utterances.append(one)
                yield sse.event({"type": "transcript.text.delta", "delta": delta})
        text = joined(utterances)
        usage = {"type": "tokens"} | tokens.audio_usage(round(recording.seconds), tokens.count(text))
        yield sse.event({"type": "transcript.text.done", "text": text, "usage": usage})
        yield sse.DONE

    def _verbose(self, utterances: list[Utterance], recording: Recording, granularities: list[str]) -> dict[str, Any]:
        words = {"words": [word(one) for each in utterances for one in each.words]} if "word" in granularities else {}
        return words | {
            "task": "transcribe",
            "language": next(
                (name for name, code in LANGUAGES.items() if code in self._means.transcriber.languages), ""
            ),
            "duration": round(recording.seconds, 3),
            "text": joined(utterances),
            "segments": [segment(number, one) for number, one in enumerate(utterances)],
            "usage": _usage(recording),
        }


def _usage(recording: Recording) -> dict[str, Any]:
    return {"type": "duration", "seconds": round(recording.seconds, 3)}


def _fields(form: FormData) -> dict[str, Any]:
    """The form's texts; a name that ends with [] is a list. A file in the place of a text is left out."""
    fields: dict[str, Any] = {}
    for name, value in form.multi_items():
        if not isinstance(value, str):
            continue
        if name.endswith("[]") or name == "timestamp_granularities":
            fields.setdefault(name.removesuffix("[]"), []).append(value)
        else:
            fields[name] = value
    return fields
