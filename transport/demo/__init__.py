"""A scripted person talks with a real server over real WebRTC on loopback, and the conversation is judged."""
