"""The language model and dictionary of the embedded recogniser, made from sentences when it first starts.

A trigram of the sentences given, opened towards everything else: words and pairs of the recogniser's own general
model are mixed in, so that speech from outside comes out as the words it is and not as the nearest command.
Knows text, counts and files. Does not know sound.
"""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pocketsphinx import Config, LogMath, NGramModel, get_model_path

from agent.engines.sphinx_spelling import has_letters, pronounce

VERSION = 5
"""Part of the cache key: raise it when the same sentences would give another model."""

PRONUNCIATIONS: Mapping[str, tuple[str, ...]] = {
    "netra": ("N EH T R AH", "N EY T R AH", "N EH T R AA"),
    "mm-hmm": ("M HH M", "AH M HH M"),
    "uh-huh": ("AH HH AH", "AA HH AA", "AH HH AO"),
    "hmm": ("HH M", "HH AH M"),
    "iya": ("IY Y AA", "IY AH"),
    "erm": ("ER M",),
    "hiya": ("HH AY Y AH",),
    "barcode": ("B AA R K OW D",),
    "barcodes": ("B AA R K OW D Z",),
    "shush": ("SH AH SH",),
    "verbose": ("V ER B OW S",),
    "loudness": ("L AW D N AH S",),
    "facetime": ("F EY S T AY M",),
    "terima": ("T ER IY M AA",),
    "kasih": ("K AA S IY",),
    "selamat": ("S AH L AA M AA T",),
    "pagi": ("P AA G IY",),
    "nighty": ("N AY T IY",),
    "this": ("DH IY S",),
}
"""Pronunciations (CMU phones) that the bundled dictionary lacks or has only one of."""

LOG_BASE = math.log(1.0001)
"""pocketsphinx gives probabilities as whole powers of 1.0001."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """How the model is opened. Shares of all counted words; chosen on synthetic voices (see docs of the bench).

    ``words``: how many of the general model's commonest words are in; ``share``: their part of the counts;
    ``pairs``: the ``pairs`` commonest of them also as pairs; ``openness``: weight of never seen continuations
    (Witten-Bell); ``floor``: least chance to leave any context.
    """

    words: int = 3000
    share: float = 0.25
    pairs: int = 1400
    openness: float = 1.0
    floor: float = 0.05


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """``lm``: ARPA trigram; ``dictionary``: the words in it; ``inside``: words of the sentences given;
    ``silent``: words left out because no pronunciation is known; ``guessed``: names whose pronunciation is guessed."""

    lm: Path
    dictionary: Path
    inside: frozenset[str]
    silent: tuple[str, ...]
    guessed: tuple[str, ...] = ()


def build(
    sentences: Sequence[str],
    outside: Sequence[str],
    cache_dir: Path,
    mixture: Mixture,
    names: Collection[str] = (),
) -> ModelFiles:
    """Files for these sentences, from the cache where they were made before. Safe with several processes: each
    writes under a name of its own and renames. ``names``: words among them that are somebody's own, whose pronunciation
    is guessed when the dictionary lacks it. Raises OSError when ``cache_dir`` can't be written."""
    known = _dictionary()
    inside = {word for sentence in sentences for word in sentence.split()}
    guessed = tuple(sorted(word for word in inside.intersection(names) if word not in known and has_letters(word)))
    silent = tuple(sorted(word for word in inside if word not in known and word not in guessed))
    key = hashlib.sha256(repr((VERSION, mixture, PRONUNCIATIONS, *([guessed] if guessed else []))).encode())
    for sentence in (*sentences, "\0", *outside):
        key.update(sentence.encode() + b"\n")
    stem = cache_dir / f"sphinx-{key.hexdigest()[:16]}"
    lm, dictionary = stem.with_suffix(".arpa"), stem.with_suffix(".dict")
    files = ModelFiles(lm, dictionary, frozenset(inside - {*silent}), silent, guessed)
    if not (files.lm.exists() and files.dictionary.exists()):
        known |= {word: (phones,) for word, phones in pronounce(guessed, known).items()}
        cache_dir.mkdir(parents=True, exist_ok=True)
        spoken = [[word for word in sentence.split() if word in known] for sentence in (*sentences, *outside)]
        counts = _count(spoken)
        _open(counts, mixture, known)
        words = sorted({word for word in counts.one if word not in ("<s>", "</s>")})
        _write(files.dictionary, _dictionary_lines(words, known))
        _write(files.lm, _arpa(counts, mixture))
    return files


class Counts:
    """Counts of words, pairs and triples; background counts are fractions."""

    def __init__(self) -> None:
        self.one: dict[str, float] = defaultdict(float)
        self.two: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.three: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))


SHORT_SAID_MORE: Mapping[int, float] = {1: 40.0, 2: 6.0, 3: 2.0}
"""Sentences of so many words count so often: "stop" and "uh-huh" are said far more than each long one of thousands."""


