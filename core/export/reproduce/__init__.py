"""Write `reproduce.py`: a script of plain PyTorch that computes a run again, without the lab.

A script is put together from blocks of text, and has only those that its run needs.
"""

from core.export.reproduce.script import reproduce_script

__all__ = ["reproduce_script"]
