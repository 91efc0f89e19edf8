"""A figure as a picture: lines, bars, their layout and colours."""
