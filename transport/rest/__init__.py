"""One-shot questions over HTTP in the shapes of OpenAI's API: sound to words, words to sound, chat with pictures.

Knows requests and answers. What hears, speaks and sees is given by ``agent.oneshot``, ``transcribing``, ``reciting``.
"""
