"""Draws a timeline: a lane for each of who speaks, what was understood, the state, guesses and what was heard.

Knows pixels and words for people. Does not know recordings. Long silences are folded, so that a day at home is a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.timeline import LaneName, Mark, Span, Timeline
from transport.canvas import AGENT, FAINT, GRID, INK, PERSON, Box, Canvas, Colour, Line, Words, fitted, length_of

PER_S = 90
"""Pixels a second."""
ROW_S = 12
LEFT, RIGHT, TOP = 92, 28, 84
LANES: tuple[tuple[LaneName, str, int], ...] = (
    ("speech", "user speech", 18),
    ("words", "user words", 20),
    ("state", "state", 18),
    ("guesses", "guesses", 18),
    ("agent", "agent speech", 22),
    ("heard", "words heard", 20),
)
"""Lane, its label, its height."""
GAP = 6
MARK_ROWS, MARK_ROW = 3, 14
ROW = sum(height + GAP for _, _, height in LANES) + MARK_ROWS * MARK_ROW + 38
FOLD_S, MARGIN_S = 8, 1
"""Silence longer than this is folded, up to so near the next sound."""

PALE_PERSON, PALE_AGENT = (205, 222, 243), (247, 219, 203)
USED, THROWN, WRONG = (0, 120, 84), (130, 130, 128), (170, 20, 30)
STATES: dict[str, Colour] = {
    "listening": (205, 222, 243), "pausing": (226, 234, 246), "guessing": (214, 238, 226),
    "thinking": (250, 238, 196), "speaking": (247, 219, 203), "overlap": (240, 196, 214), "idle": (238, 238, 234),
    "closed": (238, 238, 234),
}  # fmt: skip
LEGEND = (
    (Box(0, 0, 14, 12, PERSON), "user"),
    (Box(0, 0, 14, 12, PERSON, "outline"), "a sound that was no speech"),
    (Box(0, 0, 14, 12, AGENT), "agent"),
    (Box(0, 8, 14, 4, AGENT), "lowered (duck)"),
    (Box(0, 0, 14, 12, AGENT, "hatched"), "silent, kept (hold)"),
    (Box(6, 0, 3, 12, WRONG), "cut off"),
    (Box(0, 0, 14, 12, USED, "outline"), "guess, used"),
    (Box(0, 0, 14, 12, THROWN, "hatched"), "guess, thrown away"),
)
QUIET_STATES = ("idle", "closed")
MARK_COLOURS: dict[str, Colour] = {"cancel": WRONG, "failed": WRONG, "line lost": WRONG, "stop": WRONG, "back": USED}


@dataclass(frozen=True, slots=True)
class _Row:
    """``folded_ms``: silence before it that is not drawn."""

    start_ms: int
    end_ms: int
    top: int
    folded_ms: int


def draw(timeline: Timeline, title: str) -> Canvas:
    """The picture of a timeline."""
    rows = list(_rows(timeline))
    height = rows[-1].top + ROW if rows else TOP + 30
    canvas = Canvas(LEFT + ROW_S * PER_S + RIGHT, height, title, describe(timeline))
    canvas.add(Words(20, 12, title, INK, 16))
    _legend(canvas)
    for row in rows:
        _draw_row(canvas, row, timeline)
    if not rows:
        canvas.add(Words(20, TOP, "Nothing was said.", INK, 14))
    return canvas


def describe(timeline: Timeline) -> str:
    """In a few sentences, for those who don't see it."""
    lanes, kinds = timeline.lanes, [mark.kind for mark in timeline.marks]
    heard = lanes["heard"]
    turns = [span for span in lanes["words"] if span.text]
    used = sum(span.kind == "used" for span in lanes["guesses"])
    said = [f"{_clock(timeline.duration_ms)} of conversation: {_counted(len(turns), 'turn')} of the user"]
    said.append(f"{_counted(len(heard), 'reply', 'replies')} of the agent, {_count(heard, 'cancelled')} cut off")
    said.append(f"{_counted(len(lanes['guesses']), 'guess', 'guesses')}, {used} used")
    said.append(f"lowered {_counted(kinds.count('duck'), 'time')}, back {_counted(kinds.count('back'), 'time')}")
    return "; ".join(said) + "."


def _count(spans: tuple[Span, ...], kind: str) -> int:
    return sum(span.kind == kind for span in spans)


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


# --- rows -------------------------------------------------------------------------------------------------------


def _rows(timeline: Timeline) -> Iterator[_Row]:
    """Every stretch with something in it, in rows of ROW_S, on whole seconds."""
    top, before = TOP, 0
    for start, end in _stretches(timeline):
        for at in range(start, end, ROW_S):
            last = min(end, at + ROW_S)
            yield _Row(at * 1000, last * 1000, top, (at - before) * 1000)
            top, before = top + ROW, last


