"""Pictures of every page that a role reaches, and what a browser has to complain about them: `python3 go.py shots`."""
