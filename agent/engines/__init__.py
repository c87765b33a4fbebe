"""Engines perceive and speak, behind the Protocols of :mod:`agent.engines.protocols`."""
