import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.data.data_sets import FASHION, MNIST
from core.data.digits import load_digits
from core.training.config import NO_CLASS, TrainConfig
from core.training.yardsticks import first_better, pca_errors, pca_of
from models.autoencoder import AutoencoderConfig
from models.denoising import DenoisingAutoencoder, DenoisingConfig
from models.sparse import SparseConfig

FEW = TrainConfig(digits=2000)


def test_pca_and_the_mean_picture_have_the_errors_of_all_mnist() -> None:
    errors = pca_errors("compression", AutoencoderConfig(), TrainConfig())
    assert float(errors[32]) == pytest.approx(0.0168, abs=5e-5)
    assert float(errors[0]) == pytest.approx(0.0675, abs=5e-5)


def test_a_run_of_few_digits_is_measured_against_pca_of_as_many() -> None:
    errors = pca_errors("sparse", SparseConfig(), FEW)
    test = load_digits("test").pixels
    mean = load_digits("train").pixels[:2000].mean(0)
    assert float(errors[0]) == pytest.approx(float((test - mean).square().mean()), rel=1e-5)
    assert pca_of(FEW) is pca_of(FEW)


@pytest.mark.parametrize("held_out", [NO_CLASS, 3])
@pytest.mark.parametrize("data", [MNIST, FASHION])
def test_pca_is_that_of_the_data_set_without_the_class_as_scikit_learn_finds_it(
    data: str, held_out: int
) -> None:
    training = TrainConfig(data=data, digits=2000, held_out=held_out)
    every = load_digits("train", data)
    pixels, labels = every.pixels[:2000].numpy(), every.labels[:2000].numpy()
    learned, test = pixels[labels != held_out], load_digits("test", data).pixels.numpy()
    reference = PCA(32, svd_solver="full").fit(learned)
    rebuilt = reference.inverse_transform(reference.transform(test))
    errors = pca_errors("compression", AutoencoderConfig(), training)
    assert float(errors[32]) == pytest.approx(float(np.square(rebuilt - test).mean()), rel=1e-4)
    assert float(errors[0]) == pytest.approx(float(np.square(learned.mean(0) - test).mean()), 1e-4)
    assert pca_of(training) is pca_of(training)


def test_a_denoising_run_and_pca_get_the_same_noise() -> None:
    config = DenoisingConfig(noise_std=0.4)
    errors = pca_errors("denoising", config, TrainConfig(digits=2000, seed=3))
    network = DenoisingAutoencoder(config, torch.Generator())
    clean = load_digits("test").pixels
    # The stream of random numbers in which a run of seed 3 is validated.
    noisy = network.corrupt(clean, torch.Generator().manual_seed(3 * 1009 + 2))
    expected = (pca_of(FEW).reconstruct(noisy, 32) - clean).square().mean()
    assert float(errors[32]) == pytest.approx(float(expected), rel=1e-4)
    assert float(errors[32]) > 1.2 * float(pca_errors("compression", AutoencoderConfig(), FEW)[32])


@pytest.mark.parametrize(
    ("errors", "epoch"),
    [
        ([], None),
        ([0.3, 0.2], None),
        ([0.3, 0.1, 0.09], 1),
        ([0.3, 0.1, 0.2, 0.1], 3),
        ([0.3, 0.1, None], None),
        ([0.3, 0.1, None, 0.1], 3),
        ([0.15, 0.15], None),
        ([0.05], 0),
    ],
)
def test_the_epoch_from_which_on_a_run_is_better(
    errors: list[float | None], epoch: int | None
) -> None:
    assert first_better(errors, 0.15) == epoch
