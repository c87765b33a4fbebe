"""What transformers' own generation needs to stream and to be stopped: for models that are asked plainly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from transformers import StoppingCriteria
from transformers.generation.streamers import BaseStreamer

from agent.engines.vlm_thread import Job
from agent.engines.vlm_writing import Letters


class Told(BaseStreamer):  # type: ignore[misc]
    """transformers' streamer: text of each token as it is made."""

    def __init__(self, letters: Letters, ends: frozenset[int], tell: Callable[[str], None]) -> None:
        self._letters, self._ends, self._tell, self._prompt = letters, ends, tell, True

    def put(self, value: torch.Tensor) -> None:
        if self._prompt:  # the first is the prompt
            self._prompt = False
            return
        for token in value.flatten().tolist():
            if token not in self._ends and (text := self._letters.push(token)):
                self._tell(text)

    def end(self) -> None:
        return None


class Cancelled(StoppingCriteria):  # type: ignore[misc]
    """Stops it when the job is cancelled."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
        return torch.full((len(input_ids),), self._job.cancelled, device=input_ids.device)
