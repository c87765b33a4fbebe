"""Hums and words."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from agent.audio import HEARING_RATE, Pcm
from agent.humming import LONGEST_S, hummed
from transport.bench.overlap import hum
from transport.bench.sounds import load, to_pcm
from transport.demo.person import cough


def with_silence(pcm: Pcm) -> Pcm:
    hiss = np.random.default_rng(1).normal(0, 12, len(pcm) + 8_000)
    hiss[4_000:-4_000] += pcm
    return hiss.astype(np.int16)


@pytest.mark.parametrize("hertz", [90, 115, 160, 210, 235])
def test_a_hum_is_one_in_any_pitch(hertz: int) -> None:
    assert hummed(hum(hertz))
    assert hummed(with_silence(hum(hertz)))
    assert hummed((hum(hertz) // 8).astype(np.int16))


@pytest.mark.parametrize("seed", [3, 4, 6])
def test_a_cough_is_none(seed: int) -> None:
    assert not hummed(cough(seed))


def test_nothing_and_too_much_are_none() -> None:
    assert not hummed(np.zeros(0, np.int16))
    assert not hummed(np.zeros(8_000, np.int16))
    assert not hummed(np.tile(hum(160), 4)[: int((LONGEST_S + 0.1) * HEARING_RATE)])


@pytest.mark.skipif(not shutil.which("flite"), reason="flite is not installed: the darkest words are not tried")
@pytest.mark.parametrize("word", ["no", "who", "you", "moon", "room", "stop", "one more", "uh-huh"])
@pytest.mark.parametrize("voice", ["slt", "rms", "awb"])
def test_the_darkest_words_are_words(word: str, voice: str, tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    subprocess.run(["flite", "-voice", voice, "-t", word, "-o", str(path)], check=True, timeout=60)
    assert not hummed(with_silence(to_pcm(load(path))))
