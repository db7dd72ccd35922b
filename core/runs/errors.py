"""The errors about runs that visitors read."""

from __future__ import annotations


class RunError(Exception):
    """Something about a run that a visitor should read: one sentence with the way out."""


class RuleBroken(RunError):
    """A run's folder, or a file in it, breaks a rule of `core.runs.opening`; nobody reads it.

    `reason` is the part of the sentence that says which rule, such as "it is a link".
    """

    reason: str = ""
