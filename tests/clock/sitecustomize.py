"""Begun by each Python process with this folder in PYTHONPATH: the day, the sites and the waits of a simulation.

`SIMULATED_DAYS_AGO` sets `datetime.now` back by so many days; times of files
and of DuckDB stay those of the machine. `SIMULATED_SITES` is a list of local
sites in place of the project's, and with it the waits between requests are of
milliseconds.
"""

import ctypes
import gc
import os
from datetime import datetime, timedelta

if days := float(os.environ.get("SIMULATED_DAYS_AGO") or 0):
    of_machine = datetime.now
    (methods,) = (one for one in gc.get_referents(datetime.__dict__) if isinstance(one, dict))
    methods["now"] = classmethod(lambda cls, tz=None: of_machine(tz) - timedelta(days=days))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))

if listed := os.environ.get("SIMULATED_SITES"):
    from dataclasses import asdict
    from pathlib import Path

    from localsdg.registry import local_sites
    from localsdg.sources.http.client import HttpLimits

    local_sites.BUNDLED_LIST = Path(listed)
    quick = asdict(HttpLimits(wait_base=0.001, retry_after_cap=0.01, read_timeout=20.0))
    HttpLimits.__init__.__defaults__ = tuple(quick.values())
