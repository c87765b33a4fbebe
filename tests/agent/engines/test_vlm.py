"""The brain on a tiny vision-language model with random weights: the real path, from words and pictures to thoughts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: the brain 'vlm' is not tried")
pytest.importorskip("transformers", reason="transformers is not installed: the brain 'vlm' is not tried")

from agent.engines.protocols import Call, Question, Said, Sight, Text, Thought, View  # noqa: E402
from agent.engines.registry import build  # noqa: E402
from agent.engines.vlm import VlmBrain  # noqa: E402
from agent.engines.vlm_cache import Prefix  # noqa: E402
from agent.engines.vlm_talk import SLACK, Talk  # noqa: E402
from agent.engines.vlm_writing import Calls, Letters, choose  # noqa: E402
from agent.errors import EngineBusy, EngineMissing  # noqa: E402
from agent.picture import Picture  # noqa: E402
from agent.settings import Settings  # noqa: E402
from agent.skills.catalogue import tools_for  # noqa: E402
from agent.thinking.settings import Telling, Vlm  # noqa: E402
from tests.agent.engines.tiny_vlm import qwen3  # noqa: E402

PATIENCE_S = 60.0
TOOLS = tuple(tool for tool in tools_for(()) if tool["name"] in ("time", "read_text"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return qwen3(tmp_path_factory.mktemp("qwen3"))


def picture(seed: int) -> Picture:
    return Picture(f"pic_{seed}", np.random.default_rng(seed).integers(0, 255, (48, 64, 3), dtype=np.uint8), seed)


def brain_of(folder: Path, **options: Any) -> VlmBrain:
    wanted = {
        "model": str(folder),
        "max_tokens": 12,
        "temperature": 0.0,
        "tools": False,
        "frames": 4,
        "threads": 1,
    } | options
    return VlmBrain(Vlm.model_validate(wanted), Telling(), TOOLS)


async def ask(brain: VlmBrain, question: Question) -> list[Thought]:
    async with asyncio.timeout(PATIENCE_S):
        return [thought async for thought in brain.reply(question)]


async def idle(brain: VlmBrain) -> None:
    """Until the model's thread has nothing more to do."""
    async with asyncio.timeout(PATIENCE_S):
        while brain.waiting:  # noqa: ASYNC110  another thread's work
            await asyncio.sleep(0.005)  # real: a thread has no virtual time


def said(thoughts: list[Thought]) -> str:
    return " ".join(thought.text for thought in thoughts if isinstance(thought, Text))


def test_it_answers_in_words_the_same_with_and_without_reading_along(folder: Path) -> None:
    async def look() -> View:
        return View((Sight(picture(1)),))

    async def main() -> None:
        plain, along = brain_of(folder, read_along=False), brain_of(folder)
        question = Question("What do you see here?", look=look)
        first, second = await ask(plain, question), await ask(along, question)
        assert said(first) == said(second) != ""
        assert all(isinstance(one, Text) and one.lasts for one in first)
        assert "read_along is off" in await plain.check()
        assert "reads along while the user speaks; 16 answers in one pass" in await along.check()
        for brain in (plain, along):
            await brain.close()

    asyncio.run(main())


def test_what_was_read_along_leaves_the_last_words_and_changes_no_answer(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder)
        await brain.warm()
        attention = brain.attention("s1")
        assert attention is not None
        for seed in (1, 2):
            attention.saw(picture(seed), Question(""))
        for words in ("What", "What is", "Whatever", "What do you see"):
            attention.heard(Question(words))
        await idle(brain)
        talk = brain.talk("s1")
        assert talk.encoded == 2
        before, whole = talk.prefix.fed, Question("What do you see here?", session="s1", in_view=("pic_2",))
        heard = said(await ask(brain, whole))
        left = talk.prefix.fed - before
        assert left < 20  # the last words and the template's end, of a prompt that is some hundred long
        assert len(talk.prompt(whole)) > 200
        assert talk.encoded == 2

        async def look() -> View:
            return View((Sight(picture(1)), Sight(picture(2))))

        assert heard == said(await ask(brain, Question("What do you see here?", look=look)))
        blind = said(await ask(brain, Question("What do you see here?", session="s1")))  # the camera is off now
        assert talk.frames == []
        assert blind == said(await ask(brain, Question("What do you see here?")))
        attention.close()
        assert brain.attention("s1") is not attention
        await brain.close()

    asyncio.run(main())


def test_leaving_a_reply_frees_the_model_within_one_token(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder, max_tokens=300)
        brain_ends: list[int] = []
        await brain.warm()
        attention = brain.attention("s")
        async with asyncio.timeout(PATIENCE_S), aclosing(brain.reply(Question("Talk.", session="s"))) as thoughts:  # type: ignore[type-var]
            await anext(thoughts)
        fed = len(brain.talk("s").prefix.keys)
        await ask(brain, Question("Yes?"))  # the next job's end is after whatever the first still did
        brain_ends.append(len(brain.talk("s").prefix.keys))
        assert brain_ends[0] - fed <= 1
        assert attention is not None
        await brain.close()

    asyncio.run(main())


