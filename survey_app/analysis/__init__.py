"""Responses as columns: arrays in, counts and Figures out. No Flask, no SQL."""
