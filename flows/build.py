"""Subflow: data/raw -> a checked and audited warehouse file, not yet published."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from localsdg import pipeline

# One thread runs them in order: each takes the run, a small record of paths and facts.
stage = task(pipeline.stage, name="stage", cache_policy=NO_CACHE)
check = task(pipeline.check, name="check", cache_policy=NO_CACHE)
make = task(pipeline.build, name="build", cache_policy=NO_CACHE)
audit = task(pipeline.audit, name="audit", cache_policy=NO_CACHE)
