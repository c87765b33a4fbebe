"""The API as an OpenAPI 3.1 document, drawn from the same models that check the requests."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from transport.means import Means
from transport.rest.bodies import ChatRequest, LookRequest, SpeechRequest, TranscriptionRequest
from transport.sound_out import FORMS

REFS = "#/components/schemas/{model}"
ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "type": {"type": "string"},
                "code": {"type": "string"},
                "message": {"type": "string", "description": "A sentence that says what to do."},
                "param": {"type": ["string", "null"], "description": "The field that is wrong."},
            },
        }
    },
}
REFUSALS = {
    "400": "A field is wrong, or the picture or recording is broken.",
    "413": "Too large or too long.",
    "415": "Not a type that is read, or not what it says it is.",
    "429": "Too many requests at the same time; Retry-After says when to come again.",
    "503": "A part of the agent is missing or broken.",
    "504": "It took too long.",
}


def document(means: Means) -> dict[str, Any]:
    """The whole document; JSON."""
    schemas: dict[str, Any] = {"Error": ERROR}
    for model in (ChatRequest, SpeechRequest, TranscriptionRequest, LookRequest):
        schema = model.model_json_schema(ref_template=REFS)
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    upload = {"type": "string", "format": "binary"}
    transcription = _with_file(schemas["TranscriptionRequest"], "file", upload)
    schemas["LookForm"] = {
        "type": "object",
        "properties": {"image": upload, "question": {"type": "string"}},
        "required": ["image"],
    }
    schemas["TranscriptionRequest"] = transcription
    seconds, megabytes = means.limits.max_audio_s, means.limits.max_upload_mb
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Netra",
            "version": metadata.version("netra"),
            "description": "One-shot questions in the shapes of OpenAI's API. Live conversations: /v1/realtime.",
        },
        "paths": {
            "/v1/chat/completions": _post(
                "Answer a conversation, with pictures",
                "Answered by this profile's brain and skills. Pictures are data URLs. With stream: chunks as events.",
                {"application/json": "ChatRequest"},
                ["application/json", "text/event-stream"],
                {"model": "netra", "messages": [{"role": "user", "content": "What can you do?"}]},
            ),
            "/v1/audio/speech": _post(
                "Say a text",
                "The sound is sent while it is made. Formats: " + ", ".join(FORMS) + ".",
                {"application/json": "SpeechRequest"},
                [form.media_type for form in FORMS.values()],
                {"model": "netra", "voice": "netra", "input": "Hello, I am Netra.", "response_format": "mp3"},
            ),
            "/v1/audio/transcriptions": _post(
                "Write down a recording",
                f"Up to {seconds:g} seconds and {megabytes:g} MB. With stream, an event for each utterance.",
                {"multipart/form-data": "TranscriptionRequest"},
                ["application/json", "text/plain", "text/vtt", "application/x-subrip", "text/event-stream"],
            ),
            "/v1/look": _post(
                "Ask about one picture",
                "The answer, the text and codes that were found, and whether the picture is good enough to tell.",
                {"multipart/form-data": "LookForm", "application/json": "LookRequest"},
                ["application/json"],
            ),
            "/v1/models": _get("What answers here"),
            "/health": _get("Whether the server is alive and has room"),
            "/ready": _get("Whether it can be asked now"),
        },
        "components": {"schemas": schemas},
    }


def _post(
    title: str, text: str, bodies: dict[str, str], answers: list[str], example: dict[str, Any] | None = None
) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {"schema": _ref(name)} for kind, name in bodies.items()}
    if example is not None:
        content["application/json"]["example"] = example
    return {
        "post": {
            "summary": title,
            "description": text,
            "requestBody": {"required": True, "content": content},
            "responses": {"200": {"description": "Well.", "content": {kind: {} for kind in answers}}}
            | {status: _refusal(reason) for status, reason in REFUSALS.items()},
        }
    }


def _get(title: str) -> dict[str, Any]:
    answer = {"200": {"description": "Well.", "content": {"application/json": {}}}}
    return {"get": {"summary": title, "responses": answer}}


def _refusal(reason: str) -> dict[str, Any]:
    return {"description": reason, "content": {"application/json": {"schema": _ref("Error")}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REFS.format(model=name)}


def _with_file(schema: dict[str, Any], name: str, file: dict[str, str]) -> dict[str, Any]:
    return schema | {"properties": {name: file} | schema["properties"], "required": [name, *schema.get("required", [])]}
