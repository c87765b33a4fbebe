"""Settings of brains with a language model: the server that runs one, what it is told, what goes past it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.address import Address


class ChatServer(BaseModel):
    """A server with OpenAI's chat completions: vLLM, SGLang, Ollama, llama.cpp, or a hosted one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address = Field("", description='Its address up to the version, such as "http://127.0.0.1:8000/v1".')
    model: str = Field("", description="Name of the model there; empty: the first that the server lists.")
    small_model: str = Field("", description="A quicker model there for small talk without pictures; empty: the same.")
    key_variable: str = Field(
        "OPENAI_API_KEY", description="Name of the environment variable with the key; it may be unset."
    )
    temperature: float = Field(0.4, ge=0, le=2, description="How freely words are chosen; 0: always the likeliest.")
    max_tokens: int = Field(400, ge=1, le=100_000, description="Longest reply, in the model's tokens.")
    connect_s: float = Field(2.0, gt=0, le=60, description="Seconds for a connection.")
    first_token_s: float = Field(8.0, gt=0, le=600, description="Seconds from the request to the first token.")
    stall_s: float = Field(8.0, gt=0, le=600, description="Longest silence between two tokens, seconds.")
    retries: int = Field(2, ge=0, le=10, description="Further tries while nothing has come and time is left.")
    failures: int = Field(3, ge=1, le=100, description="Failures in a row after which the server is left alone.")
    rest_s: float = Field(10.0, gt=0, le=3600, description="Seconds of that at first; up to 16 times as long.")
    pictures: int = Field(1, ge=0, le=16, description="Pictures in one request at most; 0: the model sees none.")
    picture_side: int = Field(768, ge=64, le=4096, description="Longer side of a picture, pixels.")
    extra: dict[str, Any] = Field(
        default_factory=dict, description="More fields for the request's body, as the server wants them."
    )


class Vlm(BaseModel):
    """A vision-language model in this process, through transformers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field("", description="A folder with the model's files, or a name that was downloaded before.")
    device: str = Field("auto", description='"cuda", "cpu", ...; auto: a GPU where there is one.')
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="auto: float32 on a CPU, bfloat16 elsewhere."
    )
    threads: int = Field(0, ge=0, le=256, description="CPU threads; 0: all processors but one, for the sound.")
    temperature: float = Field(0.4, ge=0, le=2, description="How freely words are chosen; 0: always the likeliest.")
    max_tokens: int = Field(300, ge=1, le=100_000, description="Longest reply, in the model's tokens.")
    read_along: bool = Field(True, description="Feed pictures and words while the user still speaks.")
    side_by_side: bool = Field(
        True, description="Write the answers of several conversations in one pass over the weights, where it can."
    )
    wait_s: float = Field(
        4.0,
        ge=0,
        le=600,
        description="A question that had to wait longer than this for the first words of others, by what was measured, "
        "goes to small_model, or to the skills; 0: it waits.",
    )
    small_model: str = Field(
        "", description="A smaller model beside it, for questions that would wait too long; empty: none."
    )
    frames: int = Field(8, ge=1, le=64, description="Pictures in view of the model at most; older ones go first.")
    picture_side: int = Field(448, ge=56, le=4096, description="Longer side of a picture, pixels.")
    context_tokens: int = Field(8192, ge=512, description="Longest prompt; pictures go first, then old lines.")
    tools: bool = Field(True, description="Let it call skills, where its template has a place for tools.")


class Telling(BaseModel):
    """What a model is told besides the question, and what never reaches it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instructions: str = Field("", description="Added to Netra's own instructions: a name, a tone, a place.")
    history_lines: int = Field(40, ge=0, le=400, description="Lines of the conversation that it is shown.")
    rounds: int = Field(3, ge=0, le=20, description="How often in one reply it may use tools.")
    quick: Literal["skills", "off"] = Field(
        "skills",
        description="skills: commands, time, timers, reading, codes and colours are answered at once, without it; "
        "off: it gets everything but what honesty forbids.",
    )
    quick_from: float = Field(
        0.7, ge=0, le=1, description="How sure the understanding must be of a skill before the model is passed by."
    )
