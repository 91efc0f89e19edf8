"""What is said, in which order: key numbers, an argument in four sections, and what the numbers do not say."""
