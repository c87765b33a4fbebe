"""MQTT: what happens here told to a broker, commands taken from it, the house behind it; see docs/mqtt.md."""
