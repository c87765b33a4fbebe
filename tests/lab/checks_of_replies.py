"""What must hold of replies: they begin and end in time, never two at once, and what is remembered was played."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from agent import ports
from agent.audio import SPEAKING_RATE
from agent.core import commands as c
from agent.core import words
from tests.lab import script as s
from tests.lab.case import SLACK_US, Case, plan_of
from tests.lab.record import ReplyRecord
from tests.lab.stage import Done

LOOK_MS = 3_000
"""How long a look at the camera may take."""
SHORT_MS = 600
APART_US = 300_000
"""Noises and backchannels up to so long, and so far apart from each other, never end a reply."""


def no_reply_is_stuck(case: Case) -> Iterator[str]:
    turn_settings = case.run.settings.turn
    patience = max(turn_settings.think_timeout_ms, turn_settings.stall_timeout_ms) * 1000 + SLACK_US
    for reply in case.record.real:
        if reply.end is None or reply.over_us is None:
            yield f"reply {reply.turn} never ended"
        elif reply.over_us - reply.alive_us > patience + _ducked_us(case, reply):
            yield f"reply {reply.turn} ended {(reply.over_us - reply.alive_us) / 1e6:.2f} s after its last sign of life"
        elif reply.end.status == "completed" and not reply.end.heard and not _may_be_silent(case, reply):
            yield f"reply {reply.turn} to {reply.text!r} was silence"


def _ducked_us(case: Case, reply: ReplyRecord) -> int:
    return sum((duck.ended_us or 0) - duck.began_us for duck in case.record.ducks if duck.turn == reply.turn)


def _may_be_silent(case: Case, reply: ReplyRecord) -> bool:
    return all(plan_of(case, text).words == 0 for text in reply.asked) or any(
        turn == reply.turn for _, turn, _ in case.record.cuts
    )


def a_reply_begins_as_soon_as_its_engines_can(case: Case) -> Iterator[str]:
    engines = case.run.script.engines
    for reply in case.record.real:
        plans = [s.Reply(first_ms=0)] if reply.aloud else [plan_of(case, text) for text in reply.asked]
        if any(plan.ends != "well" for plan in plans) or plans[-1].words == 0 or engines.voice != "works":
            continue
        most_ms = engines.voice_ms + 2 * engines.chunk_ms
        for plan in plans:
            most_ms += plan.first_ms + plan.parts * plan.gap_ms
            if plan.skill in ("colour", "describe"):
                most_ms += LOOK_MS
        begun = min(one for one in (reply.voiced_us, reply.over_us, case.run.ended_us) if one is not None)
        if begun - (reply.real_us or 0) > most_ms * 1000 + SLACK_US:
            yield f"reply {reply.turn} began after {(begun - (reply.real_us or 0)) / 1e6:.2f} s"


def an_apology_follows_a_failure(case: Case) -> Iterator[str]:
    replies = case.record.real
    for at, reply in enumerate(replies):
        if reply.end is None or reply.end.status != "failed" or reply.aloud or at + 1 < len(replies):
            continue
        if not case.taken_away(reply.over_us or 0, case.run.ended_us - 1):
            yield f"reply {reply.turn} failed and nobody said so"


Spoken = dict[int, list[tuple[str, int]]]
"""By reply, its words with the sample at which each has been said."""


def _spoken(case: Case) -> Spoken:
    """What the speakers were given: the sound itself says which word it is."""
    spoken: Spoken = defaultdict(list)
    for _, person in case.run.people:
        for turn, pcm in person.speaker.pushed:
            ends = spoken[turn]
            ends.append((case.run.voiced[int(pcm[0])], len(pcm) + (ends[-1][1] if ends else 0)))
    return spoken


def _said_by(case: Case, spoken: Spoken, reply: ReplyRecord, line: int) -> list[str]:
    """The words of it that were played to the end, less what the client had said by this line that it did not hear."""
    assert reply.end is not None
    delay = case.run.settings.turn.listener_delay_ms * SPEAKING_RATE // 1000
    limits = [reply.end.samples - (0 if reply.end.status == "completed" else delay)]
    limits += [samples for at, turn, samples in case.record.cuts if turn == reply.turn and at < line]
    return [word for word, at in spoken[reply.turn] if at <= min(limits)]


def what_is_remembered_was_played(case: Case) -> Iterator[str]:
    """Word for word, by the samples that left the speaker."""
    spoken, left = _spoken(case), dict[int, int]()
    for _, person in case.run.people:
        left |= person.speaker.left
    real = {reply.turn for reply in case.record.real}
    for turn in spoken.keys() - real:
        yield f"turn {turn} sounded and was never released"
    for reply in case.record.real:
        end = reply.end
        if end is None:
            continue
        played, lost = left.get(reply.turn, 0), end.reason in ("line_lost", "closed")
        if end.samples > played or (end.samples != played and not lost):
            yield f"reply {reply.turn}: {end.samples} samples are remembered and {played} left"
        truly = _said_by(case, spoken, reply, reply.over_at)
        if end.heard.split() != truly:
            yield f"reply {reply.turn}: {end.heard!r} is remembered and {' '.join(truly)!r} was played"


def the_history_is_what_was_said_and_heard(case: Case) -> Iterator[str]:
    spoken, last = _spoken(case), len(case.run.flight.lines)
    lines = [(at, turn.turn, "user", turn.text) for at, turn in case.record.said if turn.text.strip()]
    for reply in case.record.real:
        if reply.end is not None:
            heard = " ".join(_said_by(case, spoken, reply, last))
            lines += [(reply.over_at, reply.turn, "agent", heard)] if heard else []
    expected = [line[1:] for line in sorted(lines)]
    got = [(line.turn, line.who, " ".join(line.text.split())) for line in case.run.history]
    if got != expected[-len(got) :] or (len(got) < len(expected) and len(got) < 300):
        yield f"the history differs: {[line for line in expected if line not in got][:3]} against {got[-3:]}"


def silence_is_broken_once(case: Case) -> Iterator[str]:
    """The agent speaks up after a silence, and not again before the user has said something."""
    prompt, prompted = case.run.settings.turn.prompt, False
    for _, what in case.run.flight.lines:
        if isinstance(what, c.ShowSaid) or (isinstance(what, c.EndReply) and what.turn in case.answers):
            prompted = False
        elif isinstance(what, c.SayAloud) and what.text == prompt:
            if prompted:
                yield f"it spoke up twice, in turn {what.turn}"
            prompted = True


def one_voice_at_a_time(case: Case) -> Iterator[str]:
    for _, person in case.run.people:
        if person.speaker.strays:
            yield f"sound of turns {person.speaker.strays} came when they were over or another one sounded"


def no_duck_is_left(case: Case) -> Iterator[str]:
    turn_settings = case.run.settings.turn
    patience = turn_settings.silence_watch_ms + turn_settings.barge_in.verdict_timeout_ms
    for duck in case.record.ducks:
        if duck.ended_us is None:
            yield f"the duck of reply {duck.turn} was never resolved"
        elif duck.ended_us - duck.heard_us > patience * 1000 + SLACK_US:
            yield f"reply {duck.turn} stayed lowered {(duck.ended_us - duck.heard_us) / 1e6:.2f} s after the last sound"
    for _, person in case.run.people:
        low = held = False
        for _, what in person.speaker.log:
            if what in ("duck", "unduck", "clear"):
                low = what == "duck"
            if what in ("hold", "unhold", "clear"):
                held = what == "hold"
        if (low or held) and person is case.run.people[-1][1]:
            yield "the speaker is still lowered or held at the end"


def noises_and_backchannels_end_no_reply(case: Case) -> Iterator[str]:
    sounds = [one for one in case.run.done if isinstance(one.what, s.Say | s.Noise)]
    if case.run.script.engines.final_ms > case.run.settings.turn.barge_in.verdict_timeout_ms:
        return  # a cough is taken by its first words, because the last come too late
    by_hand = [one.began_us for one in case.run.done if isinstance(one.what, s.Mute)] + case.record.commits
    for reply in case.record.real:
        if reply.cancel is None or reply.cancel.reason != "spoken_over" or case.stalls_us:
            continue
        since = max((duck.began_us for duck in case.record.ducks if duck.turn == reply.turn), default=0)
        over = reply.over_us or 0
        near = [one for one in sounds if one.began_us <= over and one.ended_us >= since - SLACK_US]
        apart = all(after.began_us - one.ended_us > APART_US for one, after in pairwise(near))
        if near and apart and all(map(_harmless, near)) and not any(since <= at <= over for at in by_hand):
            yield f"reply {reply.turn} was ended by {[one.what for one in near]}"


def _harmless(done: Done) -> bool:
    if done.ended_us - done.began_us > SHORT_MS * 1000:
        return False
    if isinstance(done.what, s.Noise):
        return done.what.coverage < 0.2 or not done.what.word
    assert isinstance(done.what, s.Say)
    return words.is_backchannel(s.plain_words(done.what.text))


def announcements_are_said(case: Case) -> Iterator[str]:
    if case.run.script.engines.voice == "hangs":
        return  # each takes half a minute to be given up: others are dropped meanwhile
    said = Counter(reply.text for reply in case.record.real if reply.aloud)
    whole = Counter(
        reply.text for reply in case.record.real if reply.aloud and reply.end and reply.end.status == "completed"
    )
    announced = [text for _, text in case.record.announced]
    for text, count in Counter(announced).items():
        later = len(announced) - 1 - announced.index(text)  # what came first is said first, or dropped first
        if said[text] < count and later < case.run.settings.turn.max_announcements:
            yield f"{text!r} was announced {count} times and said {said[text]} times"
        if whole[text] > count:
            yield f"{text!r} was announced {count} times and said to its end {whole[text]} times"


def what_is_shown_is_what_happened(case: Case) -> Iterator[str]:
    """On the page: a reply begins once and ends once, and what was heard is a prefix of its text."""
    for _, person in case.run.people:
        texts: dict[int, str] = defaultdict(str)
        alive: int | None = None
        for _, report in person.shown:
            match report:
                case ports.ReplyStarted(turn=turn):
                    if alive is not None:
                        yield f"reply {turn} is shown to begin while {alive} lives"
                    alive = turn
                case ports.ReplyText(turn=turn, text=text):
                    texts[turn] += text
                    if turn != alive:
                        yield f"text of reply {turn} is shown while {alive} lives"
                case ports.ReplyEnded(turn=turn, heard=heard):
                    known, alive = alive == turn, None  # another line may have shown its beginning
                    if known and not texts[turn].strip().startswith(heard):
                        yield f"reply {turn}: {heard!r} is no prefix of {texts[turn]!r}"
                case _:
                    pass
