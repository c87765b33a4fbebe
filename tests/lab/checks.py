"""What must hold of every conversation, whatever happened in it. Each check yields sentences about what did not.

Compares what the script did and the engines' own accounts (which words reached the recogniser, which samples left)
with what the core was told and commanded and what was shown. Knows the promises of docs/architecture.md; takes nothing
from the code that keeps them but the lists of words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from agent import ports
from agent.audio import SPEAKING_RATE
from agent.core import events as e
from agent.core import words
from tests.agent.core.watched import Watched
from tests.lab import script as s
from tests.lab.record import Record, ReplyRecord, read
from tests.lab.stage import Done, Run

SLACK_US = 600_000
"""What windows, frames and the network may add to any wait that is promised."""
LOOK_MS = 3_000
"""How long a look at the camera may take."""
SHORT_MS = 600
APART_US = 300_000
"""Noises and backchannels up to so long, and so far apart from each other, never end a reply."""


@dataclass(slots=True)
class Case:
    """A run and what its flight tells."""

    run: Run
    record: Record = field(init=False)
    stalls_us: int = field(init=False)

    def __post_init__(self) -> None:
        self.record = read(self.run.flight.lines)
        stalls = (one for one in self.run.done if isinstance(one.what, s.StallMicrophone | s.StallSpeaker))
        self.stalls_us = sum(one.ended_us - one.began_us for one in stalls)

    @property
    def said(self) -> list[Done]:
        return [one for one in self.run.done if isinstance(one.what, s.Say)]

    def taken_away(self, since: int, until: int) -> bool:
        """Whether something took words away between these instants."""
        return any(since <= now <= until for _, now, _ in self.record.breaks)


def it_came_to_an_end(case: Case) -> Iterator[str]:
    if case.run.failure:
        yield f"it broke: {case.run.failure}"
    elif not case.run.rested:
        yield "it was not over long after the last act"


def the_core_keeps_its_promises_and_replay_equals_record(case: Case) -> Iterator[str]:
    """The facts go through a new core under watch."""
    watched, lines = Watched(case.run.settings.turn), case.run.flight.lines
    expected, at = [], 0
    for at, (now, what) in enumerate(lines):
        if what is None or type(what).__module__ == e.__name__:
            if expected:
                yield f"line {at}: a new core also gave {expected[0]}"
                return
            try:
                expected = watched.step(what, now)  # type: ignore[arg-type]
            except AssertionError as error:
                yield f"line {at}, {what}: {error}"
                return
        elif not expected or expected[0] != what:
            yield f"line {at}: recorded {what}, a new core gave {expected[0] if expected else 'nothing'}"
            return
        else:
            expected.pop(0)
    if expected:
        yield f"line {at}: a new core also gave {expected[0]}"


def every_word_is_taken_once(case: Case) -> Iterator[str]:
    counted = Counter(token for _, turn in case.record.said for token in s.tokens(turn.text))
    for token, count in counted.items():
        if count > 1:
            yield f"{token} was taken {count} times"
    for one in case.run.done:
        if isinstance(one.what, s.Say | s.Type):
            for token in s.tokens(one.what.text):
                if not counted[token] and not _excused(case, one):
                    yield f"{token} was lost: {_where_lost(case, token)}"


def _excused(case: Case, done: Done) -> bool:
    """Whether the script itself took the words away: by stop, typed text, a lost line, a mute or an engine's fault."""
    if isinstance(done.what, s.Type):
        return False
    assert isinstance(done.what, s.Say)
    if not _open(case, done) or _too_late(case, done):
        return True
    over = min((turn.said_us or 0 for _, turn in case.record.said if (turn.said_us or 0) > done.ended_us), default=0)
    return case.taken_away(done.began_us - SLACK_US, over or case.run.ended_us)


def _too_late(case: Case, done: Done) -> bool:
    """Whether the recogniser broke over it or what was said shortly before, and before that, or took longer than the
    core will wait (two utterances may wait for it, one behind the other).
    """
    patience = case.run.settings.turn.endpoint.final_timeout_ms
    since = done.began_us
    for one in reversed([said for said in case.said if said.began_us <= done.began_us]):
        assert isinstance(one.what, s.Say)
        if one.ended_us < since - patience * 1000 - SLACK_US:
            return False
        final_ms = case.run.script.engines.final_ms if one.what.final_ms is None else one.what.final_ms
        if final_ms in (s.NEVER, s.BREAKS) or 2 * final_ms > patience:
            return True
        since = one.began_us
    return False


def _open(case: Case, done: Done) -> bool:
    """Whether the microphone carried all of it."""
    muted = attached = False
    for now, what in case.run.flight.lines:
        if now > done.began_us:
            break
        if isinstance(what, e.Muted):
            muted = what.on
        elif isinstance(what, e.LineAttached | e.LineLost):
            attached = isinstance(what, e.LineAttached)
    watch_ms = case.run.settings.turn.silence_watch_ms
    spoilt = any(_meet(one, done) for one in case.run.done if _spoils(one.what, watch_ms))
    return attached and not muted and not spoilt


