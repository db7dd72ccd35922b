import pytest
import torch
from sklearn.decomposition import PCA as Reference

from core.analysis.pca import PCA, principal_components
from core.data.digits import load_digits


def _pixels() -> torch.Tensor:
    return load_digits("train").pixels[:3000]


@pytest.mark.parametrize("numbers", [1, 2, 32, 200])
def test_errors_are_those_of_scikit_learn(numbers: int) -> None:
    test = load_digits("test").pixels[:500]
    reference = Reference(n_components=numbers, svd_solver="full").fit(_pixels().double().numpy())
    expected = reference.inverse_transform(reference.transform(test.double().numpy()))

    pca = PCA.fit(_pixels())

    error = ((expected - test.double().numpy()) ** 2).mean()
    assert float(pca.errors(test)[numbers]) == pytest.approx(error, abs=1e-5)
    rebuilt = pca.reconstruct(test, numbers)
    torch.testing.assert_close(rebuilt.double(), torch.from_numpy(expected), rtol=0, atol=2e-3)
    torch.testing.assert_close(
        pca.variances[:numbers].double(),
        torch.from_numpy(reference.explained_variance_) * (2999 / 3000),
        rtol=1e-3,
        atol=1e-5,
    )


def test_without_a_number_every_digit_is_the_mean_and_with_all_none_is_lost() -> None:
    test = load_digits("test").pixels[:500]
    pca = PCA.fit(_pixels())
    errors = pca.errors(test)
    mean = (test - _pixels().mean(0)).square().mean()
    assert errors.shape == (785,)
    assert float(errors[0]) == pytest.approx(float(mean), rel=1e-5)
    assert float(errors[-1]) == 0
    assert bool((errors.diff() <= 0).all())


def test_errors_of_noisy_digits_are_against_the_clean_ones() -> None:
    test = load_digits("test").pixels[:500]
    noisy = test + 0.3 * torch.randn(test.shape, generator=torch.Generator().manual_seed(0))
    pca = PCA.fit(_pixels())
    errors = pca.errors(test, noisy)
    for numbers in (0, 1, 40, 784):
        expected = (pca.reconstruct(noisy, numbers) - test).square().mean()
        assert float(errors[numbers]) == pytest.approx(float(expected), rel=1e-4)
    # Beyond some number more of the noise comes back than of the digits.
    assert 10 < int(errors.argmin()) < 300


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = PCA.fit(_pixels())
    expected = whole.errors(_pixels())
    monkeypatch.setattr("core.analysis.pca._BLOCK_ELEMENTS", 784 * 700)
    parts = PCA.fit(_pixels())
    torch.testing.assert_close(parts.variances, whole.variances, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(parts.errors(_pixels()), expected, rtol=1e-5, atol=1e-8)


def test_the_largest_weight_of_a_component_is_positive() -> None:
    directions = PCA.fit(_pixels()).directions[:, :50]
    largest = directions.gather(0, directions.abs().argmax(0, keepdim=True))
    assert bool((largest > 0).all())


def test_equal_points_have_no_variance() -> None:
    points = torch.ones(20, 3)
    pca = PCA.fit(points)
    assert pca.variances.tolist() == [0, 0, 0]
    assert principal_components(points, 2).abs().max() == 0
