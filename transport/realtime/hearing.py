"""``input_audio_buffer.*``: the user's sound, and where a turn of it ends.

Knows base64 and whether anything came since the last commit. Does not know samples.
"""

from __future__ import annotations

import binascii
import logging
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from transport.realtime import commands as ask
from transport.realtime.shapes import Event, WrongShape, error_event
from transport.realtime.speech import UserSpeech

if TYPE_CHECKING:
    from transport.realtime.adapter import WireSession

_log = logging.getLogger(__name__)


class HeardSound:
    """One line's. ``appended``: sound comes as events; else it has a way of its own and events bring none."""

    def __init__(self, session: WireSession, speech: UserSpeech, *, appended: bool) -> None:
        self._session = session
        self._speech = speech
        self._appended = appended
        self._came = False

    def understood(self, kind: str, event: dict[str, Any]) -> tuple[list[ask.Command], list[Event]]:
        """Raises WrongShape."""
        match kind:
            case "input_audio_buffer.append":
                return self._append(event), []
            case "input_audio_buffer.commit":
                return self._commit()
            case "input_audio_buffer.clear":
                self._came = False
                return [ask.Clear()], [{"type": "input_audio_buffer.cleared"}]
            case _:
                _log.info("client event %.60r ignored", kind)
                return [], []

    def _append(self, event: dict[str, Any]) -> list[ask.Command]:
        audio = event.get("audio")
        if not isinstance(audio, str):
            raise WrongShape("audio", "a string of base64 is needed")
        if not self._appended or not audio:
            return []
        try:
            data = b64decode(audio, validate=True)
        except (binascii.Error, ValueError) as error:
            raise WrongShape("audio", "this is not valid base64") from error
        self._came = True
        return [ask.Append(data, self._session.shape.audio.input.format.type)]

    def _commit(self) -> tuple[list[ask.Command], list[Event]]:
        if self._appended and not self._came:
            return [], [error_event("input_audio_buffer_commit_empty", "There is no sound to commit.")]
        self._came = False
        return [ask.Commit()], self._speech.committed()
