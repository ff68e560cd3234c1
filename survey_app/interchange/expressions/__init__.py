"""Expressions in other programs' files, read into one small tree and never evaluated.

`reading` goes through an expression, the same for all formats; a format is a table of its signs and words.
"""
