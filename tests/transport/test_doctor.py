"""netra doctor: what it says of packages, profiles and engines, and that its self-tests can fail."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from agent.engines import registry
from agent.settings import Settings, load
from tests.agent.engines.chat_servers import serving
from transport import doctor, trials
from transport.trials import Trial


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load("embedded", environ={}, overrides={"cache_dir": tmp_path})


def only(monkeypatch: pytest.MonkeyPatch, *wanted: tuple[registry.Kind, str]) -> None:
    """Leave just these engines in the registry."""
    places = {kind: {n: p for n, p in names.items() if (kind, n) in wanted} for kind, names in registry.PLACES.items()}
    for kind in places:
        monkeypatch.setitem(registry.PLACES, kind, places[kind])


def tried(settings: Settings) -> dict[tuple[str, str], Trial]:
    found = asyncio.run(trials.run_trials(settings, doctor.chosen_engines(settings)))
    return {(trial.kind, trial.engine): trial for trial in found}


def test_engines_that_need_no_training_pass_their_trials(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: tuple[tuple[registry.Kind, str], ...] = (
        ("synthesizer", "espeak"), ("vad", "silero"), ("vad", "webrtcvad"), ("codes", "zxing"), ("faces", "haar"),
    )  # fmt: skip
    only(monkeypatch, *wanted)
    found = tried(settings)
    assert set(found) == set(wanted)
    assert [trial.detail for trial in found.values() if not trial.passed] == []
    assert found["vad", "silero"].in_profile
    assert not found["vad", "webrtcvad"].in_profile


def test_a_detector_without_speech_is_not_passed_off_as_tried(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, ("vad", "silero"))
    trial = tried(settings)["vad", "silero"]
    assert not trial.passed
    assert "synthesiser" in trial.detail


def test_it_says_how_many_products_are_known_and_what_to_do_about_a_list_that_is_not_there(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, ("products", "file"))
    listed = tmp_path / "products.csv"
    with_list = settings.model_copy(update={"sight": settings.sight.model_copy(update={"products_file": listed})})
    trial = tried(with_list)["products", "file"]
    assert (trial.passed, trial.in_profile) == (False, True)
    assert "is not there. Put it there" in trial.detail
    listed.write_text("code,name\n4006381333931,Pencil\n12,Nothing\n", encoding="utf-8")
    trial = tried(with_list)["products", "file"]
    assert trial.passed
    assert trial.detail.startswith(f"knows 1 product from {listed} (1 of 2 rows left out: 1 with a wrong")
    assert not tried(settings)["products", "file"].in_profile


def test_a_missing_module_is_a_finding_and_not_a_crash(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, ("faces", "haar"))
    monkeypatch.setitem(registry.PLACES["faces"], "haar", "no_such_package.haar:Finder")
    trial = tried(settings)["faces", "haar"]
    assert not trial.passed
    assert "no_such_package" in trial.detail


def test_an_engine_that_never_answers_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, ("faces", "haar"))
    monkeypatch.setitem(registry.PLACES["faces"], "haar", f"{__name__}:SilentFinder")
    monkeypatch.setattr(trials, "TRIAL_TIMEOUT_S", 0.05)
    assert "no answer" in tried(settings)["faces", "haar"].detail


class SilentFinder:
    """A face finder that hangs."""

    async def find(self, pixels: object) -> tuple[()]:
        await asyncio.Event().wait()
        return ()


def test_the_stored_qr_code_says_netra() -> None:
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.ascontiguousarray(trials.draw_code()))
    assert text == "netra"


def test_a_missing_package_names_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.SOURCES, "zxing", ("a-package-that-nobody-has",))
    choice = doctor.choose("codes", "zxing")
    assert choice.used is None
    assert "a-package-that-nobody-has" in choice.why
    assert "make install" in choice.why


def test_an_engine_of_a_later_version_falls_back_to_the_embedded_one() -> None:
    choice = doctor.choose("recognizer", "an engine to come")
    assert choice.used == "sphinx"
    assert "later version" in choice.why


def test_every_engine_of_the_registry_has_its_packages_listed() -> None:
    assert {name for names in registry.PLACES.values() for name in names} <= set(doctor.SOURCES)


def test_every_profile_is_planned_with_an_engine_for_every_task() -> None:
    for name, wishes in doctor.WISHES.items():
        plan = doctor.plan(name, wishes)
        assert [choice.kind for choice in plan.choices if choice.used is None] == []
        assert {choice.kind for choice in plan.choices} == set(registry.PLACES)


def diagnosis(*found: Trial) -> doctor.Diagnosis:
    plans = (doctor.plan("embedded", doctor.EMBEDDED),)
    packages = (doctor.Package("numpy", "2.0", "sound"), doctor.Package("torch", None, "neural engines"))
    return doctor.Diagnosis("0.1.0", "CPython 3.11.7", "Linux", "embedded", packages, plans, found)


FAILED = Trial("faces", "haar", True, False, 1, 2, "broke [here]")


def test_a_failure_counts_only_if_the_profile_uses_the_engine() -> None:
    other = Trial("vad", "webrtcvad", False, False, 1, 2, "broke")
    assert diagnosis(other).healthy
    assert not diagnosis(other, FAILED).healthy


def test_the_report_for_programs_keeps_its_keys() -> None:
    report = json.loads(json.dumps(doctor.to_json(diagnosis(FAILED))))
    assert set(report) == {"netra", "python", "platform", "profile", "healthy", "packages", "plans", "trials"}
    assert report["healthy"] is False
    assert report["packages"][1] == {"name": "torch", "version": None, "used_for": "neural engines"}
    assert set(report["plans"][0]) == {"profile", "selectable", "complete", "choices"}
    assert set(report["trials"][0]) == {"kind", "engine", "in_profile", "passed", "prepare_ms", "run_ms", "detail"}


def test_the_report_for_people_names_what_failed_and_keeps_an_engines_own_words() -> None:
    screen = io.StringIO()
    doctor.render(diagnosis(FAILED), Console(file=screen, width=160))
    shown = screen.getvalue()
    assert "Not ready: faces (haar)" in shown
    assert "broke [here]" in shown
    screen = io.StringIO()
    doctor.render(diagnosis(), Console(file=screen, width=160))
    assert "Ready:" in screen.getvalue()


def test_a_language_model_is_asked_whether_it_is_there(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, ("brain", "rules"), ("brain", "server"))

    async def trial(url: str) -> Trial:
        thinking = {"brain": "server", "server": {"url": url}}
        wanted = load("embedded", environ={}, overrides={"cache_dir": trained, "thinking": thinking})
        found = await trials.run_trials(wanted, doctor.chosen_engines(wanted))
        return next(one for one in found if one.engine == "server")

    async def main() -> None:
        async with serving() as server:
            there = await trial(server.url)
        assert there.passed
        assert there.in_profile
        assert there.detail == f"{server.url} answers, model tiny-model"
        gone = await trial(server.url)
        assert not gone.passed
        assert "Nobody answers" in gone.detail
        unset = await trial("")
        assert "thinking.server.url" in unset.detail

    asyncio.run(main())


def test_a_command_to_type_keeps_its_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.SOURCES, "whisper", ("a-package-that-nobody-has",))
    plans = (doctor.plan("laptop", doctor.WISHES["laptop"]),)
    screen = io.StringIO()
    found = doctor.Diagnosis("0.1.0", "CPython 3.11.7", "Linux", "laptop", (), plans, ())
    doctor.render(found, Console(file=screen, width=300))
    assert ".venv/bin/pip install -e '.[whisper]'" in screen.getvalue()


def test_the_weights_that_a_profile_lacks_are_named_with_the_command_that_gets_them(tmp_path: Path) -> None:
    settings = load("embedded", environ={}, overrides={"cache_dir": tmp_path})
    (tmp_path / "models/kokoro-82m").mkdir(parents=True)
    assert doctor.weights("embedded", settings) == {}
    assert doctor.weights("cluster", settings) == {}
    lacking = doctor.weights("gpu", settings)
    assert lacking["recognizer"] == "its weights 'large-v3-turbo' are not here: netra models pull large-v3-turbo"
    assert set(lacking) == {"recognizer", "brain", "matcher"}
    planned = doctor.plan("gpu", doctor.WISHES["gpu"], lacking)
    assert not planned.complete
    assert all(lacking[one.kind] in one.why for one in planned.choices if one.kind in lacking)  # type: ignore[index]


def test_of_the_profile_that_is_examined_its_own_models_count(tmp_path: Path) -> None:
    mine = {"whisper": {"model": "mine"}}
    settings = load("laptop", environ={}, overrides={"cache_dir": tmp_path, "hearing": mine})
    assert doctor.weights("laptop", settings)["recognizer"].endswith("put them there, or correct the setting")
    (tmp_path / "models/mine").mkdir(parents=True)
    assert "recognizer" not in doctor.weights("laptop", settings)


def test_a_speech_server_that_is_gone_is_not_passed_off_as_there(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, ("synthesizer", "espeak"), ("synthesizer", "server"))
    gone = {"speaking": {"synthesizer": "server", "server": {"url": "http://127.0.0.1:9/v1", "retries": 0}}}
    wanted = load("embedded", environ={}, overrides={"cache_dir": trained, **gone})
    trial = tried(wanted)["synthesizer", "server"]
    assert (trial.passed, trial.in_profile) == (False, True)
    assert "Nobody answers at http://127.0.0.1:9/v1" in trial.detail
