"""All settings, their defaults and limits. The only place, with ``__main__``, that reads files and the environment.

Order: defaults, then the profile's file (``configs/<profile>.toml``), then ``--config FILE``, then environment
variables ``NETRA_<SECTION>__<KEY>`` (lists and tables as JSON), ``NETRA_CACHE_DIR`` and ``NETRA_PROFILE``. All faults
are reported at once, each with its file (or variable) and key.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from agent.core.bargein import BargeInSettings
from agent.core.clauses import ClauseSettings
from agent.core.endpoint import EndpointSettings
from agent.core.gate import GateSettings
from agent.core.turn import TurnSettings
from agent.engines.kokoro_settings import KokoroSettings
from agent.engines.speech_server_settings import VoiceServer, WordServer
from agent.engines.whisper_settings import WhisperSettings
from agent.errors import SettingsError
from agent.house.settings import Mqtt
from agent.person.settings import Person
from agent.sight.settings import SeeingSettings
from agent.thinking.settings import ChatServer, Telling, Vlm
from agent.wrong_settings import fault, one_underscore

Profile = Literal["embedded", "laptop", "gpu"]
PROFILES: tuple[str, ...] = get_args(Profile)

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
"""The profiles' files: beside the packages, in a clone as in an installation."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(Section):
    """Where the page and the calls are served."""

    host: str = Field("127.0.0.1", description="Address to listen on. Loopback unless told otherwise.")
    port: int = Field(8787, ge=0, le=65535, description="TCP port; 0 takes any free one.")
    max_sessions: int = Field(16, ge=1, le=1000, description="Conversations at a time; more are refused in words.")
    linger_s: float = Field(120.0, ge=0, le=86_400, description="Seconds that a conversation outlives its lost line.")
    certificate: Path | None = Field(
        None,
        description="A TLS certificate (PEM): the page is then served over HTTPS, which a phone needs for its "
        "microphone and camera. `netra serve --lan` makes its own.",
    )
    private_key: Path | None = Field(None, description="The certificate's private key (PEM).")
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names that requests may carry besides the address itself."
    )


class Access(Section):
    """Who may enter, and how much of the server one of them may use. docs/access.md explains it."""

    required: Literal["auto", "always", "never"] = Field(
        "auto", description="Whether a key is needed. auto: unless the server listens on loopback only."
    )
    keys_file: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "state" / "netra" / "keys.json",
        description="Hashes of the keys, readable by you only; `netra key` makes, lists and revokes them.",
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description='Pages elsewhere that may call from a browser, such as "https://app.example".'
    )
    attempts_per_minute: int = Field(
        30, ge=1, le=10_000, description="Wrong keys from one address before it has to wait; connections: four times."
    )
    idle_timeout_s: float = Field(
        900.0, ge=1, le=86_400, description="Seconds without any message after which a WebSocket is closed."
    )
    max_message_bytes: int = Field(
        16 * 1024 * 1024, ge=64 * 1024, le=256 * 1024 * 1024, description="The largest message on a WebSocket."
    )


class Rest(Section):
    """One-shot questions over HTTP: what one request may bring and take."""

    max_upload_mb: float = Field(25.0, gt=0, le=1000, description="Largest request with sound or pictures, megabytes.")
    max_audio_s: float = Field(1800.0, gt=0, le=86_400, description="Longest recording that is transcribed, seconds.")
    max_pictures: int = Field(8, ge=1, le=50, description="Pictures in one request.")
    at_once: int = Field(4, ge=1, le=1000, description="Requests answered at the same time; more are told to wait.")
    timeout_s: float = Field(120.0, ge=1, le=3600, description="Seconds after which a request is given up, in words.")


class Wyoming(Section):
    """A listener for Home Assistant and its satellites. The protocol has no password: for networks you trust."""

    on: bool = Field(False, description="Listen for Wyoming clients.")
    host: str = Field("127.0.0.1", description="Address to listen on. Loopback unless told otherwise.")
    port: int = Field(10_700, ge=0, le=65_535, description="TCP port; 0 takes any free one.")
    max_connections: int = Field(16, ge=1, le=1000, description="Clients at a time; more are turned away.")
    idle_s: float = Field(300.0, ge=1, le=86_400, description="Seconds without a word after which a client is gone.")


class WebRTC(Section):
    """How sound and pictures travel."""

    ice_servers: tuple[dict[str, Any], ...] = Field(
        (),
        description='STUN/TURN servers: {"urls": …, "username": …, "credential": …}. Default: none, no one is asked.',
    )
    addresses: tuple[str, ...] = Field(
        (), description="Local addresses to offer; empty: all of this machine, and loopback."
    )
    heartbeat_timeout_s: float = Field(
        10.0, ge=3, le=300, description="Seconds of silence after which a line counts as lost."
    )


