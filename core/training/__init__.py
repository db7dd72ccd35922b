"""Train the models of `models`."""
