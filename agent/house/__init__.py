"""The house that skills can act on: what is in it, and a yes before anything that opens."""
