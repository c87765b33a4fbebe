"""What all tests share: the folder of real recordings and photos, which is not part of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

MEDIA = Path(__file__).parents[2] / "shared" / "media"


def media_path(*parts: str) -> Path:
    """A file or folder among the recordings and photos. Skips the test that asks where they are absent."""
    path = MEDIA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(('../shared/media', *parts))} is not on this machine: real recordings are not tried")
    return path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what tests train from the project's own phrases: done by the first that needs it, 6 s of work."""
    return tmp_path_factory.mktemp("trained")


@pytest.fixture
def media() -> Path:
    """The folder of real recordings (``speech``) and photos (``photos``)."""
    return media_path()


REAL_CLOCK = tuple(Path(__file__).parent / name for name in ("agent/engines", "browser", "clients", "transport"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on real sockets, threads and the real clock is tried again, with a line that says so: a shared machine
    stands still for seconds now and then, and a fault fails each time. Virtual time has no such excuse.
    """
    for item in items:
        if any(folder in item.path.parents for folder in REAL_CLOCK):
            item.add_marker(pytest.mark.flaky(reruns=2))
