"""Pulling from hubs that break off, mislead and lie, onto disks that are full or closed: all said in one sentence."""

from __future__ import annotations

import errno
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.settings import Settings
from tests.transport.models.hub_server import COMMIT, HubServer, hub
from transport.models import desk
from transport.models import store as stores
from transport.models.catalogue import near
from transport.models.hub import LONGEST_WAIT_S, TRIES, UNREACHABLE_TRIES, Hub, ModelError, writable
from transport.models.store import LIST, LOCK, Kept, Store

pytestmark = pytest.mark.net
WEIGHTS = bytes(range(256)) * 300


def pull(server: HubServer, store: Store, slept: list[float] | None = None) -> Kept:
    waits: list[float] = [] if slept is None else slept
    with Hub(server.url, sleep=waits.append) as line:
        return store.pull("small", line.repository("owner/small"), line, lambda _: None)


def asked(tmp_path: Path, *words: str, endpoint: str, as_json: bool = False) -> tuple[int, str]:
    console = Console(width=200, record=True, file=io.StringIO())
    settings = Settings(cache_dir=tmp_path)
    code = desk.run(settings, words[0], words[1:], endpoint=endpoint, token="", as_json=as_json, console=console)
    return code, console.export_text()


def of_file(server: HubServer) -> list[str]:
    """The ranges asked for."""
    return [wanted for path, wanted in server.asked if "/resolve/" in path]


# --- the line


def test_a_line_that_brings_something_each_time_is_never_given_up(tmp_path: Path) -> None:
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[9_000] * (TRIES + 3))) as server:
        assert pull(server, Store(tmp_path)).state == "whole"
    assert len(of_file(server)) == TRIES + 4


def test_an_end_without_a_length_that_comes_too_early_is_a_break(tmp_path: Path) -> None:
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[30_000], lengths=False)) as server:
        assert pull(server, Store(tmp_path)).state == "whole"
    first, *later = of_file(server)
    assert (first, len(later)) == ("", 1)


def test_it_follows_to_where_the_files_are_and_asks_there_for_the_rest(tmp_path: Path) -> None:
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[70_000], redirects=True)) as server:
        assert pull(server, Store(tmp_path)).state == "whole"
    assert any("elsewhere" in path and wanted.startswith("bytes=") for path, wanted in server.asked)


def test_a_hub_that_leads_in_circles_is_told_once(tmp_path: Path) -> None:
    with (
        hub(HubServer({"model.bin": WEIGHTS}, redirects=True, circles=True)) as server,
        pytest.raises(ModelError, match=r"leads nowhere with model\.bin: .*redirect"),
    ):
        pull(server, Store(tmp_path))


@pytest.mark.parametrize("said", ["bytes 0-{last}/{size}", "bytes {have}-{last}/{size}"])
def test_a_range_is_put_where_the_server_says_that_it_begins(said: str, tmp_path: Path) -> None:
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[30_000], content_range=said)) as server:
        assert pull(server, Store(tmp_path)).state == "whole"


def test_a_range_from_elsewhere_is_not_put_behind_what_is_there(tmp_path: Path) -> None:
    with (
        hub(HubServer({"model.bin": WEIGHTS}, cuts=[30_000], content_range="bytes 7-{last}/{size}")) as server,
        pytest.raises(ModelError, match="sent 'bytes 7-76799/76800' where the bytes from"),
    ):
        pull(server, Store(tmp_path))


def test_more_than_is_listed_is_not_written_to_the_disk(tmp_path: Path) -> None:
    listed = HubServer({"model.bin": WEIGHTS})
    with (
        hub(HubServer({"model.bin": WEIGHTS}, longer=3_000_000, answers=listed.listing())) as server,
        pytest.raises(ModelError, match=r"sends more of model\.bin than the 76,800 bytes"),
    ):
        pull(server, Store(tmp_path))
    assert sum(path.stat().st_size for path in tmp_path.rglob("model*")) <= len(WEIGHTS)


def test_what_is_left_of_another_version_is_got_anew_by_the_same_command(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / LIST).write_text(json.dumps(
        {"repository": "owner/small", "commit": "older", "licence": "", "files": {}}
    ))  # fmt: skip
    (tmp_path / "small/model.bin.part").write_bytes(b"\1" * 40_000)
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        assert pull(server, Store(tmp_path)).commit == COMMIT
    assert of_file(server) == ["bytes=40000-", ""]


