"""A whole Netra in a child process, with HTTP and Wyoming on free ports: for tests and fuzzing from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Whole:
    """``url`` of HTTP, ``wyoming``: host and port, ``lines``: everything it printed."""

    process: subprocess.Popen[str]
    url: str = ""
    wyoming: tuple[str, int] = ("", 0)
    lines: list[str] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def resident_mb(self) -> float:
        """Memory of the server's process."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            found = re.search(r"VmRSS:\s+(\d+) kB", status.read())
        return int(found[1]) / 1024 if found else 0.0

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    @property
    def complaints(self) -> list[str]:
        """Tracebacks and errors in what it printed."""
        return [line for line in self.lines if "Traceback" in line or "Exception" in line or "never retrieved" in line]


@contextmanager
def whole(**settings: str) -> Iterator[Whole]:
    """``settings``: environment variables. Raises RuntimeError with what was printed when it does not start."""
    environment = {**os.environ, "NETRA_WYOMING__ON": "true", "NETRA_WYOMING__PORT": "0", "COLUMNS": "200", **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "transport", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )
    server = Whole(process)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            server.lines.append(line)
            if found := re.search(r"tcp://([\d.]+):(\d+)", line):
                server.wyoming = (found[1], int(found[2]))
            if found := re.search(r"http://\S+:(\d+)", line):
                server.url = f"http://127.0.0.1:{found[1]}"
                break
        if not server.url:
            raise RuntimeError("the server did not start:\n" + "".join(server.lines))
        draining = threading.Thread(target=lambda: server.lines.extend(process.stdout or ()), daemon=True)
        draining.start()
        yield server
        process.send_signal(signal.SIGINT)
        process.wait(15)
        draining.join(5)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
