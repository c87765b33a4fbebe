"""Models are pulled over bad lines, checked, told of and removed; nothing that is not ours is touched."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.settings import Settings
from tests.transport.models.hub_server import COMMIT, HubServer, hub
from transport.models import desk
from transport.models.catalogue import CATALOGUE, SETS, for_repository, members, named
from transport.models.hub import TRIES, Hub, ModelError, RemoteFile, Repository, is_safe
from transport.models.store import LIST, Kept, Store

pytestmark = pytest.mark.net
WEIGHTS = bytes(range(256)) * 300
FILES = {"model.bin": WEIGHTS, "config.json": b'{"a": 1}', "sub/vocab.txt": b"words", "README.md": b"read me"}


def pull(server: HubServer, store: Store, *, token: str = "", came: Callable[[int], None] = lambda _: None) -> Kept:
    with Hub(server.url, token, sleep=lambda _: None) as line:
        return store.pull("small", line.repository("owner/small"), line, came)


def test_it_is_got_checked_and_listed(tmp_path: Path) -> None:
    store, came = Store(tmp_path / "models"), []
    with hub(HubServer(dict(FILES))) as server:
        kept = pull(server, store, came=came.append)
    assert kept == Kept("small", tmp_path / "models/small", "whole", kept.bytes, "owner/small", COMMIT, "mit")
    assert (kept.folder / "model.bin").read_bytes() == WEIGHTS
    assert (kept.folder / "sub/vocab.txt").read_bytes() == b"words"
    assert not (kept.folder / "README.md").exists()
    assert sum(came) == len(WEIGHTS) + 8 + 5
    assert store.kept() == [kept]
    assert store.verify("small") == []


def test_a_line_that_breaks_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    came: list[int] = []
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[10_000, 30_000])) as server:
        assert pull(server, Store(tmp_path), came=came.append).state == "whole"
    assert next(wanted for path, wanted in server.asked if "resolve" in path) == ""
    assert len([wanted for path, wanted in server.asked if wanted.startswith("bytes=")]) >= 1
    assert sum(came) == len(WEIGHTS)


def test_what_came_is_kept_when_the_line_stays_broken_and_used_by_the_next_command(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[5_000] + [0] * (TRIES - 1))) as server:
        with pytest.raises(ModelError, match="What came is kept"):
            pull(server, store)
        assert store.kept()[0].state == "partly"
        had = (tmp_path / "small/model.bin.part").stat().st_size
        assert had > 0
        server.asked.clear()
        assert pull(server, store).state == "whole"
        assert [wanted for path, wanted in server.asked if "resolve" in path] == [f"bytes={had}-"]
        server.asked.clear()
        assert pull(server, store).state == "whole"
        assert not [path for path, _ in server.asked if "resolve" in path], "nothing is got twice"


def test_a_server_that_knows_no_ranges_begins_anew_and_is_not_counted_twice(tmp_path: Path) -> None:
    came: list[int] = []
    with hub(HubServer({"model.bin": WEIGHTS}, cuts=[40_000], ranges=False)) as server:
        assert pull(server, Store(tmp_path), came=came.append).state == "whole"
    assert sum(came) == len(WEIGHTS)


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_what_came_damaged_is_thrown_away(name: str, tmp_path: Path) -> None:
    with hub(HubServer({name: FILES[name]}, damaged=True)) as server:
        with pytest.raises(ModelError, match="came damaged"):
            pull(server, Store(tmp_path))
        assert not list((tmp_path / "small").glob(f"{name}*"))


def test_a_busy_hub_is_asked_again_and_a_closed_one_says_what_to_do(tmp_path: Path) -> None:
    with hub(HubServer(dict(FILES), busy=3)) as server:
        assert pull(server, Store(tmp_path / "a")).state == "whole"
        server.locked = True
        with pytest.raises(ModelError, match=r"accept its licence.*HF_TOKEN"):
            pull(server, Store(tmp_path / "b"))
        assert pull(server, Store(tmp_path / "b"), token="open").state == "whole"
        server.busy = 99
        with pytest.raises(ModelError, match="can't be reached"):
            pull(server, Store(tmp_path / "c"))


def test_names_that_lead_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    with hub(HubServer({"../evil.bin": WEIGHTS})) as server, pytest.raises(ModelError, match="would leave its folder"):
        pull(server, Store(tmp_path))
    assert not any(map(is_safe, ("", "/etc/passwd", "a/../../b", "..", "C:/x", "a\\b")))
    assert all(map(is_safe, ("a", "a/b.bin", "..a/b")))


def test_no_room_is_told_before_anything_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 10**8, 10**8))  # type: ignore[attr-defined]
    with hub(HubServer(dict(FILES))) as server:
        with pytest.raises(ModelError, match=r"too little room.*MB are free"):
            pull(server, Store(tmp_path))
        assert not [path for path, _ in server.asked if "resolve" in path]


def test_damage_and_loss_on_the_disk_are_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with hub(HubServer(dict(FILES))) as server:
        pull(server, store)
        (tmp_path / "small/model.bin").write_bytes(WEIGHTS[:-1] + b"x")
        (tmp_path / "small/config.json").unlink()
        assert store.verify("small") == ["model.bin is damaged", "config.json is missing"]
        assert store.kept()[0].state == "partly"
        pull(server, store)
        assert store.verify("small") == []


def test_only_what_is_ours_is_removed(tmp_path: Path) -> None:
    store = Store(tmp_path / "models")
    (store.folder / "mine").mkdir(parents=True)
    (store.folder / "mine/model.bin").write_bytes(b"by hand")
    (tmp_path / "other").mkdir()
    assert store.kept()[0].state == "by hand"
    for name, said in (("mine", "by hand"), ("none", "no model"), ("../other", "no model")):
        with pytest.raises(ModelError, match=said):
            store.remove(name)
    with pytest.raises(ModelError, match="no list of its files"):
        store.verify("mine")
    repository = Repository("owner/small", COMMIT, "", (RemoteFile("model.bin", 3),))
    with (
        Hub("http://127.0.0.1:9", sleep=lambda _: None) as line,
        pytest.raises(ModelError, match="not put there by Netra"),
    ):
        store.pull("mine", repository, line, lambda _: None)
    with hub(HubServer(dict(FILES))) as server:
        pull(server, store)
    assert store.remove("small") > len(WEIGHTS)
    assert not (store.folder / "small").exists()


# --- the command


def asked(tmp_path: Path, *words: str, endpoint: str = "http://127.0.0.1:9", as_json: bool = False) -> tuple[int, str]:
    console = Console(width=200, record=True, file=io.StringIO())
    settings = Settings(cache_dir=tmp_path)
    code = desk.run(settings, words[0], words[1:], endpoint=endpoint, token="", as_json=as_json, console=console)
    return code, console.export_text()


def test_pull_verify_list_and_remove_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hub(HubServer(dict(FILES))) as server:
        code, said = asked(tmp_path, "pull", "owner/small", endpoint=server.url)
    assert code == 0
    assert "licence mit, 3 files" in said
    assert "small is whole" in said
    code, said = asked(tmp_path, "list")
    assert "Apache-2.0" in said
    assert "whole" in said
    assert asked(tmp_path, "verify") == (0, "small: all files are as they should be.\n")
    (tmp_path / "models/small/model.bin").write_bytes(b"")
    code, said = asked(tmp_path, "verify", "small")
    assert code == 1
    assert "model.bin is damaged. Get it again: netra models pull small" in said
    asked(tmp_path, "list", as_json=True)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in told["known"]} == {model.name for model in CATALOGUE}
    here = next(row["here"] for row in told["known"] if row["name"] == "small")
    assert here["repository"] == "owner/small"
    assert asked(tmp_path, "remove", "small")[0] == 0
    assert not (tmp_path / "models/small").exists()


def test_wrong_use_is_told(tmp_path: Path) -> None:
    assert asked(tmp_path, "pull") == (2, "Which one? netra models pull NAME\n")
    assert asked(tmp_path, "eat", "x")[0] == 2
    with pytest.raises(ModelError, match=r"There is no model 'huge'\. Choose one of tiny, base"):
        asked(tmp_path, "pull", "huge")
    assert asked(tmp_path, "verify") == (0, "There is nothing to verify.\n")


def test_the_catalogue_names_each_once_with_a_licence() -> None:
    assert len({model.name for model in CATALOGUE}) == len(CATALOGUE) == len({m.repository for m in CATALOGUE})
    assert all(model.licence and model.repository.count("/") == 1 and model.about_mb for model in CATALOGUE)
    assert members(["laptop", "kokoro-82m", "x/y"]) == ["small", "smolvlm2-500m", "kokoro-82m", "siglip2-base", "x/y"]
    assert all(named(model) for models in SETS.values() for model in models)
    assert named("kokoro-82m") is named("hexgrad/Kokoro-82M")
    assert for_repository("Owner/Some-Model").name == "some-model"


def test_a_list_that_is_nonsense_is_none(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / LIST).write_text("[]")
    assert Store(tmp_path).kept()[0].state == "by hand"
