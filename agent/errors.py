"""The tree of Netra's errors. Each has a stable code and says what to do.

NetraError
├── SettingsError      a settings file or variable is wrong (all faults at once)
├── EngineError        an engine is missing or failed
│   ├── EngineMissing  its package or model is not installed
│   └── EngineFailed   it was there and broke
│       └── EngineBusy it works for others, and would be late
├── LineError          a connection could not be made or was refused
└── RecordingError     a recording cannot be read
"""

from __future__ import annotations


class NetraError(Exception):
    """``code``: stable, for programs. ``str(error)``: a sentence with what to do, for people."""

    code = "netra_error"


class SettingsError(NetraError):
    code = "settings_invalid"


class EngineError(NetraError):
    code = "engine_error"


class EngineMissing(EngineError):
    code = "engine_missing"


class EngineFailed(EngineError):
    code = "engine_failed"


class EngineBusy(EngineFailed):
    code = "engine_busy"


class LineError(NetraError):
    code = "line_error"


class RecordingError(NetraError):
    code = "recording_invalid"


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first failure inside a group, so that callers catch what was raised and not the TaskGroup's wrapping."""
    one: BaseException = group
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    return one
