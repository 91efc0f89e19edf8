"""Checks: staging tables -> pass, warn, block.

Great Expectations suites run on the staging tables. A `critical` failure
blocks the publication, a `warning` is reported, and an expectation that
*errored* blocks whatever its severity: a check that could not look has not
found the data right.
"""