def _spoils(what: s.Act, watch_ms: int) -> bool:
    """Whether words at the same time may rightly be lost: in frames that were, on a link that was dead for long, or in
    a noise that the recogniser takes for words it hardly believes.
    """
    match what:
        case s.StallMicrophone(ms=ms, lossy=lossy):
            return lossy or ms >= watch_ms
        case s.Noise(word=word):
            return bool(word)
        case _:
            return False


def _meet(one: Done, other: Done) -> bool:
    return one.began_us < other.ended_us + SLACK_US and other.began_us < one.ended_us + SLACK_US


def _where_lost(case: Case, token: str) -> str:
    if not any(token in heard.words for heard in case.run.heard):
        return "the recogniser did not get it whole"
    told = any(
        isinstance(what, e.FinalHeard | e.PartialHeard) and token in what.text for _, what in case.run.flight.lines
    )
    return "it was told to the core" if told else "the recogniser had it and nobody told"


def no_turn_is_stuck(case: Case) -> Iterator[str]:
    turn_settings = case.run.settings.turn
    endpoint = turn_settings.endpoint
    patience = turn_settings.silence_watch_ms + endpoint.final_timeout_ms + endpoint.incomplete_ms
    for turn in case.record.turns.values():
        if turn.said_us is None:
            yield f"turn {turn.turn} never ended"
        elif turn.said_us - turn.touched_us > patience * 1000 + SLACK_US:
            yield f"turn {turn.turn} ended {(turn.said_us - turn.touched_us) / 1e6:.2f} s after its last sound"


def every_turn_with_words_is_answered_at_once(case: Case) -> Iterator[str]:
    asked = Counter(text for _, text in case.run.asked)
    for _, turn in case.record.said:
        if not turn.text:
            continue
        said = turn.said_us
        replies = [reply for reply in case.record.replies.values() if reply.real_us == said and not reply.aloud]
        if not replies:
            yield f"turn {turn.turn} {turn.text!r} got no reply"
        elif not set(s.tokens(turn.text)) <= set(s.tokens(replies[0].text)):
            yield f"turn {turn.turn} {turn.text!r} was answered as {replies[0].text!r}"
        elif not asked[replies[0].text] and replies[0].over_us != said:
            yield f"nobody asked the brain {replies[0].text!r}"


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
    return _plan(case, reply.text).words == 0


def _plan(case: Case, text: str) -> s.Reply:
    named = s.tokens(text)
    for step in case.run.script.person:
        if named and isinstance(step.what, s.Say | s.Type) and named[-1] in s.tokens(step.what.text):
            return step.what.reply
    return s.Reply()


def a_reply_begins_as_soon_as_its_engines_can(case: Case) -> Iterator[str]:
    engines = case.run.script.engines
    for reply in case.record.real:
        plan = s.Reply(first_ms=0) if reply.aloud else _plan(case, reply.text)
        if plan.words == 0 or plan.ends != "well" or engines.voice != "works":
            continue
        most_ms = plan.first_ms + plan.parts * plan.gap_ms + engines.voice_ms + 2 * engines.chunk_ms
        if plan.skill in ("colour", "describe"):
            most_ms += LOOK_MS
        begun = min(one for one in (reply.voiced_us, reply.over_us, case.run.ended_us) if one is not None)
        if begun - (reply.real_us or 0) > most_ms * 1000 + SLACK_US:
            yield f"reply {reply.turn} began after {(begun - (reply.real_us or 0)) / 1e6:.2f} s"


def a_question_that_was_cut_before_its_answer_is_asked_again(case: Case) -> Iterator[str]:
    said = case.record.said
    for reply in case.record.replies.values():
        cut = (
            reply.cancel is not None and reply.cancel.reason in ("went_on", "spoken_over") and reply.real_us is not None
        )
        if not cut or reply.aloud or (reply.end is not None and reply.end.heard):
            continue
        over = reply.over_us or 0
        after = next((turn for at, turn in said if at > reply.over_at), None)
        now = over if after is None else after.said_us or over
        if after is None or after.typed or case.taken_away(over, now):
            continue
        if after.text and (words.is_stop(after.text) or (reply.typed and not words.is_backchannel(after.text))):
            continue
        again = [one for one in case.record.replies.values() if one.real_us == now]
        if not again or not set(s.tokens(reply.text)) <= set(s.tokens(again[0].text)):
            yield f"the question {reply.text!r} was lost when {after.text!r} followed"


def an_apology_follows_a_failure(case: Case) -> Iterator[str]:
    replies = case.record.real
    for at, reply in enumerate(replies):
        if reply.end is None or reply.end.status != "failed" or reply.aloud or at + 1 < len(replies):
            continue
        if not case.taken_away(reply.over_us or 0, case.run.ended_us - 1):
            yield f"reply {reply.turn} failed and nobody said so"