def test_a_part_that_is_longer_than_a_file_of_unknown_size_does_not_stop_it_for_ever(tmp_path: Path) -> None:
    listed = HubServer({"model.bin": WEIGHTS}).listing()
    for entry in listed["siblings"]:
        entry.pop("size")
        entry["lfs"].pop("size")
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / LIST).write_text("{}")
    (tmp_path / "small/model.bin.part").write_bytes(bytes(100_000))
    with hub(HubServer({"model.bin": WEIGHTS}, answers=listed)) as server:
        assert pull(server, Store(tmp_path)).state == "whole"


def test_a_busy_hub_is_waited_for_as_long_as_it_asks_within_reason(tmp_path: Path) -> None:
    slept: list[float] = []
    with hub(HubServer({"model.bin": WEIGHTS}, busy=2, retry_after="7")) as server:
        pull(server, Store(tmp_path), slept)
        assert slept == [7.0, 7.0]
        server.busy, server.retry_after = 1, "86400"
        pull(server, Store(tmp_path / "again"), slept)
        assert slept[2:] == [LONGEST_WAIT_S]


def test_who_has_no_network_is_told_soon(tmp_path: Path) -> None:
    slept: list[float] = []
    with (
        Hub("http://127.0.0.1:9", sleep=slept.append) as line,
        pytest.raises(ModelError, match=r"can't be reached \(.+\)\. Connect to the network, or put the files"),
    ):
        line.repository("owner/small")
    assert len(slept) == UNREACHABLE_TRIES - 1


@pytest.mark.parametrize("told", [
    [1], {"siblings": 3}, {"siblings": [3]}, {"siblings": [{"rfilename": "a", "size": "big"}]}, {"cardData": [1]},
])  # fmt: skip
def test_what_is_no_listing_is_no_hub(told: Any, tmp_path: Path) -> None:
    with (
        hub(HubServer({"model.bin": WEIGHTS}, answers=told)) as server,
        pytest.raises(ModelError, match="does not answer as a hub of models does: look at --endpoint"),
    ):
        pull(server, Store(tmp_path))


@pytest.mark.parametrize("endpoint", ["localhost:8000", "ftp://x", "http://", "http://a:b", ""])
def test_an_endpoint_that_is_no_address_is_told_at_once(endpoint: str) -> None:
    with pytest.raises(ModelError, match="is no address of a hub: --endpoint"):
        Hub(endpoint)


def test_several_licences_are_words() -> None:
    listed = HubServer({"model.bin": WEIGHTS}).listing() | {"cardData": {"license": ["mit", "apache-2.0"]}}
    with hub(HubServer({"model.bin": WEIGHTS}, answers=listed)) as server, Hub(server.url) as line:
        assert line.repository("owner/small").licence == "mit and apache-2.0"


# --- the disk


@pytest.mark.parametrize(("number", "said"), [
    (errno.ENOSPC, "The disk is full: there is no more room"),
    (errno.EROFS, "can't be written to .*NETRA_CACHE_DIR"),
    (errno.EACCES, "can't be written to .*NETRA_CACHE_DIR"),
    (errno.EIO, "can't be used"),
])  # fmt: skip
def test_what_the_disk_refuses_is_one_sentence(number: int, said: str) -> None:
    with pytest.raises(ModelError, match=said), writable(Path("/models")):
        raise OSError(number, os.strerror(number), "/models/x")


def test_a_cache_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("no folder")
    with (
        hub(HubServer({"model.bin": WEIGHTS})) as server,
        pytest.raises(ModelError, match="can't be used"),
    ):
        pull(server, Store(tmp_path / "models"))


