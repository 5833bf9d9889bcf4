"""A family's recorded steps as what a model is given and what it must say.

The state is `observation.state`. Where that tells no velocity of something, its last change is given beside it: a state is
places and velocities. The target is the change of the state over one record; channels that hardly ever change are left out.
Rows after a terminal state are left out too: the task is over, and what lies about is not looked after.
"""

from dataclasses import dataclass, replace

import numpy as np

# Channels that change in fewer than this share of the rows are no targets.
SELDOM = 0.02
# A change counts when it is more than this share of the channel's spread about its mean in an episode.
NOTICED = 0.01
# Channels with less spread than this, in their own unit, only tremble: a block that rests on a table.
STILL = 1e-3
# Of the training split's episodes, every so many-th is kept to choose the epoch.
LOOK_EVERY = 8
# Words in names of channels that are velocities, or say what forces do: their own change is not given.
RATES = ("velocity", "speed", "spin", "gyro", "accelerometer", "effort")
# What tells how fast a quantity changes, of the same thing.
RATE_OF = {"position": ("velocity",), "rotation": ("spin", "gyro"), "heading": ("spin", "gyro")}


@dataclass
class Transitions:
    """Rows of one part of a family's data. All arrays are float32 of about unit size but `episode`."""

    state: np.ndarray
    action: np.ndarray
    # The change of the target channels, each in units of its root mean square in the training part.
    change: np.ndarray
    # Number of each row's episode.
    episode: np.ndarray

    def shuffled(self, rng):
        """The same rows with the actions of others."""
        return replace(self, action=self.action[rng.permutation(len(self.action))])

    def inputs(self):
        return np.concatenate([self.state, self.action], 1)


@dataclass
class Parts:
    """A family's data: to train on, to choose the epoch with, and to be measured on; no episode is in two of them."""

    train: Transitions
    look: Transitions
    test: Transitions
    # Names of the target channels.
    channels: list

    def each(self, change, rng):
        """The same with `change(rows, rng)` in place of the rows of each part."""
        return replace(self, **{name: change(getattr(self, name), rng) for name in ("train", "look", "test")})


def difference(after, before, quaternions):
    """`after - before` of states; a quaternion and its negative are one rotation, the nearer of the two counts."""
    after = after.copy()
    for first in quaternions:
        part = slice(first, first + 4)
        opposite = np.sum(after[..., part] * before[..., part], -1, keepdims=True) < 0.0
        after[..., part] = np.where(opposite, -after[..., part], after[..., part])
    return after - before


def rate_is_told(name, names):
    """True when the state tells how fast this channel changes, or when the channel is a rate itself."""
    if any(word in name for word in RATES):
        return True
    thing, quantity, *_ = [*name.split("."), ""]
    return any(other.startswith(f"{thing}.{rate}") for rate in RATE_OF.get(quantity, ()) for other in names)


def fine(values):
    """Values on a scale that shows small ones: whether a thing rests decides what happens to it."""
    return np.arcsinh(10.0 * values) / 3.0


def parts(dataset):
    """Reads the transitions of a dataset of one family, whose episodes are all of one length."""
    names = dataset.features["observation.state"]["names"]
    count = len(dataset.episodes)

    def by_episode(name):
        values = dataset.column(name)
        return values.reshape(count, -1, *values.shape[1:])

    states = by_episode("observation.state").astype(np.float64)
    actions = by_episode("action")[:, :-1].astype(np.float64)
    actions = actions.reshape(*actions.shape[:2], -1)
    alive = ~by_episode("is_terminal")[:, :-1]

    quaternions = [index for index, name in enumerate(names) if name.endswith("rotation.x")]
    now = states[:, :-1]
    change = difference(states[:, 1:], now, quaternions)
    # The first row has no last change, and says so.
    last = np.concatenate([np.zeros_like(now[:, :1]), -difference(now[:, :-1], now[:, 1:], quaternions)], 1)
    first = np.zeros((*now.shape[:2], 1))
    first[:, 0] = 1.0

    held_out = np.array([episode["split"] != "train" for episode in dataset.episodes])
    look = ~held_out & (np.arange(count) % LOOK_EVERY == 0)
    chosen = [alive & which[:, None] for which in (~held_out & ~look, look, held_out)]
    train = chosen[0]

    size = np.sqrt(np.mean(change[train] ** 2, 0))
    spread = np.sqrt(np.mean((now - now.mean(1, keepdims=True))[train] ** 2, 0))
    moves = np.mean(np.abs(change[train]) > NOTICED * spread, 0)
    targets = (spread > STILL) & (moves >= SELDOM)

    def standard(values):
        return ((values - values[train].mean(0)) / np.maximum(values[train].std(0), 1e-6)).clip(-5.0, 5.0)

    def sized(values):
        return values / np.maximum(np.sqrt(np.mean(values[train] ** 2, 0)), 1e-6)

    untold = [index for index, name in enumerate(names) if targets[index] and not rate_is_told(name, names)]
    rates = [index for index, name in enumerate(names) if any(word in name for word in RATES)]
    varied = now[train].std(0) > 1e-6
    moved, rate = sized(last[..., untold]), sized(now[..., rates])
    state = [standard(now[..., varied]), first, moved.clip(-8.0, 8.0), fine(moved), fine(rate)]
    state = np.concatenate(state, -1).astype(np.float32)
    action = standard(actions).astype(np.float32)
    target = (change[..., targets] / size[targets]).astype(np.float32)
    number = np.broadcast_to(np.arange(count)[:, None], alive.shape)
    made = [Transitions(state[rows], action[rows], target[rows], number[rows]) for rows in chosen]
    return Parts(*made, [name for name, wanted in zip(names, targets, strict=True) if wanted])
