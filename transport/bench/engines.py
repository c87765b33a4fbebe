"""The line, the voice detectors and the understanding, each by its own bench, as rows of the table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import numpy as np

from agent.engines import registry
from agent.errors import EngineMissing, LineError
from transport.bench import intents as understanding
from transport.bench import link as line
from transport.bench import vad as detecting
from transport.bench.figures import Row, both, rounded
from transport.bench.sounds import SPEECH_FOLDER, noises, recorded, spoken
from transport.bench.stage import Bench, bound_to, processors
from transport.client_media import LossyPath

PATHS = (("5 % loss", 0.05, 0), ("2 % loss, 50 ms jitter", 0.02, 50_000))
LINK_S = 16.0
MIXES = ("clean", "pink 10 dB", "kitchen 5 dB", "kitchen 0 dB", "music 10 dB")
OUTSIDE = ("outside_dev", "outside_heldout", "recordings")


async def link(bench: Bench) -> list[Row]:
    """Microphone to recogniser, against the same way without loss. The figure is a seed's: three are taken together."""
    with bound_to(processors()[0]):
        bench.tell("a clean line")
        clean = await line.delays(LossyPath(), LINK_S)
        rows = [_link_row("clean line", [clean], clean, asked=False)]
        for index, (name, loss, jitter_us) in enumerate(PATHS):
            found = []
            for seed in range(1, 4):
                bench.tell(f"{name}, {seed} of 3")
                found.append(await line.delays(LossyPath(loss, jitter_us, seed), LINK_S / 2))
            rows.append(_link_row(name, found, clean, asked=index == 0))
    return rows


def _link_row(name: str, found: Sequence[line.Delays], clean: line.Delays, *, asked: bool) -> Row:
    """The worst of them. What is added is counted from the clean line's median."""
    p50, p90 = max(each.p50 for each in found), max(each.p90 for each in found)
    added = p90 - clean.p50
    delivered = 100 * min(each.delivered for each in found)
    return Row(
        f"browser → recogniser, {name}",
        f"p90 {added:.0f} ms added" if found != [clean] else f"p50 {p50:.0f}, p90 {p90:.0f} ms",
        {"p50_ms": p50, "p90_ms": p90, "p90_added_ms": round(added, 1),
         "delivered_percent": rounded(delivered)},
        "p90 ≤ 60 ms added" if asked else "",
        added <= 60 if asked else None,
        f"p50 {p50:.0f}, p90 {p90:.0f} ms in all; {delivered:.1f} % of the sound came",
    )  # fmt: skip


async def intents(bench: Bench) -> list[Row]:
    """What is understood of the bank's phrases, of others' words, and of talk that is not for the agent.

    Raises EngineMissing when the synthetic voices are not there.
    """
    if shutil.which("flite") is None:
        raise EngineMissing("The synthetic voices of this part need flite: apt install flite")
    bench.tell("four voices say the phrases")
    found = await understanding.measure(understanding.VOICES, 5 * bench.turns, ("bank", "heldout", *OUTSIDE))
    rows = []
    for name, title, right, wrong in (("bank", "phrases of the bank", 95, 2), ("heldout", "others' words", 80, 5)):
        if found.get(name):
            rows.append(_understood_row(title, understanding.summed(name, found[name]), right, wrong))
    outside = [outcome for name in OUTSIDE for outcome in found.get(name, ()) if not outcome.wanted]
    if outside:
        rows.append(_outside_row(understanding.summed("outside", outside), "recordings" in found))
    return rows


def _understood_row(title: str, row: understanding.Row, right: float, wrong: float) -> Row:
    return Row(
        f"intents understood: {title}",
        f"{row.right:.1f} % right, {row.wrong:.1f} % wrong",
        {"right_percent": row.right, "wrong_percent": row.wrong, "asks_percent": row.asks, "clips": row.clips},
        f"≥ {right:.0f} % right, ≤ {wrong:.0f} % wrong",
        both(row.right >= right, row.wrong <= wrong),
        f"{row.clips} clips, {len(understanding.VOICES)} voices; {row.asks:.1f} % ask again",
    )


def _outside_row(row: understanding.Row, with_recordings: bool) -> Row:
    return Row(
        "speech outside its skills answered",
        f"{row.wrong:.1f} %",
        {"wrong_percent": row.wrong, "refused_percent": row.refused, "clips": row.clips},
        "≤ 2 %",
        row.wrong <= 2,
        f"{row.clips} clips, {'recordings too' if with_recordings else 'no recordings here'};"
        f" {row.refused:.1f} % are told that it can't do that",
    )


async def vad(bench: Bench) -> list[Row]:
    """Every detector that can be chosen, in the same mixes. Raises EngineMissing when none is there."""
    settings = bench.settings
    voice = registry.build("synthesizer", settings.speaking.synthesizer, settings)
    clips = recorded(SPEECH_FOLDER) + await spoken(voice)
    if not clips:
        raise LineError("There is no speech to try the detectors on.")
    noise = noises(SPEECH_FOLDER)
    rows = []
    for detector in detecting.detectors(list(registry.PLACES["vad"])):
        bench.tell(f"detector {detector.name}")
        mixes = [mix for mix in detecting.MIXES if mix.name in MIXES and (not mix.noise or mix.noise in noise)]
        figures = [detecting.measure(detector, mix, clips, noise, settings.hearing.gate) for mix in mixes]
        cost = detecting.cost(detector, noise, settings.hearing.gate)
        chosen = " (chosen)" if detector.name == settings.hearing.vad else ""
        onset, covered = (float(np.nanmedian([getattr(each, name) for each in figures])) for name in _VAD_FIGURES)
        rows.append(
            Row(
                f"voice detector {detector.name}{chosen}",
                f"{100 * covered:.0f} % of speech, onset {onset:.0f} ms",
                {"covered_percent": rounded(100 * covered), "onset_ms": rounded(onset),
                 "false_per_minute": rounded(cost.false_openings), "core_percent": rounded(cost.core_percent)},
                note=f"{cost.false_openings:.1f} false openings a minute of noise, {cost.core_percent:.2f} % of a core;"
                f" medians of {len(mixes)} mixes",
            )
        )  # fmt: skip
    return rows


_VAD_FIGURES = ("opened_p50", "speech_covered")
