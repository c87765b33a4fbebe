"""What Netra says itself, in the language of the conversation: sentences by their English, words by functions."""
