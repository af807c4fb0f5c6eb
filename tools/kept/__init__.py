"""Papers kept in the tree that are made from it: SBOM, licence list, the figure of the rooms.

`.venv/bin/python -m tools.kept` writes them, `--check` compares (in an environment that is complete for tests).
"""
