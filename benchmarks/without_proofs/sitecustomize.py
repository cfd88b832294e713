"""Python loads this at its start when this folder is on PYTHONPATH: publish then goes without proofs; see unproven."""

from benchmarks.unproven import take_proofs_away

take_proofs_away()
