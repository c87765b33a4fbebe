"""Weights of neural engines on this machine: which there are, getting, checking and removing them."""
