"""One picture for each case of turn taking, for the documents: ``python -m tests.lab.pictures [FOLDER]``.

Plays a short script of each through the real session in virtual time, and draws it as ``netra timeline`` does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from agent.timeline import timeline
from tests.lab.script import Engines, Noise, Reply, Say, Script, Step, Type
from tests.lab.stage import play
from transport import timeline_picture

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "turns"
ENGINES = Engines(final_ms=20, lag_ms=20, judge_ms=5)
LONG = Reply(words=12)
SOON = Reply(words=4)

CASES: dict[str, tuple[str, tuple[Step, ...]]] = {
    "smooth": ("A turn and its answer, begun in the pause", (Step(Say("what time is it", SOON, finality=0.9)),)),
    "pause": ("A pause inside a sentence", (Step(Say("read the [500] text on this page", SOON, finality=0.9)),)),
    "guess": (
        "Words that could have been all, and were not: the answer is thrown away",
        (Step(Say("read this page [220] from the top please", SOON, finality=0.2)),),
    ),
    "barge-in": (
        "Spoken over: lowered, silent, cut",
        (
            Step(Type("tell me a story", LONG)),
            Step(Say("no I want to hear the time", SOON, finality=0.9), 900, "sounding"),
        ),
    ),
    "backchannel": (
        '"Uh-huh" over a reply',
        (Step(Type("tell me a story", LONG)), Step(Say("uh-huh", word_ms=320), 900, "sounding")),
    ),
    "cough": (
        "A cough over a reply: it goes on from the same sample",
        (Step(Type("tell me a story", LONG)), Step(Noise(380, word="of", coverage=0.05), 900, "sounding")),
    ),
    "stop": (
        '"Stop" is believed at its first word',
        (Step(Type("tell me a story", LONG)), Step(Say("stop", word_ms=400), 900, "sounding")),
    ),
    "still-asking": (
        "Who goes on before a word of the answer was heard is still asking",
        (Step(Say("what is this", Reply(words=4, first_ms=1500), finality=0.9)), Step(Say("on the table", SOON), 500)),
    ),
}
"""Name of the file: title, script."""


def draw(name: str, path: Path) -> str:
    """Draw this case; gives what the picture shows, in words."""
    title, steps = CASES[name]
    lanes = timeline(play(Script(person=steps, engines=ENGINES)).flight.lines)
    canvas = timeline_picture.draw(lanes, title)
    canvas.save(path)
    return canvas.description


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in CASES:
        print(f"{name}: {draw(name, folder / f'{name}.svg')}")  # noqa: T201


if __name__ == "__main__":
    main()
