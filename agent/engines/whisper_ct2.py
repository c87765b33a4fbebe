"""Whisper on CTranslate2, by faster-whisper: windows of sound to words with times.

Knows the library. Does not know utterances, policies or sessions. A window is encoded once; language, words and times
are all taken from that. Several windows are encoded in one pass, and written in one where the library gives each what
it would write alone. Calls from several threads share the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_reading import (
    SPARE_TOKENS,
    TOKENS_PER_S,
    Choose,
    Reading,
    Task,
    most_new_tokens,
    prompt_tokens,
    words_after,
)
from agent.engines.whisper_utterance import Window

FULL_FRAMES = 3000
"""What the models were trained on: 30 s."""
FRAMES_PER_SAMPLE = 1 / 160
SHORT_STEP, SHORT_SPARE = 200, 50
"""A short spectrogram is a multiple of so many frames, with at least so many of silence at its end."""
LEAST_SAMPLES = 1600
TIMES = 1501
"""Tokens of times, the vocabulary's last. Like all signs after the end of text they are never written."""


READABLE = (ctranslate2.DataType.float32, ctranslate2.DataType.float16)
"""Number formats of the encoder's output that numpy can take apart."""


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """A reading under way. ``encoded``: of its window alone; ``new``: tokens that it may have; ``most_length``: the
    library's word for that; ``room``: tokens, with those of the prefix, at which the library stops it.
    """

    task: Task
    encoded: Any
    frames: int
    language: str
    chances: Mapping[str, float]
    tokenizer: Tokenizer
    suppressed: list[int]
    prompt: list[int]
    new: int

    @property
    def most_length(self) -> int:
        """It makes half of it, or what is left of it after the prompt; the prefix counts as made."""
        return max(2 * (len(self.task.window.prefix) + self.new), len(self.prompt) - 1 + self.new)

    @property
    def room(self) -> int:
        told = len(self.prompt) - len(self.task.window.prefix) - 1
        return min(self.most_length // 2, self.most_length - told)

    @property
    def alike(self) -> tuple[Any, ...]:
        """The library writes in one pass what agrees in this: where the text begins, and how it is looked for."""
        window, encoded = self.task.window, self.encoded
        begins = len(self.prompt) - len(window.prefix)
        apart = 0 if encoded.device == "cpu" and encoded.dtype in READABLE else id(self)
        return begins, bool(window.prefix), self.task.beam_size, tuple(encoded.shape), apart


class Ct2Whisper:
    """GatheringBackend. ``folder``: model.bin, config.json, tokenizer.json, preprocessor_config.json."""

    def __init__(
        self, folder: Path, *, device: str, precision: str, threads: int, workers: int, short_mel: bool
    ) -> None:
        self._model = WhisperModel(
            str(folder),
            device=device,
            compute_type=precision,
            cpu_threads=threads,
            num_workers=workers,
            local_files_only=True,
        )
        self._short = short_mel
        self.tokens_per_s, self.spare_tokens = float(TOKENS_PER_S), SPARE_TOKENS
        """How long a reading may become; a model without sense always uses all of it."""
        self.multilingual = bool(self._model.model.is_multilingual)
        self.device = str(self._model.model.device)
        self._tokenizers: dict[str, tuple[Tokenizer, list[int]]] = {}

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        """See Backend."""
        return self.read_each([Task(window, choose, hint, beam_size)])[0]

    def read_each(self, tasks: Sequence[Task]) -> list[Reading]:
        """See GatheringBackend."""
        made = [self._features(task.window.sound) for task in tasks]
        begun = [
            self._begun(task, encoded, frames)
            for task, encoded, (_, frames) in zip(tasks, self._encoded([mels for mels, _ in made]), made, strict=True)
        ]
        groups: dict[tuple[Any, ...], list[_Begun]] = {}
        for one in begun:
            if one.new:
                groups.setdefault(one.alike, []).append(one)
        written = {
            id(one): result for group in groups.values()
            for one, result in zip(group, self._written(group), strict=True)
        }  # fmt: skip
        return [self._reading(one, written.get(id(one))) for one in begun]

    def _begun(self, task: Task, encoded: Any, frames: int) -> _Begun:
        """Before the first token: the language, and what the decoder is told."""
        choose, window = task.choose, task.window
        chances: dict[str, float] = {}
        if self.multilingual and choose.open and not (window.prefix or window.prompt):
            chances = {token[2:-2]: float(chance) for token, chance in self._model.model.detect_language(encoded)[0]}
            language = choose.hear(chances)
        else:
            language = choose.current or "en"
        tokenizer, suppressed = self._tokenizer(language)
        prompt = prompt_tokens(tokenizer, window, task.hint)
        new = most_new_tokens(window, len(prompt), self.tokens_per_s, self.spare_tokens)
        return _Begun(task, encoded, frames, language, chances, tokenizer, suppressed, prompt, new)

    def _reading(self, one: _Begun, result: Any) -> Reading:
        """From what was written; None: there was no room."""
        window, tokenizer = one.task.window, one.tokenizer
        if result is None:
            return Reading((), Doubts(), one.language, one.chances)
        ids = result.sequences_ids[0]  # with the prefix before what is new, and its score spread over both
        fresh = ids[len(window.prefix) :]
        tokens = [token for token in fresh if token < tokenizer.eot]
        mean = float(result.scores[0]) * len(ids) / max(1, len(fresh))
        doubts = Doubts(float(result.no_speech_prob), mean)
        if not tokens:
            return Reading((), doubts, one.language, one.chances)
        # One by one: for texts of different length and sounds of the same, the library counts what fills the rows.
        aligned = self._model.find_alignment(tokenizer, [[*window.prefix, *tokens]], one.encoded, one.frames)[0]
        words = words_after(aligned, len(window.prefix), tokenizer.decode)
        return Reading(words, doubts, one.language, one.chances)

    def _features(self, sound: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], int]:
        """The spectrogram (mels, frames), and how many frames of it are sound."""
        if len(sound) < LEAST_SAMPLES:
            sound = np.pad(sound, (0, LEAST_SAMPLES - len(sound)))
        features = self._model.feature_extractor(sound)[:, :-1]
        frames = min(features.shape[1], FULL_FRAMES)
        wanted = FULL_FRAMES
        if self._short:
            wanted = min(FULL_FRAMES, -(-(frames + SHORT_SPARE) // SHORT_STEP) * SHORT_STEP)
        return np.pad(features[:, :frames], ((0, 0), (0, wanted - frames))).astype(np.float32), frames

    def _encoded(self, mels: Sequence[npt.NDArray[np.float32]]) -> list[Any]:
        """What the encoder makes of each: those of the same length in one pass."""
        if len({one.shape for one in mels}) > 1 or len(mels) == 1:
            return [self._model.encode(one) for one in mels]
        together = self._model.model.encode(ctranslate2.StorageView.from_array(np.stack(mels)), to_cpu=True)
        if together.dtype not in READABLE:
            return [self._model.encode(one) for one in mels]
        rows = np.asarray(together)
        return [ctranslate2.StorageView.from_array(np.ascontiguousarray(row[None])) for row in rows]

    def _written(self, group: Sequence[_Begun]) -> list[Any]:
        """What the decoder makes of each. A row that had more room than it has alone, and used it, is written again:
        the library tells a score of the whole only.
        """
        if len(group) == 1:
            return [self._generate(group, group[0].encoded)[0]]
        rows = np.concatenate([np.asarray(one.encoded) for one in group])
        found = self._generate(group, ctranslate2.StorageView.from_array(rows))
        most = max(one.room for one in group)
        return [
            self._generate([one], one.encoded)[0] if len(result.sequences_ids[0]) >= one.room < most else result
            for one, result in zip(group, found, strict=True)
        ]

    def _generate(self, group: Sequence[_Begun], encoded: Any) -> list[Any]:
        found: list[Any] = self._model.model.generate(
            encoded,
            [one.prompt for one in group],
            beam_size=group[0].task.beam_size,
            max_length=max(one.most_length for one in group),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=not group[0].task.window.prefix,
            suppress_tokens=group[0].suppressed,
        )
        return found

    def _tokenizer(self, language: str) -> tuple[Tokenizer, list[int]]:
        if language not in self._tokenizers:
            made = Tokenizer(self._model.hf_tokenizer, self.multilingual, task="transcribe", language=language)
            signs = range(made.eot + 1, made.timestamp_begin + TIMES)
            self._tokenizers[language] = made, sorted({*get_suppressed_tokens(made, [-1]), *signs})
        return self._tokenizers[language]
