"""What the agent can do when asked: one file a skill, a typed function with a JSON schema."""
