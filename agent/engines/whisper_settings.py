"""Settings of Whisper, the neural recogniser. Knows names and limits; imports no model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LANGUAGES = _codes(
    """en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml
    cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am
    yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"""
)
"""Codes of the languages that the multilingual models know."""


class WhisperSettings(BaseModel):
    """Whisper while the person speaks: which model, how words are settled, what is not believed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        "small",
        description="A folder with the model, or a name that is looked up in cache_dir/models and in the hub's cache "
        "on this machine; nothing is downloaded. In CTranslate2's form for faster-whisper, or in Hugging Face's.",
    )
    backend: Literal["auto", "ctranslate2", "transformers"] = Field(
        "auto",
        description="What runs it. auto: CTranslate2, or transformers where the folder holds only that form or the "
        "accelerator is one that CTranslate2 has no build for.",
    )
    device: Literal["auto", "cpu", "cuda", "mps", "xpu"] = Field("auto", description="Where it runs.")
    precision: Literal["auto", "int8", "int8_float16", "float16", "bfloat16", "float32"] = Field(
        "auto", description="Number format of the weights. auto: int8 on a CPU, float16 on an accelerator."
    )
    threads: int = Field(0, ge=0, le=256, description="Processor threads of one decoding; 0: the library's choice.")
    workers: int = Field(1, ge=1, le=16, description="Decodings at the same time; all share the weights.")
    policy: Literal["agreement", "alignatt"] = Field(
        "agreement",
        description="When a word is certain. agreement: two readings in a row say it; alignatt: the model did not "
        "look at the newest sound for it (earlier, a little less sure).",
    )
    margin_s: float = Field(0.5, ge=0.1, le=5, description="The newest sound in which alignatt settles no word.")
    language: str = Field("", description='Fixed language, such as "en" or "id"; empty: it is detected.')
    languages: tuple[str, ...] = Field((), description="Languages to choose among when it is detected; empty: all.")
    vocabulary: tuple[str, ...] = Field(
        (), description="Names and rare words to expect, most important first; the skills' phrases come after them."
    )
    skill_words: bool = Field(True, description="Expect the skills' phrases and the names of things in the house.")
    first_s: float = Field(0.8, ge=0.2, le=10, description="Sound before the first partial words are looked for.")
    every_s: float = Field(0.4, ge=0.1, le=10, description="New sound after which partial words are looked for again.")
    share: float = Field(
        0.7, gt=0, le=1, description="Part of the time that one speaker's partial words may keep a worker busy."
    )
    trim_s: float = Field(
        10.0, ge=2, le=25, description="Sound that is read again and again at most, once its words are settled."
    )
    short_mel: bool = Field(
        False,
        description="Encode only as much as was said instead of 30 s: many times faster on a CPU. The models were not "
        "trained for it: try whether yours hears as well. CTranslate2 only.",
    )
    beam_size: int = Field(1, ge=1, le=10, description="Readings followed side by side for the final words.")
    no_speech: float = Field(
        0.6, ge=0, le=1, description="Above this chance of no speech, words that are hardly believed are dropped."
    )
    least_logprob: float = Field(
        -1.0, ge=-10, le=0, description="Words below this mean log probability are hardly believed."
    )
    most_compression: float = Field(
        2.4, ge=1, le=10, description="Text that gzip shrinks by more than this factor is a loop and dropped."
    )

    @field_validator("language")
    @classmethod
    def _known(cls, code: str) -> str:
        if code and code not in LANGUAGES:
            raise ValueError(f"{code!r} is no language of Whisper's: use a code such as en, id, de, or nothing")
        return code

    @field_validator("languages")
    @classmethod
    def _all_known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            cls._known(code)
        return codes

    @property
    def heard(self) -> tuple[str, ...]:
        """Codes of the languages that may be heard."""
        return (self.language,) if self.language else self.languages or LANGUAGES
