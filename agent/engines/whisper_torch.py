"""Whisper on torch, by transformers: windows of sound to words with times, where CTranslate2 has no build for the
accelerator or the model is in Hugging Face's form.

Several windows are read in one pass, encoder and decoder, each as it would be read alone: what is said before them may
have any lengths. Knows the libraries. Does not know utterances, policies or sessions. Spectrogram and tokenizer are
faster-whisper's, so that both backends read alike. A word's time is where the alignment heads attend most while its
tokens are written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tokenizers
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from transformers import GenerationConfig, GenerationMixin, WhisperForConditionalGeneration
from transformers.modeling_outputs import BaseModelOutput

from agent.engines.whisper_guards import Doubts
from agent.engines.whisper_reading import (
    MOST_TOKENS,
    SPARE_TOKENS,
    TOKENS_PER_S,
    Choose,
    Reading,
    Task,
    most_new_tokens,
    prompt_tokens,
    words_after,
)
from agent.engines.whisper_settings import LANGUAGES
from agent.engines.whisper_utterance import Window
from agent.errors import EngineMissing

FULL_FRAMES = 3000
FRAME_S = 0.02
"""One step of the encoder's output."""
LEAST_SAMPLES = 1600
PRECISIONS = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32}


@dataclass(eq=False, slots=True)
class _Begun:
    """A reading under way. ``row``: in the pass; ``new``: tokens that it may have, ``tokens``: those that it has."""

    row: int
    task: Task
    language: str
    chances: Mapping[str, float]
    tokenizer: Tokenizer
    prompt: list[int]
    new: int
    tokens: list[int] = field(default_factory=list)


