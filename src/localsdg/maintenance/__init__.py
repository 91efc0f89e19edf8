"""What builds the bundle, writes the generated documents and trains the models; no run needs it."""
