"""The same run gives the same bytes; what does not belong to the worlds does not change them."""

import hashlib

import numpy as np
import pytest
import worlds
from dataset import Dataset


def tree(root):
    """Every file of a folder with its hash."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("name", ["pictures", "state", "one_motor"])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_and_folder_change_nothing(load, name, threads, tmp_path):
    made = worlds.generate(tmp_path / "another place", worlds.DATASETS[name], threads)
    assert tree(made) == tree(load(name).root)


def test_the_same_command_again_leaves_all_as_it_is(tmp_path):
    made = worlds.generate(tmp_path / "made", worlds.DATASETS["state"])
    before = tree(made)
    worlds.generate(made, worlds.DATASETS["state"])
    assert tree(made) == before


def test_another_seed_changes_the_worlds(load, tmp_path):
    other = Dataset(worlds.generate(tmp_path / "made", [*worlds.DATASETS["state"], "--seed", "99"]))
    assert not np.array_equal(other.column("observation.state"), load("state").column("observation.state"))


def test_shards_of_another_size_hold_the_same_worlds(load, tmp_path):
    arguments = [*worlds.DATASETS["pictures"]]
    arguments[arguments.index("--shard-episodes") + 1] = "5"
    other, dataset = Dataset(worlds.generate(tmp_path / "made", arguments)), load("pictures")
    assert len(other.files("data")) < len(dataset.files("data"))
    assert other.data.equals(dataset.data)
    assert other.sim.equals(dataset.sim)
    assert other.stats.keys() == dataset.stats.keys()
    places = ("data/file_index", "data/chunk_index", "meta/episodes/file_index", "meta/episodes/chunk_index")
    for mine, theirs in zip(other.episodes, dataset.episodes, strict=True):
        assert {k: v for k, v in mine.items() if k not in places} == {k: v for k, v in theirs.items() if k not in places}


def test_raw_pictures_are_the_same_pictures(load):
    png, ppm = load("pictures"), load("pictures_ppm")
    assert png.cameras() == ppm.cameras() != []
    for camera in png.cameras():
        assert png.encoded(camera, 0).startswith(b"\x89PNG\r\n") and ppm.encoded(camera, 0).startswith(b"P6\n")
        assert np.array_equal(png.pictures(camera), ppm.pictures(camera))
        # Frames of a moving world differ, and are more than one colour.
        assert len(np.unique(png.pictures(camera).reshape(-1, 3), axis=0)) > 50
    assert png.data.drop_columns(png.cameras()).equals(ppm.data.drop_columns(ppm.cameras()))
    assert png.sim.equals(ppm.sim)
    assert png.stats == ppm.stats
