"""The laboratory: conversations as scripts, run through the real session in virtual time, and looked at from all sides.

``script`` what happens · ``sounds`` sound that carries words · ``engines`` with the delays of a script · ``stage`` runs
one · ``checks`` what must hold · ``generate`` random ones · ``shrink`` the least of a script that still goes wrong ·
``farm`` thousands of hours on all cores · ``python -m tests.lab`` the command.
"""
