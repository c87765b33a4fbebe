"""The classifier of the understanding: multinomial logistic regression on word and letter n-grams.

Knows labelled sentences and numbers. Does not know skills, slots or what "sure enough" means.
It is trained from the phrase bank in seconds and kept in the cache; the same bank gives the same model.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import tempfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Weights: TypeAlias = npt.NDArray[np.float32]
Indices: TypeAlias = npt.NDArray[np.int32]

VERSION = 2
"""Part of the cache key: raise it when the same sentences would give another model."""

BUCKETS = 1 << 15
EPOCHS, BATCH, RATE, SHRINK = 3, 256, 0.4, 2e-6
NOISY_SHARE = 0.6
"""Of the training sentences of an epoch, how many have a word dropped, swapped, added or misspelt."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``words`` as ``understand_slots.words_of`` gives them; ``weight`` scales its pull on the model."""

    words: tuple[str, ...]
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """``sentences`` to tell apart; ``familiar``: sentences whose pairs of words are known to belong together."""

    sentences: Sequence[Sentence]
    familiar: Iterable[Sequence[str]]


def features(words: Sequence[str]) -> Indices:
    """Buckets of the n-grams of a sentence, without repeats: words, pairs, pairs over a gap, letters of each word."""
    padded = ["^", *words, "$"]
    grams = {*words}
    grams.update(f"{a} {b}" for a, b in itertools.pairwise(padded))
    grams.update(f"{a} _ {b}" for a, b in zip(padded, padded[2:], strict=False))
    grams.update(f"{a} {b} {c}" for a, b, c in zip(padded, padded[1:], padded[2:], strict=False))
    for word in words:
        if len(word) > 3:
            edged = f"<{word}>"
            grams.update("#" + edged[i : i + 4] for i in range(len(edged) - 3))
    grams.add(f"length {min(len(words), 12)}")
    return np.array(sorted({zlib.crc32(gram.encode()) % BUCKETS for gram in grams}), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Classifier:
    """``weights``: (BUCKETS, labels). ``pairs``: hashes of neighbouring words of familiar sentences."""

    labels: tuple[str, ...]
    weights: Weights
    pairs: frozenset[int]

    def probabilities(self, words: Sequence[str]) -> dict[str, float]:
        """How likely each label is, summing to 1."""
        at = features(words)
        scores = self.weights[at].sum(axis=0) / np.sqrt(len(at))
        grown = np.exp(scores - scores.max())
        return dict(zip(self.labels, (grown / grown.sum()).tolist(), strict=True))

    def familiarity(self, words: Sequence[str]) -> float:
        """Share of neighbouring words (start and end count as words) that occur side by side in familiar sentences.

        One pair is counted as known in any case, or one wrong word would spoil a short request. Requests of the bank
        have 1.0 and paraphrases mostly over 0.85, talk from outside mostly under 0.7.
        """
        hashes = pair_hashes(words)
        return (1 + sum(one in self.pairs for one in hashes)) / (1 + len(hashes))


def pair_hashes(words: Sequence[str]) -> list[int]:
    return [zlib.crc32(f"{a} {b}".encode()) for a, b in itertools.pairwise(("^", *words, "$"))]


def load_or_train(lessons: Callable[[], Lessons], cache_dir: Path | None, digest: str) -> Classifier:
    """The classifier of these lessons, from ``cache_dir`` when it was trained there before.

    ``digest`` names the lessons, which are made only when needed. A broken cache file is trained over; safe with
    several processes.
    """
    key = hashlib.sha256(f"{VERSION} {BUCKETS} {EPOCHS} {RATE} {NOISY_SHARE} {digest}".encode()).hexdigest()[:16]
    path = None if cache_dir is None else cache_dir / f"understand-{key}.npz"
    if path is not None and path.exists():
        try:
            with np.load(path) as kept:
                labels, weights = tuple(kept["labels"].tolist()), kept["weights"].astype(np.float32)
                return Classifier(labels, weights, frozenset(kept["pairs"].tolist()))
        except (OSError, ValueError, KeyError, zlib.error):
            path.unlink(missing_ok=True)
    classifier = train(lessons())
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.savez(
                file,
                labels=np.array(classifier.labels),
                weights=classifier.weights.astype(np.float16),
                pairs=np.array(sorted(classifier.pairs), dtype=np.uint32),
            )
        Path(file.name).replace(path)
    return classifier


def train(lessons: Lessons, seed: int = 7) -> Classifier:
    """Adagrad on the cross-entropy, each epoch over freshly disturbed sentences."""
    sentences = lessons.sentences
    chance = random.Random(seed)
    labels = tuple(sorted({sentence.label for sentence in sentences}))
    number = {label: i for i, label in enumerate(labels)}
    vocabulary = sorted({word for sentence in sentences for word in sentence.words})
    clean = [features(sentence.words) for sentence in sentences]
    target = np.array([number[sentence.label] for sentence in sentences])
    pull = np.array([sentence.weight for sentence in sentences], dtype=np.float32)
    weights = np.zeros((BUCKETS, len(labels)), dtype=np.float32)
    squares = np.full((BUCKETS, len(labels)), 1e-4, dtype=np.float32)
    order = list(range(len(sentences)))
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        rate = RATE * (1.0 - epoch / EPOCHS) ** 0.5
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            rows = [
                features(disturb(sentences[i].words, vocabulary, chance)) if chance.random() < NOISY_SHARE else clean[i]
                for i in batch
            ]
            _step(weights, squares, rows, target[batch], pull[batch], rate)
    pairs = frozenset(one for words in lessons.familiar for one in pair_hashes(words))
    return Classifier(labels, weights.astype(np.float16).astype(np.float32), pairs)


def _step(
    weights: Weights,
    squares: Weights,
    rows: Sequence[Indices],
    target: npt.NDArray[np.int64],
    pull: Weights,
    rate: float,
) -> None:
    """One batch: a small dense matrix over the buckets that occur in it."""
    sizes = np.array([len(row) for row in rows])
    used, inverse = np.unique(np.concatenate(rows), return_inverse=True)
    dense = np.zeros((len(rows), len(used)), dtype=np.float32)
    at_row = np.repeat(np.arange(len(rows)), sizes)
    dense[at_row, inverse] = np.repeat(1.0 / np.sqrt(sizes), sizes)
    scores = dense @ weights[used]
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = grown / grown.sum(axis=1, keepdims=True)
    error[np.arange(len(rows)), target] -= 1.0
    error *= pull[:, None]
    slope = dense.T @ error + SHRINK * weights[used]
    squares[used] += slope * slope
    weights[used] -= rate * slope / np.sqrt(squares[used])


def disturb(words: Sequence[str], vocabulary: Sequence[str], chance: random.Random) -> list[str]:
    """A sentence as a recogniser or a hurried writer may give it: a word or two dropped, swapped, added, misspelt."""
    noisy = list(words)
    for _ in range(1 if len(noisy) < 5 else chance.choice((1, 1, 2))):
        at = chance.randrange(len(noisy))
        match chance.randrange(6):
            case 0 | 1 if len(noisy) > 2:
                del noisy[at]
            case 2:
                noisy[at] = chance.choice(vocabulary)
            case 3:
                noisy.insert(chance.choice((0, at, len(noisy))), chance.choice(vocabulary))
            case 4 if len(noisy) > 2:
                noisy.insert(chance.choice((0, len(noisy))), chance.choice(_LITTLE))
            case _:
                noisy[at] = _misspell(noisy[at], chance)
    return noisy


_LITTLE = ("a", "the", "uh", "it", "and", "is", "to", "i", "and", "oh", "that", "in", "of", "but", "he", "at", "this")
"""What recognisers hear in breath and clicks."""


def _misspell(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    at = chance.randrange(len(word) - 1)
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + chance.choice("etaoinshr") + word[at + 1 :]
