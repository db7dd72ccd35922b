"""Side-by-side measurements, each started by one command."""
