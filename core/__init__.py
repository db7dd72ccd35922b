"""Everything that works without a browser: digits, runs, their folders and their execution."""
