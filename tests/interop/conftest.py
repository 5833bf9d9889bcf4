"""Fixtures: `load(name)` gives one of the datasets in worlds.py."""

import functools

import pytest
import worlds
from dataset import Dataset


@functools.cache
def _load(name):
    return Dataset(worlds.folder(name))


@pytest.fixture
def load():
    return _load


@pytest.fixture(params=[*worlds.DATASETS, *worlds.families()])
def each(request):
    """Every dataset in turn, and a small one of every family."""
    return _load(request.param)
