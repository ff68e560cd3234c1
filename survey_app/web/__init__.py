"""Pages, one package per person. No SQL here: pages call services."""
