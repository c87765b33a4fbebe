"""Describing while the camera moves: what is worth saying of what changes, and what looking for it may cost."""
