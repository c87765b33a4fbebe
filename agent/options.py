"""Every option with its value and meaning, read from where it is defined. Knows settings' shape; changes nothing."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel


def explain(settings: BaseModel, at: str = "") -> Iterator[tuple[str, Any, str]]:
    """(key, value as JSON, meaning) of every option, in the order of definition."""
    plain = settings.model_dump(mode="json")
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from explain(value, f"{at}{name}.")
        elif is_dataclass(value) and not isinstance(value, type):
            yield from _explain_plain(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", plain[name], field.description or ""


def _explain_plain(settings: Any, at: str) -> Iterator[tuple[str, Any, str]]:
    meanings = attribute_docs(type(settings))
    for field in fields(settings):
        value = getattr(settings, field.name)
        if is_dataclass(value):
            yield from _explain_plain(value, f"{at}{field.name}.")
        else:
            yield f"{at}{field.name}", value, meanings.get(field.name, "")


def attribute_docs(cls: type) -> dict[str, str]:
    """The strings that stand below the attributes of a class, by attribute."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs: dict[str, str] = {}
    for before, after in pairwise(body.body):
        match before, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                docs[name] = " ".join(text.split())
            case _:
                pass
    return docs