def what_is_remembered_was_played(case: Case) -> Iterator[str]:
    """Word for word, by the samples that left the speaker."""
    delay = case.run.settings.turn.listener_delay_ms * SPEAKING_RATE // 1000
    spoken: dict[int, list[tuple[str, int]]] = defaultdict(list)
    left: dict[int, int] = {}
    for _, person in case.run.people:
        left |= person.speaker.left
        for turn, pcm in person.speaker.pushed:
            ends = spoken[turn]
            ends.append((case.run.voiced[int(pcm[0])], len(pcm) + (ends[-1][1] if ends else 0)))
    real = {reply.turn for reply in case.record.real}
    for turn in spoken.keys() - real:
        yield f"turn {turn} sounded and was never released"
    for reply in case.record.real:
        end = reply.end
        if end is None:
            continue
        ends = spoken[reply.turn]
        played, delayed = left.get(reply.turn, 0), 0 if end.status == "completed" else delay
        lost = end.reason in ("line_lost", "closed")
        if end.samples != played and not lost:
            yield f"reply {reply.turn}: {end.samples} samples are remembered and {played} left"
        truly = [word for word, at in ends if at <= end.samples - delayed]
        if end.heard.split() != truly:
            yield f"reply {reply.turn}: {end.heard!r} is remembered and {' '.join(truly)!r} was played"
        if lost and end.samples > played:
            yield f"reply {reply.turn}: more is remembered than was played"


def the_history_is_what_was_said_and_heard(case: Case) -> Iterator[str]:
    lines: list[tuple[int, int, str, str]] = [
        (at, turn.turn, "user", turn.text) for at, turn in case.record.said if turn.text.strip()
    ]
    over = {what.turn: at for at, (_, what) in enumerate(case.run.flight.lines) if type(what).__name__ == "EndReply"}
    lines += [
        (over[reply.turn], reply.turn, "agent", reply.end.heard)
        for reply in case.record.real
        if reply.end is not None and reply.end.heard
    ]
    expected = [line[1:] for line in sorted(lines)]
    got = [(line.turn, line.who, line.text) for line in case.run.history]
    if got != expected[-len(got) :] or (len(got) < len(expected) and len(got) < 300):
        yield f"the history differs: {[line for line in expected if line not in got][:3]} against {got[-3:]}"


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
    for reply in case.record.real:
        if reply.cancel is None or reply.cancel.reason != "spoken_over":
            continue
        since = max((duck.began_us for duck in case.record.ducks if duck.turn == reply.turn), default=0)
        near = [one for one in sounds if one.began_us <= (reply.over_us or 0) and one.ended_us >= since - SLACK_US]
        apart = all(after.began_us - one.ended_us > APART_US for one, after in pairwise(near))
        if near and apart and all(_harmless(one) for one in near) and not case.stalls_us:
            yield f"reply {reply.turn} was ended by {[one.what for one in near]}"


def _harmless(done: Done) -> bool:
    if done.ended_us - done.began_us > SHORT_MS * 1000:
        return False
    if isinstance(done.what, s.Noise):
        return done.what.coverage < 0.2 or not done.what.word
    assert isinstance(done.what, s.Say)
    return words.is_backchannel(s.plain_words(done.what.text))


def announcements_are_said(case: Case) -> Iterator[str]:
    said = Counter(reply.text for reply in case.record.real if reply.aloud)
    whole = Counter(
        reply.text for reply in case.record.real if reply.aloud and reply.end and reply.end.status == "completed"
    )
    for text, count in Counter(text for _, text in case.record.announced).items():
        if said[text] < count and count <= case.run.settings.turn.max_announcements:
            yield f"{text!r} was announced {count} times and said {said[text]} times"
        if whole[text] > count:
            yield f"{text!r} was announced {count} times and said to its end {whole[text]} times"


def what_is_counted_is_what_was_done(case: Case) -> Iterator[str]:
    counts, record = case.run.counts, case.record
    replies = record.replies.values()
    true = {
        "replies": len(replies),
        "guesses": sum(reply.real_us != reply.started_us for reply in replies),
        "guesses_used": record.counts["ReleaseReply"],
        "interruptions": sum(reply.cancel is not None and reply.cancel.reason == "spoken_over" for reply in replies),
        "false_alarms": record.counts["Unduck"],
    }
    for name, count in true.items():
        if getattr(counts, name) != count:
            yield f"{name} were {count} and counted as {getattr(counts, name)}"


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


CHECKS: tuple[Callable[[Case], Iterator[str]], ...] = (
    it_came_to_an_end,
    the_core_keeps_its_promises_and_replay_equals_record,
    every_word_is_taken_once,
    no_turn_is_stuck,
    every_turn_with_words_is_answered_at_once,
    no_reply_is_stuck,
    a_reply_begins_as_soon_as_its_engines_can,
    a_question_that_was_cut_before_its_answer_is_asked_again,
    an_apology_follows_a_failure,
    what_is_remembered_was_played,
    the_history_is_what_was_said_and_heard,
    one_voice_at_a_time,
    no_duck_is_left,
    noises_and_backchannels_end_no_reply,
    announcements_are_said,
    what_is_counted_is_what_was_done,
    what_is_shown_is_what_happened,
)


def violations(run: Run) -> list[str]:
    """What did not hold, with the name of the rule."""
    case = Case(run)
    if run.failure:
        return [f"{it_came_to_an_end.__name__}: {fault}" for fault in it_came_to_an_end(case)]
    return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(case)]
