"""Registers of actions: the parts of a register that are unlike the rest, listed and reviewed by people."""

from __future__ import annotations

from pathlib import Path

#: dataset_id, action_id_begins, part_id, title, reason: records whose own id begins so are a register of their own.
PARTS_CSV = Path(__file__).parent / "register_parts.csv"