def test_stale_pictures_go_and_too_many_are_swapped_for_the_newer_in_idle_time(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder, frames=4)
        await brain.warm()
        attention = brain.attention("s")
        assert attention is not None
        talk = brain.talk("s")
        with brain.held():  # the thread is busy with something else
            for seed in range(10):
                attention.saw(picture(seed), Question(""))
        await idle(brain)
        assert talk.encoded <= 3  # one may have been begun, and the newest two of the rest
        for seed in range(20, 29):
            attention.saw(picture(seed), Question("What"))
            await idle(brain)
            assert len(talk.frames) <= 4 + SLACK
        assert len(talk.frames) <= 4
        encoded, fed = talk.encoded, talk.prefix.fed
        question = Question("What do you see?", session="s", in_view=("pic_28",))
        heard = said(await ask(brain, question))
        assert talk.encoded == encoded
        assert talk.prefix.fed - fed < 40  # the swapped prefix had it all

        fresh = Talk(brain.model, Vlm(model=str(folder), max_tokens=12), Telling(), ())
        prompt = fresh.prompt(question, talk.frames)
        assert prompt.keys == talk.prompt(question).keys
        assert heard
        await brain.close()

    asyncio.run(main())


def test_the_prompt_keeps_its_budget(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder, context_tokens=1400, max_tokens=12)
        await brain.warm()
        attention = brain.attention("s")
        assert attention is not None
        line = "The cup is blue and stands on the left."
        history = tuple(Said("user" if n % 2 == 0 else "agent", line) for n in range(40))
        for seed in range(4):
            attention.saw(picture(seed), Question(""))
            await idle(brain)
        prompt = brain.talk("s").prompt(Question("What do you see here?", history=history))
        assert len(prompt) <= 1400 - 12 or not prompt.visions
        assert said(await ask(brain, Question("What do you see here?", history=history, session="s")))
        await brain.close()

    asyncio.run(main())


def test_a_question_longer_than_the_budget_loses_its_middle(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder, context_tokens=2000, max_tokens=12)
        await brain.warm()
        attention = brain.attention("s")
        assert attention is not None
        attention.saw(picture(1), Question(""))
        await idle(brain)
        question = Question("What is " + "blue and " * 4_000 + "on the left?", session="s", in_view=("pic_1",))
        prompt = brain.talk("s").prompt(question)
        assert len(prompt) <= 2000 - 12
        told = brain.model.tokenizer.decode(prompt.ids)
        assert "What is blue and" in told
        assert " … " in told
        assert "on the left?" in told
        assert said(await ask(brain, question))
        tight = Talk(brain.model, Vlm(model=str(folder), context_tokens=512, max_tokens=12), Telling(), ())
        assert "x" * 300 in brain.model.tokenizer.decode(tight.prompt(Question("x" * 300)).ids)
        await brain.close()

    asyncio.run(main())


def test_the_event_loop_goes_on_while_the_model_works(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder)
        await brain.warm()
        with brain.held():
            asking = asyncio.ensure_future(ask(brain, Question("What?")))
            for _ in range(100):
                await asyncio.sleep(0)
            assert not asking.done()
        assert said(await asking)
        await brain.close()

    asyncio.run(main())


def test_a_model_that_cannot_be_fed_in_pieces_is_asked_plainly_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.engines.vlm_model import VlmModel

    async def main() -> None:
        whole = brain_of(folder)
        wanted = said(await ask(whole, Question("What do you see here?")))
        await whole.close()
        monkeypatch.setattr(VlmModel, "forward", lambda *_: (_ for _ in ()).throw(TypeError("no cache here")))
        brain = brain_of(folder)
        assert said(await ask(brain, Question("What do you see here?"))) == wanted
        assert "asked plainly: TypeError: no cache here" in await brain.check()
        assert brain.attention("s") is None
        await brain.close()

    asyncio.run(main())


def test_a_tool_call_in_the_answer_is_run_and_its_answer_is_in_the_next_prompt(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        brain = brain_of(folder, tools=True)
        await brain.warm()
        prompts: list[str] = []
        answers = ['Wait. <tool_call>\n{"name": "read_text", "arguments": {}}\n</tool_call>', "It says push."]

        def tokens(job: Any, prefix: Any, prompt: Any, tell: Any) -> Iterator[None]:
            prompts.append(brain.model.tokenizer.decode(prompt.ids))
            for letter in answers[len(prompts) - 1]:
                tell(letter)
                yield

        monkeypatch.setattr(brain, "_tokens", tokens)  # random weights call no tools
        thoughts = []
        async with asyncio.timeout(PATIENCE_S):
            async for thought in brain.reply(Question("What does it say?")):
                thoughts.append(thought)
                if isinstance(thought, Call) and thought.heard is not None:
                    thought.heard("It says: PUSH")
        assert [one.skill for one in thoughts if isinstance(one, Call)] == ["read_text"]
        assert said(thoughts) == "Wait. It says push."
        assert '"name": "read_text"' in prompts[0]  # the template's own list of tools
        assert '{"from": "read_text", "quoted": "It says: PUSH"}' in prompts[1]
        await brain.close()

    asyncio.run(main())


def test_an_absent_model_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"thinking\.vlm\.model"):
        VlmBrain(Vlm(), Telling())

    async def main() -> None:
        brain = VlmBrain(Vlm(model=str(tmp_path)), Telling())
        with pytest.raises(EngineMissing, match="can't be loaded"):
            await brain.warm()
        await brain.close()

    asyncio.run(main())


