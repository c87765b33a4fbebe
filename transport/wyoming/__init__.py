"""Wyoming, the protocol of Home Assistant's voice services: hearing, speaking and answering for Assist and satellites.

``wire`` is the protocol without I/O, ``describe`` what is offered, ``dialogue`` one client, ``listener`` the socket.
"""
