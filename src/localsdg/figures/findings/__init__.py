"""What the numbers of a figure say: the shape of a series, the sentence, and how strong it is."""
