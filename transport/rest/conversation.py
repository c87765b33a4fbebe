"""The messages of a chat to what the mind is asked: remarks with pictures, the app's wishes, what its tools answered.

Knows messages and parts. Does not answer, and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from agent.oneshot import Remark
from agent.picture import Picture
from agent.transcribing import Utterance
from agent.wishes import Tool, ToolResult, Wishes
from transport.limits import Refused
from transport.means import Means
from transport.rest.bodies import (
    AudioPart,
    ChatRequest,
    ImagePart,
    Message,
    NamedTool,
    RefusalPart,
    TextPart,
    base64_bytes,
    data_url,
)
from transport.rest.pieces import pieces_of
from transport.rest.subtitles import joined

WHAT_DO_YOU_SEE = "What do you see?"
"""Asked for a picture that comes without a word."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """``remarks`` end with the user's; ``results`` are what tools answered after it."""

    remarks: list[Remark]
    wishes: Wishes
    results: tuple[ToolResult, ...]


async def conversation_of(asked: ChatRequest, means: Means) -> Conversation:
    """The conversation up to the last thing the user said. Only the newest pictures are decoded: no answer is taken
    from older ones. Raises Refused.
    """
    messages = asked.messages
    users = [at for at, message in enumerate(messages) if message.role == "user"]
    if not users:
        raise Refused("There is no message of the user's to answer.", code="invalid_value", param="messages")
    pictured = next((at for at in reversed(users) if _images(messages[at])), None)
    remarks = []
    for at, message in enumerate(messages[: users[-1] + 1]):
        if message.role not in ("user", "assistant"):
            continue
        param = f"messages.{at}.content"
        text = await _text(message, param, means)
        pictures = await _pictures(message, param, means) if at == pictured else ()
        if not text and pictures:
            text = WHAT_DO_YOU_SEE
        remarks.append(Remark("user" if message.role == "user" else "agent", text, pictures))
    if not remarks[-1].text:
        raise Refused("The last message of the user's is empty.", code="invalid_value", param="messages")
    return Conversation(remarks, _wishes(asked), _results(messages, users[-1]))


def _wishes(asked: ChatRequest) -> Wishes:
    instructions = " ".join(_plain(one) for one in asked.messages if one.role in ("system", "developer"))
    functions = [tool.function for tool in asked.tools or () if tool.function is not None]
    tools = tuple(Tool(one.name, one.description or "", one.parameters or {}) for one in functions)
    choice = asked.tool_choice
    named = choice.function.name if isinstance(choice, NamedTool) else choice or "auto"
    if isinstance(choice, NamedTool) and all(tool.name != named for tool in tools):
        raise Refused(f"There is no tool {named!r:.100}.", code="invalid_value", param="tool_choice")
    return Wishes(instructions, tools, named, aloud=False)


def _results(messages: Sequence[Message], asked_at: int) -> tuple[ToolResult, ...]:
    names = {
        call.id: call.function.name
        for message in messages
        for call in message.tool_calls or ()
        if call.function is not None
    }
    return tuple(
        ToolResult(message.tool_call_id or "", names.get(message.tool_call_id or "", ""), _plain(message))
        for message in messages[asked_at + 1 :]
        if message.role in ("tool", "function")
    )


def _images(message: Message) -> list[ImagePart]:
    return (
        [part for part in message.content if isinstance(part, ImagePart)] if isinstance(message.content, list) else []
    )


async def _pictures(message: Message, param: str, means: Means) -> tuple[Picture, ...]:
    images = _images(message)
    most = means.limits.max_pictures
    if len(images) > most:
        raise Refused(f"{param}: at most {most} pictures in one message.", code="too_many_images", param=param)
    pictures = []
    for image in images:
        data, said = await means.work(data_url, image.image_url.url, param)
        pictures.append(await means.picture(data, said))
    return tuple(pictures)


async def _text(message: Message, param: str, means: Means) -> str:
    """What was written, and what recordings say."""
    if not isinstance(message.content, list) or message.role != "user":
        return _plain(message)
    words = []
    for part in message.content:
        match part:
            case TextPart(text=text):
                words.append(text)
            case AudioPart():
                words.append(await _heard(part, param, means))
            case _:
                pass
    return " ".join(words).strip()


def _plain(message: Message) -> str:
    if not isinstance(message.content, list):
        return (message.content or "").strip()
    words = []
    for part in message.content:
        match part:
            case TextPart(text=text) | RefusalPart(refusal=text):
                words.append(text)
            case _:
                pass
    return " ".join(words).strip()


async def _heard(part: AudioPart, param: str, means: Means) -> str:
    data = await means.work(base64_bytes, part.input_audio.data, param)
    said = f"audio/{part.input_audio.format}" if part.input_audio.format else ""
    recording = await means.sound(data, said)
    utterances: list[Utterance] = []
    async with aclosing(means.transcriber.hear(pieces_of(recording.pcm))) as heard:
        utterances.extend([utterance async for utterance in heard])
    return joined(utterances)
