"""Whisper on CTranslate2, by faster-whisper: one window of sound to words with times.

Knows the library. Does not know utterances, policies or sessions. The window is encoded once; language, words and times
are all taken from that. Calls from several threads share the weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


class Ct2Whisper:
    """Backend. ``folder``: model.bin, config.json, tokenizer.json, preprocessor_config.json."""

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
        features, frames = self._features(window.sound)
        encoded = self._model.encode(features)
        chances: dict[str, float] = {}
        if self.multilingual and choose.open and not (window.prefix or window.prompt):
            chances = {token[2:-2]: float(chance) for token, chance in self._model.model.detect_language(encoded)[0]}
            language = choose.hear(chances)
        else:
            language = choose.current or "en"
        tokenizer, suppressed = self._tokenizer(language)
        prompt = prompt_tokens(tokenizer, window, hint)
        new = most_new_tokens(window, len(prompt), self.tokens_per_s, self.spare_tokens)
        if not new:
            return Reading((), Doubts(), language, chances)
        result = self._generate(encoded, prompt, window, beam_size, suppressed, new)
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        doubts = Doubts(float(result.no_speech_prob), float(result.scores[0]))
        if not tokens:
            return Reading((), doubts, language, chances)
        aligned = self._model.find_alignment(tokenizer, [[*window.prefix, *tokens]], encoded, frames)[0]
        return Reading(words_after(aligned, len(window.prefix), tokenizer.decode), doubts, language, chances)

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

    def _generate(
        self, encoded: Any, prompt: list[int], window: Window, beam_size: int, suppressed: list[int], new: int
    ) -> Any:
        return self._model.model.generate(
            encoded,
            [prompt],
            beam_size=beam_size,
            max_length=2 * new,  # it generates half of it, whatever the prompt
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=not window.prefix,
            suppress_tokens=suppressed,
        )[0]

    def _tokenizer(self, language: str) -> tuple[Tokenizer, list[int]]:
        if language not in self._tokenizers:
            made = Tokenizer(self._model.hf_tokenizer, self.multilingual, task="transcribe", language=language)
            self._tokenizers[language] = made, list(get_suppressed_tokens(made, [-1]))
        return self._tokenizers[language]
