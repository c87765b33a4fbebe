"""Settings of Kokoro, the neural voice. Knows names and limits; imports no model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SAMPLE_RATE = 24_000


class KokoroSettings(BaseModel):
    """Kokoro: where its weights are and who speaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        "kokoro-82m",
        description="A folder with config.json, a .pth file and voices/*.pt, or a name that is looked up in "
        "cache_dir/models and in the hub's cache on this machine; nothing is downloaded.",
    )
    voice: str = Field(
        "af_heart",
        description='The voice where speaking.voice names none; voices are mixed so: "af_heart:0.6+am_adam:0.4".',
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="Where it runs.")
    threads: int = Field(0, ge=0, le=256, description="Processor threads; 0: the library's choice.")
    by_text: bool = Field(
        True, description="Each clause is spoken in the language it is written in, where that can be told."
    )
