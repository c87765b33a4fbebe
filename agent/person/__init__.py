"""A person who can be asked for help: who, by what way, and only after a yes."""