def test_calls_are_found_however_the_text_is_cut_and_are_never_spoken() -> None:
    text = 'Yes. <tool_call>{"name": "a", "arguments": {"n": 1}}</tool_call> And <b <tool_call>{broken</tool_call>x'
    for size in (1, 3, 7, 200):
        calls = Calls()
        words = [out for at in range(0, len(text), size) for out in calls.push(text[at : at + size])]
        assert "".join([*words, *calls.flush()]) == "Yes.  And <b x"
        assert calls.calls == [("a", {"n": 1}), ("", None)]


def test_letters_of_several_tokens_come_whole(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    letters = Letters(tokenizer)
    tokens = tokenizer("Où? 写 naïve\n🙂 yes", add_special_tokens=False)["input_ids"]
    pieces = [letters.push(token) for token in tokens]
    assert "".join(pieces) == "Où? 写 naïve\n🙂 yes"
    assert not any("\ufffd" in piece for piece in pieces)


def test_choosing_is_the_likeliest_or_among_the_likely() -> None:
    logits = torch.tensor([0.0, 5.0, 4.9, -9.0])
    assert choose(logits, 0) == 1
    torch.manual_seed(1)
    assert {choose(logits, 1.0) for _ in range(50)} == {1, 2}


def test_answers_written_side_by_side_are_those_of_each_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []
    real = Prefix.answer_each

    def counted(nexts: Any) -> None:
        passes.append(len(nexts))
        real(nexts)

    async def main() -> None:
        asked = ("What do you see here?", "No, the other one.", "Read it to me please.")
        questions = [Question(text) for text in asked]
        alone = brain_of(folder, side_by_side=False, max_tokens=40)
        wanted = [said(await ask(alone, question)) for question in questions]
        assert "answers one by one: thinking.vlm.side_by_side is off" in await alone.check()
        await alone.close()
        brain = brain_of(folder, max_tokens=40)
        await brain.warm()
        monkeypatch.setattr(Prefix, "answer_each", staticmethod(counted))
        with brain.held():
            asking = [asyncio.ensure_future(ask(brain, question)) for question in questions]
            await asyncio.sleep(0.05)  # real: a thread has no virtual time; all three are to wait for it
        assert [said(await one) for one in asking] == wanted
        await brain.close()

    asyncio.run(main())
    assert max(passes) == 3
    assert len(passes) < 3 * 40


def test_who_would_wait_too_long_for_others_is_told_at_once_and_nobody_is_late(folder: Path) -> None:
    async def main() -> None:
        brain = brain_of(folder, wait_s=0.5)
        await brain.warm()
        assert brain.model.pace.first_us > 0
        with brain.held():
            brain.model.pace.first_us = 400_000.0  # as if it were a large model
            asking = [asyncio.ensure_future(ask(brain, Question("What?"))) for _ in range(3)]
            await asyncio.sleep(0.05)
        answered = [asking[0], asking[1]]
        with pytest.raises(EngineBusy, match=r"busy: the first words of others take 0\.8 s more"):
            await asking[2]
        assert all([said(await one) for one in answered])
        assert said(await ask(brain, Question("And now?")))
        assert 0 < brain.model.pace.place_us < brain.model.pace.first_us < 400_000.0  # as it really is
        await brain.close()
        patient = brain_of(folder, wait_s=0)
        await patient.warm()
        with patient.held():
            patient.model.pace.first_us = 4e7
            asking = [asyncio.ensure_future(ask(patient, Question("What?"))) for _ in range(3)]
            await asyncio.sleep(0.05)
        assert all([said(await one) for one in asking])
        await patient.close()

    asyncio.run(main())


def test_the_registry_puts_the_smaller_model_beside_the_large_one(folder: Path, trained: Path) -> None:
    (trained / "models").mkdir(exist_ok=True)
    (trained / "models" / "small-one").symlink_to(folder)
    vlm = {"model": str(folder), "small_model": "small-one", "wait_s": 0.5, "max_tokens": 12, "threads": 1}

    async def main() -> None:
        settings = Settings.model_validate({"cache_dir": trained, "thinking": {"brain": "vlm", "vlm": vlm}})
        brain = build("brain", "vlm", settings)
        fine, what = await brain.check()
        assert fine
        assert what.count("reads along while the user speaks") == 2
        assert f"; when it is busy: {trained / 'models' / 'small-one'}" in what
        await brain.close()

    asyncio.run(main())
