"""stats.json and the statistics of episodes against numpy on all rows.

The definition: the standard deviation is the population's; quantiles are interpolated linearly between neighbours;
pictures are counted over all pixels of a channel, in [0, 1], of shape (3, 1, 1).
"""

import numpy as np

QUANTILES = {"q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99}


def measured(values):
    """Statistics of an array over its rows."""
    values = values.astype(np.float64)
    stats = {"min": values.min(0), "max": values.max(0), "mean": values.mean(0), "std": values.std(0)}
    return stats | {name: np.quantile(values, q, axis=0, method="linear") for name, q in QUANTILES.items()}


def expected(dataset, name, rows):
    """Statistics of a feature in a range of rows, with the shape that LeRobot wants."""
    if dataset.features[name]["dtype"] == "image":
        pixels = dataset.pictures(name)[rows].reshape(-1, 3) / 255.0
        return {key: value.reshape(3, 1, 1) for key, value in measured(pixels).items()}
    values = dataset.column(name)[rows]
    return measured(values if values.ndim > 1 else values[:, np.newaxis])


def check(stats, dataset, name, rows, count):
    assert stats["count"] == [count], name
    for key, value in expected(dataset, name, rows).items():
        seen = np.asarray(stats[key], np.float64)
        assert seen.shape == value.shape, (name, key)
        if key in ("min", "max"):
            assert np.allclose(seen, value, rtol=1e-15, atol=0), (name, key)
        else:
            # Sums in another order. A seed is so large that its last bit is a thousand: hence the part of the largest value.
            scale = max(np.abs(stats["min"]).max(), np.abs(stats["max"]).max())
            assert np.allclose(seen, value, rtol=1e-9, atol=1e-12 + 2e-15 * scale), (name, key, seen, value)


def test_of_the_dataset(each):
    assert set(each.stats) == set(each.features)
    for name in each.features:
        check(each.stats[name], each, name, slice(None), each.data.num_rows)


def test_of_every_episode(each):
    for episode, (start, end) in zip(each.episodes, each.bounds(), strict=True):
        for name in each.features:
            stats = {key: episode[f"stats/{name}/{key}"] for key in ["count", "min", "max", "mean", "std", *QUANTILES]}
            check(stats, each, name, slice(start, end), end - start)


def test_what_is_constant_does_not_deviate(each):
    constant = 0
    for episode in each.episodes:
        for name in each.numeric():
            low, high, std = (np.ravel(episode[f"stats/{name}/{key}"]) for key in ("min", "max", "std"))
            for element in range(len(low)):
                if low[element] == high[element]:
                    assert std[element] == 0, (name, element, std[element])
                    constant += 1
    assert constant > 0
