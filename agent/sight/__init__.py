"""What can be told from pixels without a model: quality, light, colours. Pure functions of pictures."""
