"""Without MQTT nothing of it is there; what it needs is said in one sentence before anything is built."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from agent.errors import SettingsError
from agent.session import Session
from agent.settings import Settings
from transport.housekeeping import check, told_to_the_house

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
{before}
from transport.__main__ import main
sys.argv = ["netra", "serve", "--port", "0"]
main()
"""


def test_switched_off_it_changes_and_imports_nothing() -> None:
    def talk(session_id: str, house: Any = None, onlooker: Any = None) -> AbstractAsyncContextManager[Session]:
        raise AssertionError("nobody called")

    async def main() -> bool:
        async with told_to_the_house(Settings(), talk) as new:
            return new is talk

    check(Settings())
    assert asyncio.run(main())
    text = "import sys, transport.app; print([name for name in sys.modules if 'mqtt' in name and 'agent' not in name])"
    shown = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_without_the_package_the_server_says_what_to_install() -> None:
    program = SERVE.format(before="sys.modules['aiomqtt'] = None")
    shown = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"NETRA_MQTT__ON": "true", "COLUMNS": "300"},
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 1
    assert "mqtt.on needs the package 'aiomqtt'" in shown.stderr
    assert "pip install -c constraints.txt -e '.[mqtt]'" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_certificate_that_is_not_there_is_told_before_anything_is_built() -> None:
    settings = Settings.model_validate({"mqtt": {"on": True, "tls": True, "ca_file": "nowhere.pem"}})
    with pytest.raises(SettingsError, match=r"nowhere\.pem"):
        check(settings)
