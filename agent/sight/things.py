"""The things that were taught in a session, by name; in a file between sessions only where a setting names one.

Knows names, limits and the file. Does not know pictures.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from agent.sight.own_things import Taught, ThingLook

MOST = 30
log = logging.getLogger(__name__)


class Things:
    """Of one session. ``file``: where they are kept, as numbers without any picture, readable by its owner only; None
    keeps them nowhere.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, Taught] = {one.name.lower(): one for one in load(file)} if file is not None else {}

    @property
    def all(self) -> tuple[Taught, ...]:
        """In the order in which they were taught."""
        return tuple(self._known.values())

    def learn(self, taught: Taught) -> None:
        """In the place of a thing of the same name; the one taught first goes when there are too many."""
        self._known.pop(taught.name.lower(), None)
        self._known[taught.name.lower()] = taught
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    def forget(self) -> None:
        """All of them; in the file, too, when it is kept."""
        self._known.clear()

    def keep(self) -> None:
        """Make the file what is known here, if there is a file. Takes as long as the disk does."""
        if self._file is None:
            return
        try:
            save(self._file, self.all)
        except OSError as error:
            log.warning("taught things can't be kept in %s: %s", self._file, error)


def save(file: Path, things: tuple[Taught, ...]) -> None:
    """Whole or not at all. Raises OSError."""
    if not things:
        file.unlink(missing_ok=True)
        return
    arrays = {"names": np.array([one.name for one in things]), "looks": np.array([len(one.looks) for one in things])}
    for number, look in enumerate(look for one in things for look in one.looks):
        arrays |= {f"p{number}": look.points, f"d{number}": look.descriptors, f"c{number}": look.colours}
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as opened:
            np.savez(opened, **arrays)  # type: ignore[arg-type]
        Path(part).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(part).unlink()
        raise


def load(file: Path) -> tuple[Taught, ...]:
    """What is kept there; nothing when it is not there or is no such file."""
    try:
        with np.load(file) as kept:
            found, number = [], 0
            for name, count in zip(kept["names"].tolist(), kept["looks"].tolist(), strict=True):
                looks = tuple(
                    ThingLook(kept[f"p{at}"], kept[f"d{at}"], kept[f"c{at}"]) for at in range(number, number + count)
                )
                number += count
                found.append(Taught(str(name), looks))
            return tuple(found)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        log.warning("%s holds no taught things: %s", file, error)
        return ()
