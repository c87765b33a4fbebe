"""Netra at a terminal: ``netra talk`` with this machine's own microphone and loudspeaker, ``netra call`` to a server.

``devices`` carry sound, ``desk`` makes a line of one, ``caller`` is a client of the wire, ``views`` show what is said.
"""
