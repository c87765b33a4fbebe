"""The scripted person: a voice of its own, a cough, "uh-huh", and ears that measure what comes back.

Knows its own clock and the wire. Does not know the script, nor what a right answer is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agent.audio import HEARING_RATE, SPEAKING_RATE, Pcm, level_dbfs
from agent.clock import now_us
from agent.engines.protocols import Synthesizer, Voice
from agent.resample import Resampler
from transport.client import Client

VOICE = Voice(name="en-us+f2", rate=0.9)
"""Not the agent's voice; at this speed the embedded recogniser hears eSpeak best."""
LEVEL_DBFS = -23.0
SOUND_DBFS = -50.0
"""20 ms above this count as the agent's voice."""


@dataclass(slots=True)
class Exchange:
    """One thing the person did and what came of it. Times in microseconds on the person's clock; -1: never.

    ``said_us`` (start, end) of the person's sound; ``first_sound_us``: the first of the agent's voice after it;
    ``status`` and ``reply`` of the response; ``stages`` as the server told them, in milliseconds.
    """

    said: str
    kind: str
    said_us: tuple[int, int]
    heard: str = ""
    reply: str = ""
    status: str = ""
    first_sound_us: int = -1
    stages: dict[str, int] = field(default_factory=dict)

    @property
    def delay_ms(self) -> int | None:
        """End of speech to the first sound of the reply."""
        return None if self.first_sound_us < 0 else (self.first_sound_us - self.said_us[1]) // 1000


class Person:
    """Speaks through a Client and keeps account."""

    def __init__(self, client: Client, synthesizer: Synthesizer, voice: Voice = VOICE) -> None:
        self.client = client
        self._synthesizer = synthesizer
        self._voice = voice
        self.said: list[tuple[str, int, Pcm]] = []

    async def voice_of(self, text: str) -> Pcm:
        """This text in the person's voice at HEARING_RATE, without silence around it."""
        chunks = [chunk.pcm async for chunk in self._synthesizer.speak(text, self._voice)]
        resampler = Resampler(self._synthesizer.sample_rate, HEARING_RATE)
        pcm = trimmed(np.concatenate((resampler.push(np.concatenate(chunks)), resampler.flush())))
        gain = 10 ** ((LEVEL_DBFS - level_dbfs(pcm)) / 20)
        louder: Pcm = np.clip(pcm * gain, -32768, 32767).astype(np.int16)
        return louder

    async def speak(self, label: str, pcm: Pcm) -> tuple[int, int]:
        """Say it now, wait until it is said; (start, end) on the person's clock."""
        start, end = await self.client.speak(pcm)
        self.said.append((label, start, pcm))
        return start, end

    async def ask(self, text: str, *, within_s: float = 20.0) -> Exchange:
        """Say it, and wait until the reply is over. Raises LineError when none comes."""
        mark = len(self.client.told)
        said = await self.speak(text, await self.voice_of(text))
        exchange = Exchange(text, "speech", said)
        await self.follow(exchange, mark, within_s=within_s)
        return exchange

    async def write(self, text: str, *, within_s: float = 20.0) -> Exchange:
        """Type it, and wait until the reply is over."""
        mark, now = len(self.client.told), now_us()
        self.client.type_text(text)
        exchange = Exchange(text, "typed", (now, now))
        await self.follow(exchange, mark, within_s=within_s)
        return exchange

    async def follow(self, exchange: Exchange, mark: int, *, within_s: float = 20.0) -> None:
        """Wait until a response from event ``mark`` on is done and its sound over, and fill in the exchange."""
        done = await self.client.wait_for("response.done", start=mark, within_s=within_s)
        self.gather(exchange, mark, done.event["response"])
        exchange.first_sound_us = self.first_sound(exchange.said_us[1])

    def gather(self, exchange: Exchange, mark: int, response: dict[str, Any]) -> None:
        exchange.status = str(response.get("status"))
        for told in self.client.told[mark:]:
            event = told.event
            match event["type"]:
                case "conversation.item.input_audio_transcription.completed":
                    exchange.heard = event["transcript"]
                case "response.output_audio_transcript.done" if event.get("response_id") == response.get("id"):
                    exchange.reply = event["transcript"]
                case "netra.timings" if event.get("response_id") == response.get("id"):
                    exchange.stages = dict(event["stages"])

    # --- ears ----------------------------------------------------------------------------------------------------

    def first_sound(self, after_us: int) -> int:
        """When the agent's voice was first heard after this moment, to 5 ms; -1 when it was not."""
        for at in self._loud(after_us, step_ms=5):
            return at
        return -1

    def last_sound(self, after_us: int, until_us: int) -> int:
        """When the agent's voice was last heard in this span; -1 when it was not."""
        found = -1
        for at in self._loud(after_us, until_us, step_ms=5):
            found = at + 5_000
        return found

    def level(self, start_us: int, end_us: int) -> float:
        """Level of what was heard in this span, dBFS."""
        return level_dbfs(self.client.recording(start_us, end_us)[1])

    def _loud(self, start_us: int, end_us: int | None = None, *, step_ms: int) -> list[int]:
        begin, pcm = self.client.recording(start_us, end_us)
        step = SPEAKING_RATE * step_ms // 1000
        frames = pcm[: len(pcm) // step * step].reshape(-1, step).astype(np.float32)
        loud = 20 * np.log10(np.sqrt(np.mean(np.square(frames), axis=1)) / 32768 + 1e-9) > SOUND_DBFS
        return [begin + int(index) * step_ms * 1000 for index in np.flatnonzero(loud)]


def trimmed(pcm: Pcm, floor: int = 200) -> Pcm:
    """Without the silence before and after."""
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > floor)
    return pcm[loud[0] : loud[-1] + 1] if len(loud) else pcm


def cough(seed: int = 3) -> Pcm:
    """A cough at HEARING_RATE: a hard burst, a weaker one, breath. No voice in it."""
    rng = np.random.default_rng(seed)
    seconds = 0.34
    t = np.arange(int(seconds * HEARING_RATE)) / HEARING_RATE
    noise = rng.normal(0, 1, len(t))
    body = np.convolve(noise, np.hanning(9) / np.hanning(9).sum(), mode="same")
    envelope = np.exp(-t / 0.05) + 0.5 * np.where(t > 0.17, np.exp(-(t - 0.17) / 0.06), 0)
    sound = (0.6 * noise + body) * envelope
    cough: Pcm = (sound / np.max(np.abs(sound)) * 9000).astype(np.int16)
    return cough
