"""Measurements of the whole and of its parts. Each module runs alone: ``python -m transport.bench.vad``."""