def _stretches(timeline: Timeline) -> list[tuple[int, int]]:
    """In whole seconds, with folded silence between."""
    busy = [(span.start_ms, span.end_ms) for name, spans in timeline.lanes.items() if name != "state" for span in spans]
    busy += [(mark.at_ms, mark.at_ms) for mark in timeline.marks]
    found: list[tuple[int, int]] = []
    for start_ms, end_ms in sorted(busy):
        start, end = max(0, start_ms // 1000 - MARGIN_S), -(-end_ms // 1000) + MARGIN_S
        if found and start - found[-1][1] <= FOLD_S:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _draw_row(canvas: Canvas, row: _Row, timeline: Timeline) -> None:
    top = row.top + 14
    if row.folded_ms:
        canvas.add(Words(LEFT, row.top - 2, f"… {_clock(row.folded_ms)} of silence …", FAINT, 12))
    bottom = top + sum(height + GAP for _, _, height in LANES) + MARK_ROWS * MARK_ROW
    for second in range(row.start_ms // 1000, row.end_ms // 1000 + 1):
        x = _x(row, second * 1000)
        canvas.add(Line(x, top, x, bottom, GRID), Words(x + 2, bottom, _clock(second * 1000), FAINT, 11))
    y = top
    for mark in _within(row, timeline.marks):
        canvas.add(Line(_x(row, mark.at_ms), top, _x(row, mark.at_ms), bottom, MARK_COLOURS.get(mark.kind, INK)))
    for name, label, height in LANES:
        canvas.add(Words(8, y + height / 2 - 8, label, INK, 12))
        for span in timeline.lanes[name]:
            if span.start_ms < row.end_ms and span.end_ms >= row.start_ms:
                _draw_span(canvas, row, name, span, y, height)
        y += height + GAP
    canvas.add(Words(8, y, "events", INK, 12))
    _name_marks(canvas, row, timeline, y)


def _x(row: _Row, ms: int) -> float:
    return LEFT + (min(max(ms, row.start_ms), row.end_ms) - row.start_ms) * PER_S / 1000


def _draw_span(canvas: Canvas, row: _Row, lane: LaneName, span: Span, y: float, height: float) -> None:
    x = _x(row, span.start_ms)
    width = max(2.0, _x(row, span.end_ms) - x)
    tip = f"{lane} {span.kind}, {span.start_ms / 1000:.2f} to {span.end_ms / 1000:.2f} s"
    if span.text:
        tip += f": {span.text}"
    match lane, span.kind:
        case "speech", kind:
            canvas.add(Box(x, y, width, height, PERSON, "full" if kind == "speech" else "outline", tip))
        case "words", kind:
            _label(canvas, Box(x, y, width, height, PALE_PERSON, "full", tip), span.text or "(no words)", PERSON)
        case "state", kind:
            if kind not in QUIET_STATES:
                _label(canvas, Box(x, y, width, height, STATES[kind], "full", tip), kind)
        case "guesses", kind:
            colour = USED if kind == "used" else THROWN
            canvas.add(Box(x, y, width, height, colour, "outline" if kind == "used" else "hatched", tip))
            if text := fitted(kind, width - 6, 11):
                canvas.add(Words(x + 3, y + 2, text, INK, 11))
        case "agent", "held":
            canvas.add(Box(x, y, width, height, AGENT, "hatched", tip))
        case "agent", kind:
            low = height if kind == "full" else height / 3
            canvas.add(Box(x, y + height - low, width, low, AGENT, "full", tip))
        case "heard", kind:
            _label(canvas, Box(x, y, width, height, PALE_AGENT, "full", tip), span.text, AGENT)
            if kind != "completed" and span.end_ms <= row.end_ms:
                canvas.add(Line(x + width - 2, y, x + width - 2, y + height, WRONG, 3))


def _label(canvas: Canvas, box: Box, text: str, edge: Colour | None = None) -> None:
    """A box with words inside, as many as fit."""
    canvas.add(box)
    if edge is not None:
        canvas.add(Line(box.x, box.y, box.x, box.y + box.height, edge, 2))
    if text := fitted(text, box.width - 6):
        canvas.add(Words(box.x + 4, box.y + box.height / 2 - 8, text, INK, 12))


def _within(row: _Row, marks: tuple[Mark, ...]) -> list[Mark]:
    return [mark for mark in marks if row.start_ms <= mark.at_ms < row.end_ms]


def _name_marks(canvas: Canvas, row: _Row, timeline: Timeline, y: float) -> None:
    """Each with its name, in the first of MARK_ROWS that is free there."""
    free = [0.0] * MARK_ROWS
    for mark in _within(row, timeline.marks):
        x = _x(row, mark.at_ms)
        line = next((at for at in range(MARK_ROWS) if free[at] <= x), None)
        if line is not None:
            text = fitted(_marked(mark), LEFT + ROW_S * PER_S + RIGHT - x - 4, 11)
            canvas.add(Words(x + 3, y + line * MARK_ROW, text, MARK_COLOURS.get(mark.kind, INK), 11))
            free[line] = x + 8 + length_of(text, 11)


def _marked(mark: Mark) -> str:
    text = mark.text if len(mark.text) <= 32 else mark.text[:31] + "…"
    return f"{mark.kind}: {text}" if text else mark.kind


def _legend(canvas: Canvas) -> None:
    x, y = 20.0, 44.0
    for box, text in LEGEND:
        canvas.add(Box(x + box.x, y + box.y, box.width, box.height, box.colour, box.look))
        canvas.add(Words(x + 20, y - 2, text, INK, 12))
        x += 40 + length_of(text)


def _clock(ms: int) -> str:
    """ "7 s", "3:05", "1:02:10"."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes}:{seconds:02}" if minutes else f"{seconds} s"
