"""A run as one file: positions or curves as CSV, an animated GIF, a replay, the whole folder,
which another lab can import.

Each function writes beside its target and renames, and raises `RunError`, one sentence, where the
run cannot be read or the file cannot be written.
"""

from core.export.animation import write_gif
from core.export.bundle import write_zip
from core.export.import_bundle import import_zip
from core.export.replay import write_html
from core.export.table import write_csv, write_curves

__all__ = ["import_zip", "write_csv", "write_curves", "write_gif", "write_html", "write_zip"]
