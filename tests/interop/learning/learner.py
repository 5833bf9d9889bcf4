"""A small multilayer perceptron in NumPy: two hidden layers of rectified linear units, Huber's loss, AdamW."""

import numpy as np

HIDDEN = (128, 128)
EPOCHS = 40
BATCH = 128
RATE = 3e-3
DECAY = 0.1
# Errors beyond this pull no harder: collisions are rare, large and often decided by what the state does not tell.
HUBER = 2.0
# The held-out part of the training rows is looked at every so many epochs; the best weights seen there are kept.
LOOK = 2


class Perceptron:
    """Gives targets of shape (rows, outputs) for inputs of shape (rows, inputs), both of about unit size."""

    def __init__(self, inputs, outputs, rng):
        sizes = [inputs, *HIDDEN, outputs]
        self.weights = [
            rng.normal(0.0, np.sqrt(2.0 / before), (before, after)).astype(np.float32)
            for before, after in zip(sizes[:-1], sizes[1:], strict=True)
        ]
        # It begins as persistence: a change of nothing.
        self.weights[-1] *= 0.01
        self.biases = [np.zeros(after, np.float32) for after in sizes[1:]]

    def layers(self, x):
        """What each layer is given, and at last what comes out."""
        given = [x]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            given.append(np.maximum(given[-1] @ weight + bias, 0.0))
        return given, given[-1] @ self.weights[-1] + self.biases[-1]

    def __call__(self, x):
        return self.layers(x)[1]

    def gradients(self, x, y):
        """Of Huber's loss, for the weights and then for the biases."""
        given, out = self.layers(x)
        back = np.clip(out - y, -HUBER, HUBER) / len(x)
        weights, biases = [], []
        for layer in reversed(range(len(self.weights))):
            weights.insert(0, given[layer].T @ back)
            biases.insert(0, back.sum(0))
            if layer:
                back = (back @ self.weights[layer].T) * (given[layer] > 0.0)
        return weights + biases


def huber(errors):
    """Huber's loss, averaged."""
    size = np.abs(errors)
    return np.mean(np.where(size < HUBER, 0.5 * size**2, HUBER * (size - 0.5 * HUBER)))


def learn(x, y, x_look, y_look, seed):
    """A perceptron trained on `x`, `y`, of the epoch that did best on `x_look`, `y_look`."""
    rng = np.random.default_rng(seed)
    model = Perceptron(x.shape[1], y.shape[1], rng)
    values = model.weights + model.biases
    first = [np.zeros_like(value) for value in values]
    second = [np.zeros_like(value) for value in values]
    batches = max(len(x) // BATCH, 1)
    best, kept = np.inf, None
    step = 0
    for epoch in range(EPOCHS):
        for rows in np.array_split(rng.permutation(len(x)), batches):
            step += 1
            rate = RATE * min(1.0, step / 50) * 0.5 * (1.0 + np.cos(np.pi * step / (EPOCHS * batches)))
            # Adam's corrections for moments that begin at nothing, and AdamW's decay, of the weights only.
            rate *= np.sqrt(1.0 - 0.999**step) / (1.0 - 0.9**step)
            for index, gradient in enumerate(model.gradients(x[rows], y[rows])):
                first[index] += 0.1 * (gradient - first[index])
                second[index] += 0.001 * (gradient**2 - second[index])
                values[index] -= rate * first[index] / (np.sqrt(second[index]) + 1e-8)
                if index < len(model.weights):
                    values[index] *= 1.0 - rate * DECAY
        if epoch % LOOK == LOOK - 1:
            loss = huber(model(x_look) - y_look)
            if loss < best:
                best, kept = loss, [value.copy() for value in values]
    for value, good in zip(values, kept, strict=True):
        value[...] = good
    return model
