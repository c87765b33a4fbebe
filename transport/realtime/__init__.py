"""The wire protocol (OpenAI Realtime GA) as a translation without sockets, clocks or tasks.

A client's events become commands, the mind's reports become events.
"""
