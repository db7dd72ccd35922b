"""Keep what trained models make of real digits: the novelty of pictures is measured against it."""

from __future__ import annotations

import streamlit as st

from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from core.analysis.novelty import NoveltyReference
from core.execution.turns import heavy_work
from core.runs.record import RunError
from core.training.config import NO_CLASS


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def reference(model: TrainedModel) -> NoveltyReference:
    """Return what a model makes of test digits of the classes that it learned.

    Codes are compared with those of training digits of these classes.

    Raises:
        RunError: some errors or codes are not finite.
    """
    errors, codes, training_codes = model.test_errors, model.test_codes, model.training_codes
    held_out = model.training.held_out
    if held_out != NO_CLASS:
        known = model.test.labels != held_out
        errors, codes = errors[known], codes[known]
        training_codes = training_codes[model.train.labels != held_out]
    measuring = model.data.says("Measuring how unusual 10,000 test digits are …")
    try:
        with st.spinner(measuring), heavy_work:
            return NoveltyReference.of(errors, codes, training_codes)
    except ValueError as error:  # a model whose numbers have grown beyond all bounds
        raise RunError(f"Run {model.id} cannot judge pictures: {error}") from None
