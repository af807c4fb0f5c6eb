"""The kept papers of the project are true to the tree."""