class Hearing(Section):
    """Voice detection and recognition."""

    vad: Literal["silero", "webrtcvad", "both"] = Field(
        "silero", description="Voice detector; `netra bench` compares them."
    )
    recognizer: Literal["sphinx", "whisper", "server"] = Field(
        "sphinx",
        description="Speech recogniser. whisper: neural, needs weights; server: another machine's, by OpenAI's API; "
        "see docs/neural-speech.md.",
    )
    decoders: int = Field(4, ge=1, le=64, description="Utterances decoded at the same time; more wait their turn.")
    end_of_turn: Literal["voice", "smart_turn", "words"] = Field(
        "voice",
        description="What is known at a pause besides the words. voice: how pitch and level end; smart_turn: the "
        "learned model in smart_turn_file; words: nothing.",
    )
    smart_turn_file: Path | None = Field(None, description="A smart-turn v3 model as ONNX, for end_of_turn smart_turn.")
    own_voice: Literal["cancel", "half_duplex", "off"] = Field(
        "cancel",
        description="What becomes of the agent's own voice in its microphone. cancel: it is recognised and taken out; "
        "half_duplex: nothing is heard while the agent speaks (the page can switch it for itself); off: nothing.",
    )
    gate: GateSettings = Field(default_factory=GateSettings, description="When sound counts as speech.")
    max_utterance_s: float = Field(30.0, ge=2, le=600, description="Speech longer than this is cut into utterances.")
    server: WordServer = Field(default_factory=WordServer, description="Whom the recogniser server asks.")
    whisper: WhisperSettings = Field(default_factory=WhisperSettings, description="How the recogniser whisper works.")


class Thinking(Section):
    """What answers."""

    brain: Literal["rules", "server", "vlm"] = Field(
        "rules",
        description="rules: the skills, chosen by what was meant; no language model. server: a model on an "
        "OpenAI-compatible server. vlm: a vision-language model in this process. docs/brains.md explains them.",
    )
    telling: Telling = Field(default_factory=Telling)
    server: ChatServer = Field(default_factory=ChatServer, description="For brain server.")
    vlm: Vlm = Field(default_factory=Vlm, description="For brain vlm.")


class Speaking(Section):
    """The voice."""

    synthesizer: Literal["espeak", "kokoro", "server"] = Field(
        "espeak",
        description="Speech synthesiser. kokoro: neural, needs weights; server: another machine's, by OpenAI's API; "
        "see docs/neural-speech.md.",
    )
    voice: str = Field("", description="The engine's name of a voice; empty: its default for the language.")
    language: str = Field(
        "en",
        description='Language of a conversation at first: "en" or "id" for all that Netra says; a voice may know more.',
    )
    rate: float = Field(1.0, ge=0.5, le=3.0, description="Speed at the start; 1.0 is about 170 words a minute.")
    filler_ms: int = Field(
        1500, ge=0, le=20_000, description='An answer that takes longer is announced ("Let me look."); 0: never.'
    )
    clauses: ClauseSettings = Field(default_factory=ClauseSettings, description="How text is cut for the voice.")
    server: VoiceServer = Field(default_factory=VoiceServer, description="Whom the voice server asks.")
    kokoro: KokoroSettings = Field(default_factory=KokoroSettings, description="How the voice kokoro works.")


class Sight(Section):
    """Which engines look at pictures, and how pictures are kept."""

    text: Literal["rapidocr"] = Field("rapidocr", description="Reads text.")
    codes: Literal["zxing"] = Field("zxing", description="Reads bar codes and QR codes.")
    faces: Literal["haar"] = Field("haar", description="Finds faces, never whose.")
    products_file: Path | None = Field(
        None,
        description="A list of products or books that scanned numbers are looked up in: CSV, TSV or JSON lines, also "
        "as .gz, with columns like code, product_name, brands, quantity (docs/looking-along.md). Default: no names.",
    )
    memory: Literal["off", "siglip"] = Field(
        "off",
        description='Whether what the camera saw can be asked for later ("where did I put my keys"). siglip: by a '
        "picture model; nothing of it outlives the session.",
    )
    memory_model: str = Field(
        "siglip2-base", description="A folder with SigLIP, SigLIP 2 or CLIP, or a name under cache_dir/models."
    )
    memory_device: Literal["auto", "cpu", "cuda", "mps", "xpu"] = Field("auto", description="Where it runs.")
    memory_minutes: float = Field(60.0, gt=0, le=1440, description="How long a picture is remembered.")
    memory_most: int = Field(600, ge=1, le=20_000, description="Pictures that are remembered; each takes about 15 kB.")
    things_file: Path | None = Field(
        None,
        description="Where the things that were taught by showing them are kept between sessions, as numbers without "
        "pictures, for all sessions of this server. Default: they are gone with the session.",
    )
    clock_places: bool = Field(
        False, description="Whether places are told as hours of a clock while what changes is told, not as sides."
    )
    camera: SeeingSettings = Field(
        default_factory=SeeingSettings, description="What is kept of the camera, and for how long."
    )


class Record(Section):
    """The flight recorder: facts and commands of each session as JSON lines on this machine."""

    on: bool = Field(False, description="Write recordings. They hold the words that were said.")
    directory: Path = Field(Path("recordings"), description="Where they go; made when missing, readable by you only.")
    sound_and_pictures: bool = Field(False, description="Keep sound and pictures too. Only with the speaker's consent.")


