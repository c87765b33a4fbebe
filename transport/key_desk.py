"""``netra key``: what a person asks of the server's keys, and the sentences they get. Knows no hashes, no requests."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from rich.console import Console

from agent.settings import Settings
from transport.keys import ROLES, Keys


def run(settings: Settings, do: str, key_id: str, *, role: str, name: str, as_json: bool, console: Console) -> int:
    """The exit code: 0 done, 1 there is no such key, 2 wrong use."""
    keys = Keys(settings.access.keys_file)
    match do:
        case "make":
            if role not in ROLES:
                console.print(f"There is no role {role!r}. Choose one of: {', '.join(ROLES)}.", highlight=False)
                return 2
            made = keys.make(role, name)
            if as_json:
                _write({"key": made, "role": role, "name": name})
            else:
                console.print(f"{made}", highlight=False, soft_wrap=True)
                console.print("It is not shown again. Send it as `Authorization: Bearer …`.", highlight=False)
            return 0
        case "list":
            _list(keys, as_json, console)
            return 0
        case "revoke":
            if not keys.revoke(key_id):
                console.print(f"There is no one key {key_id!r}: see `netra key list`.", highlight=False, markup=False)
                return 1
            console.print("Revoked. Whoever is connected with it stays until they hang up.", highlight=False)
            return 0
        case _:
            console.print(f"{do!r} is none of make, list, revoke.", highlight=False, markup=False)
            return 2


def _list(keys: Keys, as_json: bool, console: Console) -> None:
    shown = [{field: value for field, value in asdict(key).items() if field != "hash"} for key in keys.listed()]
    if as_json:
        _write(shown)
    elif not shown:
        console.print("There are no keys. Make one: netra key make --role user --name kitchen", highlight=False)
    for one in shown if not as_json else []:
        line = f"{one['id']}  {one['role']:<6}  {one['made']}  {one['name']}"
        console.print(line, highlight=False, markup=False)


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
