"""A vision-language model and its processor from a folder or the local cache of a name; nothing is downloaded.

Knows the traps of loading: processors that want torchvision for videos only. Does not know prompts.
"""

from __future__ import annotations

import inspect
from typing import Any

from agent.errors import EngineMissing


def load(name: str, device: str, precision: str) -> tuple[Any, Any]:
    """Model and processor. Raises EngineMissing with what to do."""
    try:
        import torch
        from transformers import AutoModelForImageTextToText
        from transformers.utils import logging
    except ImportError as error:
        raise EngineMissing(
            f"The brain 'vlm' needs the package {error.name!r}: .venv/bin/pip install -e '.[vlm]' "
            "(without a GPU: torch from PyTorch's CPU index first)."
        ) from error
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    where = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}.get(precision)
    if dtype is None:
        dtype = torch.float32 if where == "cpu" else torch.bfloat16
    try:
        model = AutoModelForImageTextToText.from_pretrained(name, dtype=dtype, local_files_only=True)
        processor = processor_of(name, model.config)
    except (OSError, ValueError, ImportError) as error:
        first = " ".join(str(error).split())[:200]
        raise EngineMissing(
            f"The model {name!r} can't be loaded ({first}). Set thinking.vlm.model to a folder with its files, or get "
            f"it first: netra models pull {name}"
        ) from error
    return model.eval().to(where), processor


def processor_of(name: str, config: Any) -> Any:
    """The processor in this folder, for a model of this config. Raises OSError, ValueError, ImportError."""
    from transformers import AutoProcessor
    from transformers.models.auto.processing_auto import PROCESSOR_MAPPING

    try:
        return AutoProcessor.from_pretrained(name, local_files_only=True)
    except ImportError:  # torchvision, for videos, which we never show
        whole: Any = PROCESSOR_MAPPING[type(config)]

    def without_videos(self: Any, image_processor: Any = None, tokenizer: Any = None, **options: Any) -> None:
        whole.__init__(self, image_processor, tokenizer, None, **options)

    def attributes(cls: Any) -> list[str]:
        return [one for one in whole.get_attributes() if one != "video_processor"]

    made: Any = type("WithoutVideos", (whole,), {"__init__": without_videos, "get_attributes": classmethod(attributes)})
    processor: Any = made.from_pretrained(name, local_files_only=True)
    given, _ = whole.get_processor_dict(name, local_files_only=True)
    for option in inspect.signature(whole.__init__).parameters:
        if option in given and not hasattr(type(processor), option):
            setattr(processor, option, given[option])
    return processor
