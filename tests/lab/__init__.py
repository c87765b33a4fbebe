"""The laboratory: conversations as scripts, run through the real session in virtual time, and looked at from all sides.

``script`` what happens · ``sounds`` sound that carries words · ``engines`` with the delays of a script · ``stage`` runs
one · ``record``, ``case`` what came of it · ``checks`` (with ``_of_turns``, ``_of_replies``) what must hold ·
``generate`` random ones · ``shrink`` the least of a script that still goes wrong · ``farm``, ``tally``, ``report``
thousands of hours on all cores · ``core_speed`` · ``python -m tests.lab`` the command.
"""