def test_a_disk_that_fills_up_on_the_way_keeps_what_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original, left = Path.open, [1]

    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            if left.pop() if left else False:
                super().write(bytes(data)[:10_000])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)

    def opened(path: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        return Full(path, mode) if path.name.endswith(".part") and "r" not in mode else original(path, mode, *more)

    store = Store(tmp_path)
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", opened)
            with pytest.raises(ModelError, match=r"The disk is full.*What came is kept"):
                pull(server, store)
        assert (tmp_path / "small/model.bin.part").stat().st_size == 10_000
        assert pull(server, store).state == "whole"
        assert of_file(server)[-1] == "bytes=10000-"


def test_what_is_whole_needs_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        pull(server, Store(tmp_path))
        monkeypatch.setattr(stores, "SPARE_BYTES", 10**18)
        assert pull(server, Store(tmp_path)).state == "whole"
        with pytest.raises(ModelError, match=r"0 MB are to come, .* MB shall stay free, and only .* MB are free"):
            pull(server, Store(tmp_path / "other"))


# --- two at once, and commands that were ended


def test_two_at_one_model_are_told_apart_even_before_the_first_has_its_list(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(ModelError, match=r"Another `netra models` is at .*small: wait until it is done"):
                pull(server, Store(tmp_path))
        assert pull(server, Store(tmp_path)).state == "whole", "a lock of a command that was killed is no lock"
    assert not (folder / LOCK).exists()


def test_one_folder_is_not_filled_from_two_repositories(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        pull(server, store)
        told = json.loads((tmp_path / "small" / LIST).read_text())
        (tmp_path / "small" / LIST).write_text(json.dumps(told | {"repository": "other/small"}))
        with pytest.raises(ModelError, match=r"holds other/small already: `netra models remove small` first"):
            pull(server, store)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_ended_goes_on_where_it_was(number: signal.Signals, tmp_path: Path) -> None:
    waiting = threading.Event()
    with hub(HubServer({"model.bin": WEIGHTS}, stalls_at=40_000, stall=waiting)) as server:
        command = [sys.executable, "-m", "transport", "models", "pull", "owner/small", "--endpoint", server.url]
        environ = {**os.environ, "NETRA_CACHE_DIR": str(tmp_path)}
        part = tmp_path / "models/small/model.bin.part"
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
            for _ in range(600):
                if part.exists() and part.stat().st_size == 40_000:
                    break
                time.sleep(0.05)
            run.send_signal(number)
            said, _ = run.communicate(timeout=30)
        waiting.set()
        assert run.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
        if number == signal.SIGINT:
            assert said.splitlines()[-1] == "Stopped. What came is kept: run the same command again to go on."
        assert part.stat().st_size == 40_000
        server.stalls_at = None
        code, said = asked(tmp_path, "pull", "owner/small", endpoint=server.url)
        assert (code, of_file(server)[-1]) == (0, "bytes=40000-")


# --- names


def test_a_wrong_name_is_told_with_the_one_that_was_meant_before_anything_comes(tmp_path: Path) -> None:
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        for wrong, meant in (
            ("smal", "small"),
            ("kokoro", "kokoro-82m"),
            ("Qwen3-VL", "qwen3-vl-4b"),
            ("latop", "laptop"),
        ):
            with pytest.raises(ModelError, match=rf"There is no model '{wrong}'\. Did you mean '{meant}'\?"):
                asked(tmp_path, "pull", "owner/small", wrong, endpoint=server.url)
        assert not server.asked
    assert near("zzzz") == ""
    assert asked(tmp_path, "small", endpoint="http://127.0.0.1:9") == (
        2, "'small' is none of list, pull, verify, remove. Did you mean: netra models pull small?\n",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["owner/..", "owner/", "/small", "../small", "a/b/c", "owner/.hidden"])
def test_a_repository_whose_name_is_no_folders_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        asked(tmp_path, "pull", name, endpoint="http://127.0.0.1:9")


def test_what_is_not_here_is_told_with_what_is(tmp_path: Path) -> None:
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        asked(tmp_path, "pull", "owner/small", endpoint=server.url)
    for do in ("verify", "remove"):
        with pytest.raises(ModelError, match=r"There is no model 'smal' in .*\. Did you mean 'small'\?"):
            asked(tmp_path, do, "smal", endpoint="")
    assert asked(tmp_path, "verify", "owner/small", endpoint="")[0] == 0
    assert asked(tmp_path, "remove", "owner/small", endpoint="")[0] == 0


def test_without_a_network_what_is_whole_stays_of_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transport.models.hub.WAIT_S", 0.001)
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        asked(tmp_path, "pull", "owner/small", endpoint=server.url)
    code, said = asked(tmp_path, "pull", "owner/small", endpoint="http://127.0.0.1:9")
    assert code == 0
    assert "can't be reached; small is here and whole" in said
    with pytest.raises(ModelError, match="can't be reached"):
        asked(tmp_path, "pull", "tiny", endpoint="http://127.0.0.1:9")


def test_several_are_one_answer_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hub(HubServer({"model.bin": WEIGHTS})) as server:
        asked(tmp_path, "pull", "owner/small", "owner/small", endpoint=server.url, as_json=True)
    [told] = json.loads(capsys.readouterr().out)
    assert (told["name"], told["state"]) == ("small", "whole")


def test_a_log_shows_that_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LEAST_TOLD", 1_000)
    with hub(HubServer({"model.bin": WEIGHTS * 40})) as server:
        _, said = asked(tmp_path, "pull", "owner/small", endpoint=server.url)
    tenths = [line for line in said.splitlines() if " %: " in line]
    assert tenths[-1] == "  100 %: 3 of 3 MB"
    assert len(tenths) > 1
