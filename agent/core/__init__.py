"""The deciding core: pure Python, standard library only, no clock. Time is an argument."""
