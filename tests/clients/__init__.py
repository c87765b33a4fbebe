"""Unmodified clients of the OpenAI Realtime API, each in a conversation with a real server."""
