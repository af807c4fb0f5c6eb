"""Measuring: scratch databases of any size, pages and acts per second, and their ratio to the raw statements.

`python3 go.py bench [PART]`; see `bench/__main__.py` for the parts. Nothing here is part of a running instance.
"""
