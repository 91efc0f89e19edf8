"""Local action -> goal, target, indicator. So far what a record itself declares."""
