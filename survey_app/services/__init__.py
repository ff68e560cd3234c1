"""Verbs: one module per group. A service owns its transaction and decides who may."""
