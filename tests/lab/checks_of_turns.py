"""What must hold of the user's words and turns: each is taken once, ends in time, and is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from agent.core import events as e
from agent.core import words
from agent.core.endpoint import LONGEST_MS
from tests.lab import script as s
from tests.lab.case import SLACK_US, Case
from tests.lab.stage import Done


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
    return attached and not muted and not spoilt and not _hung(case, done)


def _hung(case: Case, done: Done) -> bool:
    """Whether the recogniser was still at words before these that it would never finish."""
    return any(
        isinstance(one.what, s.Say)
        and one.what.final_ms == s.NEVER
        and one.began_us < done.began_us < one.ended_us + HUNG_US
        for one in case.run.done
    )


HUNG_US = 10_000_000
"""Each utterance that follows is waited for anew."""


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
    patience = turn_settings.silence_watch_ms + endpoint.final_timeout_ms + LONGEST_MS[endpoint.eagerness]
    patience = max(patience, endpoint.silence_ms or 0)
    for turn in case.record.turns.values():
        if turn.said_us is None:
            yield f"turn {turn.turn} never ended"
        elif case.pushed(turn.began_us, turn.said_us):
            continue
        elif turn.said_us - turn.touched_us > patience * 1000 + SLACK_US:
            yield f"turn {turn.turn} ended {(turn.said_us - turn.touched_us) / 1e6:.2f} s after its last sound"


def every_turn_with_words_is_answered_at_once(case: Case) -> Iterator[str]:
    asked = Counter(text for _, text in case.run.asked)
    for _, turn in case.record.said:
        if not turn.text:
            continue
        said = turn.said_us or 0
        if not turn.typed and not case.mode(said).answers:
            continue
        replies = [reply for reply in case.record.replies.values() if reply.real_us == said and not reply.aloud]
        if not replies:
            yield f"turn {turn.turn} {turn.text!r} got no reply"
        elif not set(s.tokens(turn.text)) <= set(s.tokens(replies[0].text)):
            yield f"turn {turn.turn} {turn.text!r} was answered as {replies[0].text!r}"
        elif replies[0].over_us != said:
            whole = replies[0].end is not None and replies[0].end.status == "completed"
            for text in replies[0].asked if whole else replies[0].asked[:1]:
                if not asked[text]:
                    yield f"nobody asked the brain {text!r}"


def a_question_that_was_cut_before_its_answer_is_asked_again(case: Case) -> Iterator[str]:
    said = case.record.said
    for reply in case.record.replies.values():
        reason = None if reply.cancel is None or reply.real_us is None else reply.cancel.reason
        cut = reason in ("went_on", "spoken_over", "replaced")
        if not cut or reply.aloud or (reply.end is not None and reply.end.heard):
            continue
        over = reply.over_us or 0
        after = next((turn for at, turn in said if at > reply.over_at), None)
        now = over if after is None else after.said_us or over
        if reason == "replaced":  # by what was typed, in this very instant; else it was thrown away
            if after is None or not after.typed or now != over:
                continue
        elif after is None or after.typed or case.taken_away(over, now) or not case.mode(now).answers:
            continue
        if after.text and words.is_stop(after.text):
            continue
        again = [one for one in case.record.replies.values() if one.real_us == now and one.at > reply.at]
        if not again or not set(s.tokens(" ".join(reply.asked))) <= set(s.tokens(" ".join(again[0].asked))):
            yield f"the question {reply.text!r} was lost when {after.text!r} followed"
