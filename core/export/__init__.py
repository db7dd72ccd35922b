"""A run as one file: positions or curves as CSV, an animated GIF, a replay, the whole folder,
which another lab can import.

Each function writes beside its target and renames, and raises `RunError`, one sentence, where the
run cannot be read or the file cannot be written. A file that takes long is given up in a block of
`until_gone` as soon as nobody waits for it. `zip_parts` yields the folder instead, for what is
sent while it is read.
"""

from core.export.animation import write_gif
from core.export.bundle import bundle_size, write_zip, zip_parts
from core.export.import_bundle import import_zip
from core.export.output import check_wanted, until_gone
from core.export.replay import write_html
from core.export.table import write_csv, write_curves

__all__ = [
    "bundle_size",
    "check_wanted",
    "import_zip",
    "until_gone",
    "write_csv",
    "write_curves",
    "write_gif",
    "write_html",
    "write_zip",
    "zip_parts",
]
