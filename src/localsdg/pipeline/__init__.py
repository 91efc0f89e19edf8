"""The list of stages, a run and its state, and what a run reports."""
