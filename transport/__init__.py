"""How sound, pictures and events reach the mind and leave it.

Holds no decisions about turns, words or voice activity.
"""
