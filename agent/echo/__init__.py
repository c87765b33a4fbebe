"""The agent's own voice in its microphone: where it comes back, how loud, and what is left without it."""
