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


@pytest.fixture
def media() -> Path:
    """The folder of real recordings (``speech``) and photos (``photos``)."""
    return media_path()
