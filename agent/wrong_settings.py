"""What is wrong with a setting, in words: where it stands, what is allowed, and which one was probably meant.

Pure. Knows the shapes of settings and pydantic's kinds of errors; reads no file and no environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from typing import Any, get_type_hints

from pydantic import BaseModel

NOT_TOLD = frozenset({"password", "webhook"})
"""Settings whose value is repeated nowhere."""
CLUSTERS_OWN = ("tcp://", "udp://")
"""How values begin that Kubernetes puts into every container for a service named netra-…: no settings."""

ALLOWED = {
    "model_type": "is a section with keys of its own, not a value",
    "dataclass_type": "is a section with keys of its own, not a value",
    "dict_type": 'should be a table, such as {{key = 1}}; in a variable {{"key": 1}}',
    "tuple_type": 'should be a list, such as ["a", "b"]',
    "list_type": 'should be a list, such as ["a", "b"]',
    "string_type": "should be text, in quotes",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "path_type": "should be a path, in quotes",
    "greater_than": "should be more than {gt}",
    "greater_than_equal": "should be at least {ge}",
    "less_than": "should be less than {lt}",
    "less_than_equal": "should be at most {le}",
}


def fault(error: Any, origins: Mapping[tuple[str, ...], str], known: type[BaseModel]) -> str:
    """One of pydantic's errors as a sentence that begins with the file, variable or option and the key. ``origins``:
    where each key came from.
    """
    path = tuple(str(part) for part in error["loc"])
    origin = next((origins[path[:n]] for n in range(len(path), 0, -1) if path[:n] in origins), "defaults")
    key, kind = ".".join(path), error["type"]
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        meant = near(key, keys(known))
        return f"{origin}: {key}: there is no such setting" + (f"; did you mean {meant}?" if meant else "")
    if kind == "literal_error":
        return f"{origin}: {key}: {error['input']!r} is not one of {error['ctx']['expected']}"
    said = error["msg"].removeprefix("Value error, ")
    if kind in ALLOWED:
        said = ALLOWED[kind].format(**{name: _short(value) for name, value in (error.get("ctx") or {}).items()})
    secret = isinstance(error.get("input"), dict) or bool(NOT_TOLD & set(path))
    given = "" if secret else f" (given: {error.get('input')!r})"
    return f"{origin}: {key}: {said}{given}"


def keys(section: type[Any], at: str = "") -> Iterator[str]:
    """The name of every option of a class of settings, such as "server.port"."""
    model = issubclass(section, BaseModel)
    fields = (
        {name: field.annotation for name, field in section.model_fields.items()} if model else get_type_hints(section)
    )
    for name, kind in fields.items():
        if is_section(kind):
            yield from keys(kind, f"{at}{name}.")
        else:
            yield f"{at}{name}"


def is_section(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind))


def near(key: str, known: Iterator[str]) -> str:
    """The option that was probably meant: of the same section, else of the same name elsewhere; "" when none is."""
    options = list(known)
    section, _, name = key.rpartition(".")
    siblings = {one.rpartition(".")[2]: one for one in options if one.rpartition(".")[0] == section}
    if found := get_close_matches(name, siblings, 1, 0.7):
        return siblings[found[0]]
    flat = {one.replace(".", "_"): one for one in options}
    if found := get_close_matches(key.replace(".", "_"), flat, 1, 0.85):
        return flat[found[0]]
    same = [one for one in options if one.rpartition(".")[2] == name]
    return same[0] if len(same) == 1 else ""


def one_underscore(variable: str, value: str, known: type[BaseModel]) -> str:
    """A fault where a variable such as NETRA_SERVER_PORT means an option and is not written as one; else ""."""
    if not variable.startswith("NETRA_") or value.startswith(CLUSTERS_OWN):
        return ""
    wanted = variable.removeprefix("NETRA_").lower()
    meant = next((one for one in keys(known) if "." in one and one.replace(".", "_") == wanted), "")
    if not meant:
        return ""
    return f"{variable}: two underscores stand between section and key: NETRA_{meant.replace('.', '__').upper()}"


def _short(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
