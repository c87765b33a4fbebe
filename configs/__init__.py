"""The profiles: TOML files that hold only what differs from the defaults in ``agent.settings``."""