class Settings(Section):
    """Everything that can be set."""

    profile: Profile = Field("embedded", description="Which parts answer; see README.")
    cache_dir: Path = Field(
        default_factory=lambda: Path.home() / ".cache" / "netra",
        description="Models built at the first start are kept here.",
    )
    server: Server = Field(default_factory=Server)
    access: Access = Field(default_factory=Access)
    rest: Rest = Field(default_factory=Rest)
    wyoming: Wyoming = Field(default_factory=Wyoming)
    webrtc: WebRTC = Field(default_factory=WebRTC)
    hearing: Hearing = Field(default_factory=Hearing)
    turn: TurnSettings = Field(default_factory=TurnSettings, description="When the agent speaks and when it is silent.")
    thinking: Thinking = Field(default_factory=Thinking)
    speaking: Speaking = Field(default_factory=Speaking)
    sight: Sight = Field(default_factory=Sight)
    record: Record = Field(default_factory=Record)
    mqtt: Mqtt = Field(default_factory=Mqtt)
    person: Person = Field(default_factory=Person)


for _plain in (BargeInSettings, EndpointSettings, TurnSettings, GateSettings, ClauseSettings, SeeingSettings):
    setattr(_plain, "__pydantic_config__", ConfigDict(extra="forbid"))  # noqa: B010  unknown keys there are errors, too
Settings.model_rebuild(force=True)


def load(
    profile: str | None = None,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """Settings from all sources. ``overrides``: {"server.port": 9000}, from the command line.

    Raises SettingsError that lists every fault with its file, variable or option, and key.
    """
    environ = os.environ if environ is None else environ
    faults: list[str] = []
    merged: dict[str, Any] = {}
    origins: dict[tuple[str, ...], str] = {}
    own = _read(config, faults) if config is not None else {}
    name = profile or environ.get("NETRA_PROFILE") or own.get("profile") or "embedded"
    if name not in PROFILES:
        by = "--profile" if profile else "NETRA_PROFILE" if environ.get("NETRA_PROFILE") else str(config)
        faults.append(f"{by}: profile: {name!r} is none of {', '.join(PROFILES)}")
        name = "embedded"
    _merge(merged, _read_profile(str(name), faults), f"configs/{name}.toml", origins)
    if config is not None:
        _merge(merged, own, str(config), origins)
    for variable, text in environ.items():
        path = tuple(variable.removeprefix("NETRA_").lower().split("__"))
        if variable == "NETRA_CACHE_DIR" or (variable.startswith("NETRA_") and "__" in variable):
            _merge(merged, _nest(path, _from_environment(path, text)), variable, origins)
        elif wrong := one_underscore(variable, text, Settings):
            faults.append(wrong)
    for key, value in (overrides or {}).items():
        if value is not None:
            _merge(merged, _nest(tuple(key.split(".")), value), "the command line", origins)
    merged["profile"] = name
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        faults += [fault(one, origins, Settings) for one in error.errors()]
    if faults:
        raise SettingsError("These settings are wrong:\n" + "\n".join(f"  {one}" for one in faults))
    return settings


def secret(variable: str, environ: Mapping[str, str] | None = None) -> str:
    """What this environment variable holds, for keys that stand in no file; "" when it is unset."""
    return (os.environ if environ is None else environ).get(variable, "") if variable else ""


def _read(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{path}: there is no such file")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{path}: cannot be read ({error})")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path}: is not valid TOML: {error}")
    return {}


def _read_profile(name: str, faults: list[str]) -> dict[str, Any]:
    file = CONFIGS / f"{name}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"configs/{name}.toml is missing from the installation: install Netra again")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"configs/{name}.toml: is not valid TOML: {error}")
    return {}


def _merge(
    into: dict[str, Any],
    new: Mapping[str, Any],
    origin: str,
    origins: dict[tuple[str, ...], str],
    at: tuple[str, ...] = (),
) -> None:
    for key, value in new.items():
        path = (*at, key)
        origins[path] = origin
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value, origin, origins, path)
        elif isinstance(value, Mapping):
            into[key] = {}
            _merge(into[key], value, origin, origins, path)
        else:
            into[key] = value


def _nest(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    return {path[0]: _nest(path[1:], value) if len(path) > 1 else value}


def _from_environment(path: tuple[str, ...], text: str) -> Any:
    """Numbers, lists and tables are written as JSON; what is not JSON, or belongs to a text setting, is taken as
    text.
    """
    annotation: Any = Settings
    for key in path:
        fields = getattr(annotation, "model_fields", None) or getattr(annotation, "__dataclass_fields__", {})
        if key not in fields:
            return text
        annotation = fields[key].annotation if hasattr(fields[key], "annotation") else None
        if is_dataclass(annotation):
            break
    if annotation in (str, SecretStr) or (
        get_origin(annotation) is Literal and all(isinstance(one, str) for one in get_args(annotation))
    ):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
