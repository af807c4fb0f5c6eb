"""Filled databases of every release, kept, and the proof that they can be upgraded."""
