"""A small model learns from every family: see trial.py for what is measured, transitions.py for what it is given.

All families are tried by two processes and told in one table, whether they pass or not.
"""

import concurrent.futures
import dataclasses
import multiprocessing
import time

import data
import numpy as np
import pytest
import trial
from transitions import Transitions, difference, parts

# A cheap family in which much depends on the action, for the tests of the test.
CHEAP = "catch_intercept"
# NumPy's own threads would only stand in the way of the two processes, and sums would differ with the number of cores.
THREADS = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}


def try_family(family):
    return trial.trial(family, parts(data.dataset(family)))


@pytest.fixture(scope="module")
def pool():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in THREADS.items():
            patch.setenv(name, value)
        with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as made:
            yield made


def test_a_model_learns_from_every_family(pool, capsys):
    families = data.families()
    began = time.monotonic()
    trials = dict(zip(families, pool.map(try_family, families), strict=True))
    with capsys.disabled():
        lines = [trials[family].line() for family in sorted(trials)]
        print("", trial.HEADING, *lines, f"{len(trials)} families in {time.monotonic() - began:.0f} s", sep="\n")
    complaints = [complaint for one in trials.values() for complaint in one.complaints()]
    assert not complaints, "\n".join(complaints)


def test_a_quaternion_and_its_negative_are_one_rotation():
    before, after = np.array([[7.0, 0.6, 0.0, 0.0, 0.8]]), np.array([[8.0, -0.6, 0.0, 0.0, -0.8]])
    assert np.allclose(difference(after, before, [1]), [[1.0, 0.0, 0.0, 0.0, 0.0]])
    assert np.allclose(difference(after, before, []), [[1.0, -1.2, 0.0, 0.0, -1.6]])


def noise(rows, rng):
    return dataclasses.replace(rows, change=rng.normal(size=rows.change.shape).astype(np.float32))


def changes_of_other_rows(rows, rng):
    return dataclasses.replace(rows, change=rows.change[rng.permutation(len(rows.change))])


def complaints_when(broken):
    """What is said of the cheap family's data when each part of it is broken so."""
    bad = parts(data.dataset(CHEAP)).each(broken, np.random.default_rng(5))
    return list(trial.trial(CHEAP, bad, seeds=[1]).complaints())


def test_actions_that_mean_nothing_are_refused(pool):
    (complaint,) = pool.submit(complaints_when, Transitions.shuffled).result()
    assert "no better than one with shuffled actions" in complaint


@pytest.mark.parametrize("broken", [noise, changes_of_other_rows])
def test_next_states_that_do_not_follow_are_refused(pool, broken):
    first, second = pool.submit(complaints_when, broken).result()
    assert "of persistence's" in first
    assert "no better than one with shuffled actions" in second
