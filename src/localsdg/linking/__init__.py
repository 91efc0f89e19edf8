"""Local action -> goal, target, indicator: declared by the record, cited in its text, or learned."""
