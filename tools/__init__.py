"""Plain-Python helpers of go.py; nothing of the program itself."""
