"""Figures in, artefacts out: charts, workbooks, QR codes. No Flask, no SQL."""
