"""What was found in a picture and what was answered, as JSON: the same for HTTP and for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from agent.engines.protocols import Box
from agent.oneshot import CUT_OFF, FAR, Given, Seen
from agent.skills.picture_words import doubt


def as_json(question: str, answer: Sequence[Given], seen: Seen) -> dict[str, Any]:
    """Boxes are left, top, width, height in the picture as it was looked at, whose size is ``picture``. ``text``: the
    ``rows`` as they are read; ``doubt``: why one may not be what stands there, in words, or ""."""
    kinds = [given.kind for given in answer]
    looks = [given.look for given in answer if given.look is not None]
    verdict, advice = (looks[0].problem, looks[0].advice) if looks else ("", "")
    if not verdict and kinds[:1] == ["correction"] and seen.verdicts["text"] in (CUT_OFF, FAR):
        verdict, advice = seen.verdicts["text"], seen.advice
    return {
        "object": "look",
        "question": question,
        "answer": " ".join(given.text for given in answer),
        "more": " ".join(given.more for given in answer if given.more),
        "kind": kinds[0] if kinds else "answer",
        "picture": {"width": seen.picture.width, "height": seen.picture.height},
        "quality": {
            "verdict": verdict or "ok",
            "advice": advice,
            "for": {purpose: problem or "ok" for purpose, problem in seen.verdicts.items()},
        },
        "text": "\n".join(row.text for row in seen.rows),
        "rows": [{"text": row.text, "sure": row.sure, "cut": list(row.cut), "doubt": doubt(row)} for row in seen.rows],
        "lines": [
            {"text": line.text, "confidence": round(line.confidence, 3), "box": _box(line.box), "cut": list(line.cut)}
            for line in seen.lines
        ],
        "codes": [
            {
                "text": code.text or None,
                "format": code.format,
                "product": code.product,
                "sure": bool(code.text),
                "item": None if code.item is None else asdict(code.item),
                "box": _box(code.box),
            }
            for code in seen.codes
        ],
    }


def _box(box: Box) -> list[int]:
    return [box.left, box.top, box.width, box.height]
