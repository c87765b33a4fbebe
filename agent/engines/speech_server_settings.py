"""Settings of speech servers: others that speak OpenAI's audio API. Knows names and limits; asks nobody."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from agent.address import Address
from agent.errors import EngineMissing


class SpeechServer(BaseModel):
    """What both kinds have: where it is, and how much patience there is with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address = Field("", description='Its address up to the version, such as "http://127.0.0.1:8000/v1".')
    key_variable: str = Field(
        "OPENAI_API_KEY", description="Name of the environment variable with the key; it may be unset."
    )
    connect_s: float = Field(2.0, gt=0, le=60, description="Seconds for a connection.")
    first_s: float = Field(6.0, gt=0, le=600, description="Seconds from the request to the first of the answer.")
    stall_s: float = Field(4.0, gt=0, le=600, description="Longest silence within an answer, seconds.")
    retries: int = Field(1, ge=0, le=10, description="Further tries while nothing has come and time is left.")
    failures: int = Field(2, ge=1, le=100, description="Failures in a row after which the server is left alone.")
    rest_s: float = Field(10.0, gt=0, le=3600, description="Seconds of that at first; up to 16 times as long.")

    def needed(self, section: str) -> None:
        """Raises EngineMissing where no address is set."""
        if not self.url:
            raise EngineMissing(f'{section}.url is not set: give the address, such as "http://127.0.0.1:8000/v1".')


class WordServer(SpeechServer):
    """A server with POST /audio/transcriptions. While it fails, the embedded recogniser hears instead."""

    model: str = Field("whisper-1", description="Name of the model there.")
    language: str = Field("", description='Language that is spoken, such as "en"; empty: the server finds out.')
    languages: tuple[str, ...] = Field(("en",), description="Languages it is said to hear when we are asked.")
    prompt: str = Field("", description="Words to expect, as the server's model wants them told.")
    partial_s: float = Field(
        0.0,
        ge=0,
        le=60,
        description="Partial words are asked for after so much new speech, seconds; 0: at pauses only.",
    )


class VoiceServer(SpeechServer):
    """A server with POST /audio/speech that streams PCM. While it fails, the embedded voice speaks instead."""

    model: str = Field("tts-1", description="Name of the model there.")
    voice: str = Field("alloy", description="The voice where speaking.voice names none.")
    voices: tuple[str, ...] = Field((), description="Other voices there that may be asked for by name.")
    instructions: str = Field("", description="How to speak, for models that take it; empty: not sent.")
    sample_rate: int = Field(24_000, ge=8_000, le=48_000, description="Samples per second of its PCM.")
