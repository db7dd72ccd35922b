"""What is computed of a trained model: kept by run and epoch, for all visitors."""

from __future__ import annotations

import pytest
import streamlit as st

from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from app.server.shared import store
from core.runs.record import RunError, RunRecord


def again(record: RunRecord) -> RunRecord:
    """Return the same run as another visitor's page has read it."""
    return RunRecord(record.folder)


@pytest.mark.usefixtures("runs")
def test_two_visitors_share_what_is_computed_of_a_run_and_an_epoch() -> None:
    record = store().get("compression")
    first, second = TrainedModel(record, 50), TrainedModel(again(record), 50)
    assert second.model is first.model
    assert second.decoder is first.decoder
    assert TrainedModel(record, 10).model is not first.model
    assert TrainedModel(store().get("sparse"), 50).model is not first.model


@pytest.mark.usefixtures("runs")
def test_a_cached_function_of_several_models_tells_them_apart() -> None:
    @st.cache_data(hash_funcs=BY_ID_AND_EPOCH)
    def epochs(models: list[TrainedModel]) -> list[int]:
        return [model.epoch for model in models]

    record = store().get("compression")
    early, late = TrainedModel(record, 10), TrainedModel(record, 50)
    assert epochs([early, late]) == [10, 50]
    assert epochs([late, early]) == [50, 10]


@pytest.mark.usefixtures("runs")
def test_a_model_is_loaded_after_its_last_saved_epoch_if_none_is_named() -> None:
    record = store().get("compression")
    assert TrainedModel.load(record).epoch == 50
    assert TrainedModel.load(record, 10).epoch == 10
    with pytest.raises(RunError, match="choose another epoch"):
        TrainedModel.load(record, 51)


@pytest.mark.usefixtures("runs")
def test_only_a_variational_autoencoder_is_one() -> None:
    trained = TrainedModel(store().get("vae"), 50)
    assert trained.vae is trained.model
    assert (trained.name, trained.spec.title, trained.title) == ("vae", "VAE", "VAE")
    with pytest.raises(RunError, match="Run compression is no variational autoencoder"):
        _ = TrainedModel(store().get("compression"), 50).vae
