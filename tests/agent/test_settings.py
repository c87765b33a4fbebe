"""Settings: order of sources, and every fault at once with its file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import SettingsError
from agent.options import explain
from agent.settings import Settings, load
from agent.wrong_settings import keys


def test_defaults_are_the_embedded_profile_on_loopback() -> None:
    settings = load(environ={})
    assert settings.profile == "embedded"
    assert settings.server.host == "127.0.0.1"
    assert settings.record.on is False


def test_environment_wins_over_file_and_command_line_over_both(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text("[server]\nport = 9001\nmax_sessions = 3\n[turn.endpoint]\ncomplete_ms = 400\n")
    settings = load(config=config, environ={"NETRA_SERVER__PORT": "9002", "NETRA_SERVER__HOST": "::1"})
    assert (settings.server.port, settings.server.host, settings.server.max_sessions) == (9002, "::1", 3)
    assert settings.turn.endpoint.complete_ms == 400
    by_hand = load(config=config, environ={"NETRA_SERVER__PORT": "9002"}, overrides={"server.port": 9003})
    assert by_hand.server.port == 9003


def test_lists_and_text_come_from_the_environment_as_they_are_meant() -> None:
    environ = {"NETRA_WEBRTC__ICE_SERVERS": '[{"urls": "turn:10.0.0.1"}]', "NETRA_SPEAKING__VOICE": "123"}
    settings = load(environ=environ)
    assert settings.webrtc.ice_servers == ({"urls": "turn:10.0.0.1"},)
    assert settings.speaking.voice == "123"


def test_every_fault_is_named_at_once_with_its_source_and_key(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text(
        '[server]\nport = "many"\nbord = 1\n[speaking]\nrate = 9.0\n[hearing]\nvad = "ears"\n'
        "[hearing.gate]\nopen_sample = 3\n[turn.barge_in]\nmin_coverage = 7.0\n[sight.camera]\nfpss = 3\n"
    )
    with pytest.raises(SettingsError) as caught:
        load(config=config, environ={"NETRA_SERVER__MAX_SESSIONS": "0"})
    text = str(caught.value)
    for part in (
        f"{config}: server.port",
        f"{config}: server.bord: there is no such setting",
        f"{config}: speaking.rate",
        f"{config}: hearing.vad: 'ears' is not one of",
        f"{config}: hearing.gate.open_sample: there is no such setting",
        f"{config}: turn.barge_in",
        f"{config}: sight.camera.fpss: there is no such setting",
        "NETRA_SERVER__MAX_SESSIONS: server.max_sessions",
    ):
        assert part in text, text


@pytest.mark.parametrize(
    ("content", "said"),
    [("[server\n", "not valid TOML"), (None, "there is no such file"), ("x = 1\n", "no such setting")],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    config = tmp_path / "own.toml"
    if content is not None:
        config.write_text(content)
    with pytest.raises(SettingsError, match=said):
        load(config=config, environ={})


def test_an_unknown_profile_is_told_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="'huge' is none of embedded"):
        load("huge", environ={})


def test_every_option_has_a_meaning() -> None:
    unexplained = [key for key, _, meaning in explain(load(environ={})) if not meaning]
    assert unexplained == []


def test_settings_cannot_be_changed() -> None:
    settings: Settings = load(environ={})
    with pytest.raises(ValueError, match="frozen"):
        settings.server.port = 1


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"NETRA_SERVER__PROT": "1"}, "server.prot: there is no such setting; did you mean server.port?"),
        ({"NETRA_HEARING__WHISPER_MODEL": "x"}, "did you mean hearing.whisper.model?"),
        ({"NETRA_TURN__ENDPOINT__COMPLET_MS": "9"}, "did you mean turn.endpoint.complete_ms?"),
        ({"NETRA_SERVER_PORT": "9000"}, "two underscores stand between section and key: NETRA_SERVER__PORT"),
        ({"NETRA_SERVER__PORT": "abc"}, "server.port: should be a whole number (given: 'abc')"),
        ({"NETRA_SERVER__PORT": "70000"}, "server.port: should be at most 65535 (given: 70000)"),
        ({"NETRA_RECORD__ON": "maybe"}, "record.on: should be true or false (given: 'maybe')"),
        ({"NETRA_SPEAKING__RATE": "fast"}, "speaking.rate: should be a number (given: 'fast')"),
        ({"NETRA_SIGHT__MEMORY_MINUTES": "0"}, "sight.memory_minutes: should be more than 0 (given: 0)"),
        ({"NETRA_WEBRTC__ICE_SERVERS": "turn:x"}, 'webrtc.ice_servers: should be a list, such as ["a", "b"]'),
        ({"NETRA_THINKING__SERVER__EXTRA": "3"}, 'thinking.server.extra: should be a table, such as {key = 1}'),
        ({"NETRA_PROFILE": "lap"}, "NETRA_PROFILE: profile: 'lap' is none of embedded, laptop, gpu"),
    ],
)  # fmt: skip
def test_a_fault_says_what_is_allowed_and_what_was_probably_meant(environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ=environ)
    assert said in str(caught.value), caught.value


def test_a_section_given_as_a_value_is_told_without_names_of_classes(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text("server = 3\nturn = 4\n")
    with pytest.raises(SettingsError) as caught:
        load(config=config, environ={})
    assert "server: is a section with keys of its own, not a value (given: 3)" in str(caught.value)
    assert "turn: is a section with keys of its own, not a value (given: 4)" in str(caught.value)
    assert "Settings" not in str(caught.value)


def test_variables_that_are_none_of_ours_are_left_alone_and_the_cache_has_one() -> None:
    environ = {"NETRA_SERVER_PORT": "tcp://10.0.0.1:80", "NETRA_SERVICE_HOST": "10.0.0.1", "NETRA_KEY": "sk"}
    assert load(environ=environ) == load(environ={})
    assert load(environ={"NETRA_CACHE_DIR": "/some/where"}).cache_dir == Path("/some/where")


def test_every_option_has_a_name_that_explain_knows() -> None:
    assert set(keys(Settings)) == {key for key, _, _ in explain(load(environ={}))}