def _count(sentences: Iterable[Sequence[str]]) -> Counts:
    counts = Counts()
    for sentence in sentences:
        often = SHORT_SAID_MORE.get(len(sentence), 1.0)
        padded = ["<s>", *sentence, "</s>"]
        for i, word in enumerate(padded[1:], 1):
            counts.one[word] += often
            counts.two[padded[i - 1]][word] += often
            if i > 1:
                counts.three[padded[i - 2], padded[i - 1]][word] += often
    return counts


def _open(counts: Counts, mixture: Mixture, known: Mapping[str, tuple[str, ...]]) -> None:
    """Add the general model's commonest words, and pairs of the very commonest, as fractions of a count."""
    if mixture.words == 0 or mixture.share == 0.0:
        return
    chance = _general_model()
    plain = [word for word in known if "." not in word]
    common = sorted(((chance([word]), word) for word in plain), reverse=True)[: mixture.words]
    total = sum(counts.one.values()) * mixture.share / (1.0 - mixture.share)
    mass = sum(math.exp(p * LOG_BASE) for p, _ in common)
    for p, word in common:
        counts.one[word] += total * math.exp(p * LOG_BASE) / mass
    least = math.log(0.002) / LOG_BASE
    for p, first in common[: mixture.pairs]:
        weight = total * math.exp(p * LOG_BASE) / mass
        follow = counts.two[first]
        for _, second in common[: mixture.pairs]:
            q = chance([second, first])
            if q > least:
                follow[second] += weight * math.exp(q * LOG_BASE)


def _general_model() -> Callable[[list[str]], int]:
    """Log probability (base 1.0001) of a word after its history, the word first, newest history next."""
    model = NGramModel(Config(), LogMath(), str(Path(get_model_path()) / "en-us" / "en-us.lm.bin"))
    prob: Callable[[list[str]], int] = model.prob
    return prob


def _arpa(counts: Counts, mixture: Mixture) -> Iterable[str]:
    """Interpolated Witten-Bell in back-off form: P(w|h) = (1-g(h)) c(h,w)/c(h) + g(h) P(w|shorter h)."""

    def leave(follow: Mapping[str, float], total: float) -> float:
        open_ended = mixture.openness * len([c for c in follow.values() if c >= 1.0])
        return min(0.9, max(mixture.floor, open_ended / (total + open_ended)))

    total = sum(counts.one.values())
    one = {word: count / total for word, count in counts.one.items()}
    two_sum = {first: sum(follow.values()) for first, follow in counts.two.items()}
    two_leave = {first: leave(follow, two_sum[first]) for first, follow in counts.two.items()}
    two = {
        (first, word): (1 - two_leave[first]) * count / two_sum[first] + two_leave[first] * one[word]
        for first, follow in counts.two.items()
        for word, count in follow.items()
    }
    lines_three, three_leave = [], {}
    for history, follow in counts.three.items():
        subtotal = sum(follow.values())
        three_leave[history] = gone = leave(follow, subtotal)
        for word, count in follow.items():
            p = (1 - gone) * count / subtotal + gone * two[history[1], word]
            lines_three.append(f"{math.log10(p):.4f} {history[0]} {history[1]} {word}\n")
    yield f"\\data\\\nngram 1={len(one) + 1}\nngram 2={len(two)}\nngram 3={len(lines_three)}\n\n\\1-grams:\n"
    yield f"-99 <s> {math.log10(two_leave['<s>']):.4f}\n"
    for word, p in sorted(one.items()):
        yield f"{math.log10(p):.4f} {word} {math.log10(two_leave.get(word, 1.0)):.4f}\n"
    yield "\n\\2-grams:\n"
    for (first, word), p in sorted(two.items()):
        yield f"{math.log10(p):.4f} {first} {word} {math.log10(three_leave.get((first, word), 1.0)):.4f}\n"
    yield "\n\\3-grams:\n"
    yield from sorted(lines_three)
    yield "\n\\end\\\n"


def _dictionary() -> dict[str, tuple[str, ...]]:
    """Every word of the bundled dictionary with its pronunciations, ours added."""
    known: dict[str, list[str]] = defaultdict(list)
    path = Path(get_model_path()) / "en-us" / "cmudict-en-us.dict"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, phones = line.split(None, 1)
        known[word.split("(", 1)[0]].append(phones)
    for word, extra in PRONUNCIATIONS.items():
        known[word] += [phones for phones in extra if phones not in known[word]]
    return {word: tuple(phones) for word, phones in known.items()}


def _dictionary_lines(words: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    for word in words:
        for i, phones in enumerate(known[word], 1):
            yield f"{word}{'' if i == 1 else f'({i})'} {phones}\n"


def _write(path: Path, lines: Iterable[str]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(lines)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
