"""What we claim about speed and durability, runnable: `python -m benchmarks.collecting` and its neighbours."""