class TorchWhisper:
    """GatheringBackend. ``folder``: weights, config.json, tokenizer.json, preprocessor_config.json in Hugging Face's
    form.

    One pass at a time: the accelerator is one. Raises EngineMissing for what it can't do.
    """

    def __init__(
        self, folder: Path, *, device: str, precision: str, threads: int, workers: int, short_mel: bool
    ) -> None:
        if short_mel or precision.startswith("int8"):
            wish = "short_mel" if short_mel else f"precision {precision}"
            raise EngineMissing(
                f"hearing.whisper: {wish} needs the backend ctranslate2; leave it out for transformers."
            )
        if threads:
            torch.set_num_threads(threads)
        self.device = _device() if device == "auto" else device
        wanted = ("float32" if self.device == "cpu" else "float16") if precision == "auto" else precision
        self._type = PRECISIONS[wanted]
        loaded: Any = WhisperForConditionalGeneration.from_pretrained(folder, dtype=self._type, local_files_only=True)
        self._model = loaded.to(self.device).eval()
        self._text = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))
        self._mels = int(options.get("feature_size", self._model.config.num_mel_bins))
        self._features = FeatureExtractor(feature_size=self._mels)
        self.multilingual = self._text.token_to_id("<|en|>") is not None and self._model.config.vocab_size != 51_864
        self._languages = {code: self._text.token_to_id(f"<|{code}|>") for code in LANGUAGES if self.multilingual}
        self._languages = {code: token for code, token in self._languages.items() if token is not None}
        self._heads = self._alignment_heads()
        self.tokens_per_s, self.spare_tokens = float(TOKENS_PER_S), SPARE_TOKENS
        """How long a reading may become; a model without sense always uses all of it."""
        self._tokenizers: dict[str, Tokenizer] = {}
        self._one = threading.Lock()

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        """See Backend."""
        return self.read_each([Task(window, choose, hint, beam_size)])[0]

    def read_each(self, tasks: Sequence[Task]) -> list[Reading]:
        """See GatheringBackend. Readings with beams are decoded one by one, for what they find depends on how long they
        may be; so are those that would leave others no room in the decoder.
        """
        with self._one, torch.inference_mode():
            encoded, frames = self._encode([task.window.sound for task in tasks])
            begun = [self._begun(row, task, encoded[row : row + 1]) for row, task in enumerate(tasks)]
            wanted = [one for one in begun if one.new]  # the decoder has no room for the others
            longest = max((one.new for one in wanted), default=0)
            alike: dict[tuple[bool, int], list[_Begun]] = {}
            for one in wanted:
                apart = one.task.beam_size > 1 or len(one.prompt) + longest > MOST_TOKENS
                alike.setdefault((bool(one.task.window.prefix), one.row if apart else -1), []).append(one)
            for group in alike.values():
                self._generate(encoded[[one.row for one in group]], group)
            found = {one.row: Reading((), Doubts(), one.language, one.chances) for one in begun}
            if wanted:
                rows = [one.row for one in wanted]
                told = [[*one.prompt, *one.tokens] for one in wanted]
                logits, where = self._aligned(encoded[rows], told, [frames[row] for row in rows])
                for one, of_each, heard in zip(wanted, logits, where, strict=True):
                    found[one.row] = self._reading(one, of_each, heard)
            return [found[row] for row in range(len(tasks))]

    def _begun(self, row: int, task: Task, encoded: Any) -> _Begun:
        """Before the first token: the language, and what the decoder is told."""
        choose, window = task.choose, task.window
        chances: dict[str, float] = {}
        language = choose.current or "en"
        if self.multilingual and choose.open and not (window.prefix or window.prompt):
            chances = self._chances(encoded)
            language = choose.hear(chances)
        tokenizer = self._tokenizer(language)
        prompt = prompt_tokens(tokenizer, window, task.hint)
        new = most_new_tokens(window, len(prompt), self.tokens_per_s, self.spare_tokens)
        return _Begun(row, task, language, chances, tokenizer, prompt, new)

    def _reading(self, one: _Begun, logits: Any, where: npt.NDArray[np.intp]) -> Reading:
        """From logits at each token, and where each was heard."""
        window, tokenizer, prompt = one.task.window, one.tokenizer, one.prompt
        text = [*window.prefix, *one.tokens]
        before = len(prompt) - len(window.prefix)
        chance_of = torch.log_softmax(logits[: len(prompt) + len(one.tokens)].float(), dim=-1)
        silent = float(chance_of[prompt.index(tokenizer.sot), tokenizer.no_speech].exp())
        ids = torch.tensor(text, device=logits.device)
        each = chance_of[before - 1 : before - 1 + len(text)].gather(1, ids[:, None])[:, 0].cpu().numpy()
        mean = float(each[len(window.prefix) :].mean()) if one.tokens else 0.0
        doubts = Doubts(silent, mean)
        if not one.tokens:
            return Reading((), doubts, one.language, one.chances)
        words = _timed(tokenizer, text, each, where[before - 1 : before - 1 + len(text)])
        return Reading(words_after(words, len(window.prefix), tokenizer.decode), doubts, one.language, one.chances)

    def _encode(self, sounds: Sequence[npt.NDArray[np.float32]]) -> tuple[Any, list[int]]:
        """The encoder's output (sounds, 1500, width), and how many of its steps are sound."""
        given, frames = np.zeros((len(sounds), self._mels, FULL_FRAMES), np.float32), []
        for row, sound in enumerate(sounds):
            if len(sound) < LEAST_SAMPLES:
                sound = np.pad(sound, (0, LEAST_SAMPLES - len(sound)))
            mel = self._features(sound)[:, :FULL_FRAMES]
            given[row, :, : mel.shape[1]] = mel
            frames.append(max(1, mel.shape[1] // 2))
        mels = torch.from_numpy(given).to(self.device, self._type)
        return self._model.model.encoder(mels).last_hidden_state, frames

    def _chances(self, encoded: Any) -> dict[str, float]:
        sot = torch.tensor([[self._text.token_to_id("<|startoftranscript|>")]], device=self.device)
        logits = self._model(encoder_outputs=BaseModelOutput(encoded), decoder_input_ids=sot).logits[0, -1]
        chances = torch.softmax(logits[list(self._languages.values())].float(), dim=-1)
        return dict(zip(self._languages, chances.tolist(), strict=True))

    def _generate(self, encoded: Any, group: Sequence[_Begun]) -> None:
        """New tokens of text for each, who all have committed words before (the first may then end it) or all have not.
        What is said before stands at the right, so that all go on at the same place; what fills the left is not seen.
        """
        tokenizer, beam_size = group[0].tokenizer, group[0].task.beam_size
        longest = max(len(one.prompt) for one in group)
        ids = torch.full((len(group), longest), tokenizer.eot)
        seen = torch.zeros_like(ids)
        for row, one in enumerate(group):
            ids[row, longest - len(one.prompt) :] = torch.tensor(one.prompt)
            seen[row, longest - len(one.prompt) :] = 1
        signs = range(tokenizer.eot + 1, self._model.config.vocab_size)
        config: Any = GenerationConfig(  # type: ignore[no-untyped-call,unused-ignore]
            max_new_tokens=max(one.new for one in group),
            num_beams=beam_size,
            do_sample=False,
            eos_token_id=tokenizer.eot,
            pad_token_id=tokenizer.eot,
            suppress_tokens=[*get_suppressed_tokens(tokenizer, [-1]), *signs],
            begin_suppress_tokens=None if group[0].task.window.prefix else [tokenizer.eot],
            use_cache=True,
        )
        found = GenerationMixin.generate(
            self._model,
            generation_config=config,
            encoder_outputs=BaseModelOutput(encoded),
            decoder_input_ids=ids.to(self.device),
            decoder_attention_mask=seen.to(self.device),
        )
        for one, made in zip(group, found[:, longest:].tolist(), strict=True):
            one.tokens = [token for token in made[: one.new] if token < tokenizer.eot]

    def _aligned(
        self, encoded: Any, told: Sequence[Sequence[int]], frames: Sequence[int]
    ) -> tuple[Any, list[npt.NDArray[np.intp]]]:
        """Logits at each token of each row, and the step of its sound that was attended to most while the next was
        written. Rows are filled at the right, which nothing before looks at.
        """
        longest = max(map(len, told))
        given = torch.tensor([[*tokens, *[tokens[-1]] * (longest - len(tokens))] for tokens in told])
        with self._watched() as seen:
            logits = self._model(
                encoder_outputs=BaseModelOutput(encoded), decoder_input_ids=given.to(self.device), use_cache=False
            ).logits
        found = []
        for row, (tokens, steps) in enumerate(zip(told, frames, strict=True)):
            total = torch.zeros(len(tokens), steps, device=self.device)
            for layer, head in self._heads:
                queries, keys = seen[layer, "q"], seen[layer, "k"]
                size = queries.shape[-1] // self._model.config.decoder_attention_heads
                part = slice(head * size, (head + 1) * size)
                scores = queries[row, : len(tokens), part].float() @ keys[row, :steps, part].float().T / size**0.5
                attention = torch.softmax(scores, dim=-1)
                total += (attention - attention.mean(0)) / (attention.std(0, correction=0) + 1e-6)
            found.append(np.asarray(total.argmax(-1).cpu().numpy()))
        return logits, found

    @contextmanager
    def _watched(self) -> Iterator[dict[tuple[int, str], Any]]:
        """Queries and keys of the cross attention as they are computed: any attention kernel will do."""
        seen: dict[tuple[int, str], Any] = {}
        hooks = []
        for layer in {layer for layer, _ in self._heads}:
            attention = self._model.model.decoder.layers[layer].encoder_attn
            for name, module in (("q", attention.q_proj), ("k", attention.k_proj)):
                key = (layer, name)
                hooks.append(module.register_forward_hook(lambda _m, _i, out, key=key: seen.__setitem__(key, out)))
        try:
            yield seen
        finally:
            for hook in hooks:
                hook.remove()

    def _alignment_heads(self) -> list[tuple[int, int]]:
        told = getattr(self._model.generation_config, "alignment_heads", None)
        if told:
            return [(int(layer), int(head)) for layer, head in told]
        layers, heads = self._model.config.decoder_layers, self._model.config.decoder_attention_heads
        return [(layer, head) for layer in range(layers // 2, layers) for head in range(heads)]

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(self._text, self.multilingual, task="transcribe", language=language)
        return self._tokenizers[language]


def _device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "xpu" if hasattr(torch, "xpu") and torch.xpu.is_available() else "cpu"


def _timed(
    tokenizer: Tokenizer, text: Sequence[int], logprobs: npt.NDArray[np.float32], where: npt.NDArray[np.intp]
) -> list[dict[str, Any]]:
    """Words of ``text`` with times that never fall, as ``words_after`` takes them."""
    texts, groups = tokenizer.split_to_word_tokens(list(text))
    steps = np.maximum.accumulate(where)
    found, at, begin = [], 0, 0.0
    for word, tokens in zip(texts, groups, strict=True):
        end = float(steps[at + len(tokens) - 1] + 1) * FRAME_S
        chance = float(np.exp(logprobs[at : at + len(tokens)].mean()))
        start = max(begin, float(steps[at]) * FRAME_S)
        found.append({"word": word, "tokens": tokens, "start": min(start, end), "end": end, "probability": chance})
        at, begin = at + len(tokens), end
    return found
