"""`load_dataset` on the folder: splits, the three tables, and features of the declared types."""

import datasets
import numpy as np
import pytest
import worlds


def feature_of(declared):
    """The feature that `datasets` makes of a declared one."""
    if declared["dtype"] == "image":
        return datasets.Image()
    feature = datasets.Value(declared["dtype"])
    for length in reversed(declared["shape"] if declared["shape"] != [1] else []):
        feature = datasets.List(feature, length=length)
    return feature


def test_features_keep_their_types(each):
    expected = {name: feature_of(declared) for name, declared in each.features.items()}
    for split in datasets.load_dataset(str(each.root)).values():
        assert dict(split.features) == expected


@pytest.mark.parametrize("config, table", [(None, "data"), ("sim", "sim"), ("episodes", "meta/episodes")])
def test_splits_hold_their_episodes(each, config, table):
    loaded = datasets.load_dataset(str(each.root), config)
    splits = {split["name"]: split["episodes"] for split in each.manifest["splits"]}
    filled = {name: episodes for name, episodes in splits.items() if episodes["start"] < episodes["end"]}
    assert list(loaded) == list(filled)
    rows = 1 if config == "episodes" else each.manifest["rows_per_episode"]
    for name, episodes in filled.items():
        seen = list(loaded[name]["episode_index"])
        assert seen == [episode for episode in range(episodes["start"], episodes["end"]) for _ in range(rows)]
    assert sum(len(split) for split in loaded.values()) == each._table(table).num_rows


def test_there_are_several_splits(load):
    assert list(datasets.load_dataset(str(load("pictures").root))) == ["train", "validation", "test_ood"]


@pytest.mark.parametrize("name", worlds.WITH_PICTURES)
def test_pictures_decode(load, name):
    dataset = load(name)
    loaded = datasets.load_dataset(str(dataset.root), split="train")
    for camera in dataset.cameras():
        for row in (0, len(loaded) - 1):
            picture = np.asarray(loaded[row][camera])
            assert picture.shape == tuple(dataset.features[camera]["shape"])
            assert np.array_equal(picture, dataset.picture(camera, row))


def test_numpy_format_has_the_declared_shapes(each):
    loaded = datasets.load_dataset(str(each.root), split="train").select_columns(each.numeric()).with_format("numpy")
    for name in each.numeric():
        values = loaded[:][name]
        expected = each.column(name)[: len(loaded)]
        assert values.dtype == expected.dtype and np.array_equal(values, expected), name


def test_streaming_gives_the_same_rows(each):
    streamed = datasets.load_dataset(str(each.root), split="train", streaming=True).select_columns(["index", "action"])
    rows = list(streamed)
    assert [row["index"] for row in rows] == list(range(len(rows)))
    assert np.array_equal(np.asarray([row["action"] for row in rows], np.float32), each.column("action")[: len(rows)])


def test_card_names_its_tables(each):
    assert datasets.get_dataset_config_names(str(each.root)) == ["default", "sim", "episodes"]
