"""Whisper on torch, by transformers: one window of sound to words with times, where CTranslate2 has no build for the
accelerator or the model is in Hugging Face's form.

Knows the libraries. Does not know utterances, policies or sessions. Spectrogram and tokenizer are faster-whisper's, so
that both backends read alike. A word's time is where the alignment heads attend most while its tokens are written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from agent.engines.whisper_reading import Choose, Reading, most_new_tokens, prompt_tokens, words_after
from agent.engines.whisper_settings import LANGUAGES
from agent.engines.whisper_utterance import Window
from agent.errors import EngineMissing

FULL_FRAMES = 3000
FRAME_S = 0.02
"""One step of the encoder's output."""
LEAST_SAMPLES = 1600
PRECISIONS = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32}


class TorchWhisper:
    """Backend. ``folder``: weights, config.json, tokenizer.json, preprocessor_config.json in Hugging Face's form.

    One reading at a time: the accelerator is one. Raises EngineMissing for what it can't do.
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
        self._features = FeatureExtractor(
            feature_size=int(options.get("feature_size", self._model.config.num_mel_bins))
        )
        self.multilingual = self._text.token_to_id("<|en|>") is not None and self._model.config.vocab_size != 51_864
        self._languages = {code: self._text.token_to_id(f"<|{code}|>") for code in LANGUAGES if self.multilingual}
        self._languages = {code: token for code, token in self._languages.items() if token is not None}
        self._heads = self._alignment_heads()
        self._tokenizers: dict[str, Tokenizer] = {}
        self._one = threading.Lock()

    def read(self, window: Window, choose: Choose, *, hint: str, beam_size: int) -> Reading:
        """See Backend."""
        with self._one, torch.inference_mode():
            return self._read(window, choose, hint, beam_size)

    def _read(self, window: Window, choose: Choose, hint: str, beam_size: int) -> Reading:
        encoded, frames = self._encode(window.sound)
        chances: dict[str, float] = {}
        language = choose.current or "en"
        if self.multilingual and choose.open and not (window.prefix or window.prompt):
            chances = self._chances(encoded)
            language = choose.hear(chances)
        tokenizer = self._tokenizer(language)
        prompt = prompt_tokens(tokenizer, window, hint)
        new = most_new_tokens(window, len(prompt))
        tokens = self._generate(encoded, prompt, new, beam_size, tokenizer, bool(window.prefix)) if new else []
        text = [*window.prefix, *tokens]
        before = len(prompt) - len(window.prefix)
        logits, where = self._aligned(encoded, [*prompt, *tokens], frames)
        chance_of = torch.log_softmax(logits.float(), dim=-1)
        silent = float(chance_of[prompt.index(tokenizer.sot), tokenizer.no_speech].exp())
        ids = torch.tensor(text, device=logits.device)
        each = chance_of[before - 1 : before - 1 + len(text)].gather(1, ids[:, None])[:, 0].cpu().numpy()
        mean = float(each[len(window.prefix) :].mean()) if tokens else 0.0
        doubts = Doubts(silent, mean)
        if not tokens:
            return Reading((), doubts, language, chances)
        words = _timed(tokenizer, text, each, where[before - 1 : before - 1 + len(text)])
        return Reading(words_after(words, len(window.prefix), tokenizer.decode), doubts, language, chances)

    def _encode(self, sound: npt.NDArray[np.float32]) -> tuple[Any, int]:
        """The encoder's output (1, 1500, width) and how many of its steps are sound."""
        if len(sound) < LEAST_SAMPLES:
            sound = np.pad(sound, (0, LEAST_SAMPLES - len(sound)))
        mel = self._features(sound)[:, :FULL_FRAMES]
        padded = np.pad(mel, ((0, 0), (0, FULL_FRAMES - mel.shape[1])))
        given = torch.from_numpy(padded[None].astype(np.float32)).to(self.device, self._type)
        return self._model.model.encoder(given).last_hidden_state, max(1, mel.shape[1] // 2)

    def _chances(self, encoded: Any) -> dict[str, float]:
        sot = torch.tensor([[self._text.token_to_id("<|startoftranscript|>")]], device=self.device)
        logits = self._model(encoder_outputs=BaseModelOutput(encoded), decoder_input_ids=sot).logits[0, -1]
        chances = torch.softmax(logits[list(self._languages.values())].float(), dim=-1)
        return dict(zip(self._languages, chances.tolist(), strict=True))

    def _generate(
        self, encoded: Any, prompt: list[int], new: int, beam_size: int, tokenizer: Tokenizer, going_on: bool
    ) -> list[int]:
        """New tokens of text. The first may end it only where committed words come before."""
        signs = range(tokenizer.eot + 1, self._model.config.vocab_size)
        config: Any = GenerationConfig(  # type: ignore[no-untyped-call,unused-ignore]
            max_new_tokens=new,
            num_beams=beam_size,
            do_sample=False,
            eos_token_id=tokenizer.eot,
            pad_token_id=tokenizer.eot,
            suppress_tokens=[*get_suppressed_tokens(tokenizer, [-1]), *signs],
            begin_suppress_tokens=None if going_on else [tokenizer.eot],
            use_cache=True,
        )
        found = GenerationMixin.generate(
            self._model,
            generation_config=config,
            encoder_outputs=BaseModelOutput(encoded),
            decoder_input_ids=torch.tensor([prompt], device=self.device),
        )
        return [token for token in found[0, len(prompt) :].tolist() if token < tokenizer.eot]

    def _aligned(self, encoded: Any, tokens: Sequence[int], frames: int) -> tuple[Any, npt.NDArray[np.intp]]:
        """Logits at each token, and the step of the sound that was attended to most while the next was written."""
        given = torch.tensor([list(tokens)], device=self.device)
        with self._watched() as seen:
            logits = self._model(
                encoder_outputs=BaseModelOutput(encoded), decoder_input_ids=given, use_cache=False
            ).logits[0]
        total = torch.zeros(len(tokens), frames, device=self.device)
        for layer, head in self._heads:
            queries, keys = seen[layer, "q"], seen[layer, "k"]
            size = queries.shape[-1] // self._model.config.decoder_attention_heads
            part = slice(head * size, (head + 1) * size)
            scores = queries[0, :, part].float() @ keys[0, :frames, part].float().T / size**0.5
            attention = torch.softmax(scores, dim=-1)
            total += (attention - attention.mean(0)) / (attention.std(0, correction=0) + 1e-6)
        return logits, np.asarray(total.argmax(-1).cpu().numpy())

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
