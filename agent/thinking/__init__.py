"""What a language model is told and what it is kept from: instructions, messages, routing, plain words."""
