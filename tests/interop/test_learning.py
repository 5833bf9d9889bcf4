"""A small model learns from every family: what its action does, one step ahead.

One dataset over all families, states only. For each family a multilayer perceptron in NumPy predicts the next state from the state and the
action. On episodes that it was not trained on, it must do better by a factor of two than persistence (the next state is the last one), and
better than its twin, which was trained on actions that belong to other steps.
"""

import numpy as np
import pytest
import worlds
from dataset import Dataset

EPISODES = 30  # of each family
STEPS = 100
HIDDEN = 128
UPDATES = 1500
BATCH = 256
# Bodies of a world that are looked at, moving ones first, and the numbers of each: position and velocities.
BODIES = 6
NUMBERS = [0, 1, 2, 7, 8, 9, 10, 11, 12]


@pytest.fixture(scope="session")
def mixture(tmp_path_factory):
    families = worlds.families()
    out = tmp_path_factory.mktemp("learning") / "all"
    arguments = ["--all", "-n", EPISODES * len(families), "--steps", STEPS, "--sensors", "bodies", "--set", "splits=[]"]
    return Dataset(worlds.generate(out, [str(word) for word in arguments]))


def states(dataset, rows):
    """Observation and moving bodies of each row of some episodes: an array of shape (episodes, rows, numbers)."""
    seen = dataset.column("observation.state")
    listed = dataset.sim.column("bodies")
    episodes = []
    for first, end in rows:
        bodies = np.stack([listed[row].values.to_numpy().reshape(-1, 13) for row in range(first, end)])
        moving = np.argsort(-np.abs(np.diff(bodies[:, :, :3], axis=0)).sum(axis=(0, 2)), kind="stable")[:BODIES]
        chosen = np.sort(moving)
        numbers = np.zeros((end - first, BODIES, len(NUMBERS)), np.float32)
        numbers[:, : len(chosen)] = bodies[:, chosen][:, :, NUMBERS]
        episodes.append(np.concatenate([seen[first:end], numbers.reshape(end - first, -1)], axis=1))
    return np.stack(episodes)


class Perceptron:
    """Two hidden layers of rectifiers, trained by Adam (Kingma and Ba, 2015) on the mean squared error."""

    def __init__(self, inputs, outputs, rng):
        sizes = [inputs, HIDDEN, HIDDEN, outputs]
        self.weights = [rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32) for a, b in zip(sizes, sizes[1:])]
        self.weights[-1] *= 0.1
        self.biases = [np.zeros(b, np.float32) for b in sizes[1:]]
        self.moments = [[np.zeros_like(p), np.zeros_like(p)] for p in [*self.weights, *self.biases]]

    def layers(self, x):
        out = [x]
        for index, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = x @ weight + bias
            out.append(x if index + 1 == len(self.weights) else np.maximum(x, 0))
        return out

    def __call__(self, x):
        return self.layers(x)[-1]

    def update(self, x, y, step, rate):
        layers = self.layers(x)
        slope = 2 * (layers[-1] - y) / y.size
        gradients = [None] * (2 * len(self.weights))
        for index in reversed(range(len(self.weights))):
            gradients[index] = layers[index].T @ slope
            gradients[len(self.weights) + index] = slope.sum(axis=0)
            slope = (slope @ self.weights[index].T) * (layers[index] > 0)
        for parameter, gradient, (first, second) in zip([*self.weights, *self.biases], gradients, self.moments):
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient * gradient - second)
            scale = np.sqrt(second / (1 - 0.999 ** (step + 1))) + 1e-8
            parameter -= rate * first / (1 - 0.9 ** (step + 1)) / scale


def trained_error(x, y, held_x, held_y, seed):
    """The error on held-out rows of a model that was trained on the others."""
    rng = np.random.default_rng(seed)
    model = Perceptron(x.shape[1], y.shape[1], rng)
    for step in range(UPDATES):
        rows = rng.integers(len(x), size=BATCH)
        model.update(x[rows], y[rows], step, 1e-3 * min(1, 2 * (1 - step / UPDATES)))
    return error(model(held_x), held_y)


def error(predicted, truth):
    """The median over numbers of the state of the mean squared error."""
    return float(np.mean((predicted - truth) ** 2))


def standard(values, spread):
    return ((values - values.mean(axis=(0, 1))) / np.where(spread > 1e-6, spread, 1)).clip(-10, 10)


@pytest.mark.parametrize("family", worlds.families())
def test_a_small_model_learns_what_actions_do(mixture, family):
    mine = [row for row in mixture.episodes if row["factor.family"] == family]
    rows = [(row["dataset_from_index"], row["dataset_to_index"]) for row in mine]
    assert len(rows) == EPISODES
    state = states(mixture, rows)
    action = np.stack([mixture.column("action")[first:end] for first, end in rows])[:, :-1]
    delta = np.diff(state, axis=1)
    spread = delta.std(axis=(0, 1))
    changes = spread > 1e-6
    now = standard(state[:, :-1], state.std(axis=(0, 1)))
    act = standard(action, action.std(axis=(0, 1)))
    target = (delta[:, :, changes] / spread[changes]).clip(-10, 10)
    kept = EPISODES * 4 // 5
    flat = lambda values: values.reshape(-1, values.shape[-1]).astype(np.float32)
    x, held_x = (flat(np.concatenate([now, act], axis=2)[part]) for part in (slice(kept), slice(kept, None)))
    y, held_y = flat(target[:kept]), flat(target[kept:])
    learned = trained_error(x, y, held_x, held_y, 1)
    shuffled = x.copy()
    order = np.random.default_rng(2).permutation(len(x))
    shuffled[:, now.shape[2] :] = x[order][:, now.shape[2] :]
    blind = trained_error(shuffled, y, held_x, held_y, 1)
    persistence = error(np.zeros_like(held_y), held_y)
    print(f"{family}: persistence {persistence:.3f}, learned {learned:.3f}, with shuffled actions {blind:.3f}")
    assert learned < 0.5 * persistence
    assert learned < blind
