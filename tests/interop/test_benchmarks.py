"""The benchmark datasets, made by tests/bench/run, opened by the readers: their splits share no seed."""

import os
from pathlib import Path

import datasets
import polars
import pytest

SPLITS = ["train", "validation", "test", "test_ood"]
FOLDER = Path(os.environ.get("TERRELLA_BENCH_DATA", ""))
NAMES = sorted(path.stem for path in (Path(__file__).parents[1] / "bench").glob("*.toml"))


@pytest.fixture(autouse=True)
def made():
    assert FOLDER.name and FOLDER.is_dir(), "make them: tests/bench/run PROGRAM FOLDER, and set TERRELLA_BENCH_DATA=FOLDER"


@pytest.mark.parametrize("name", NAMES)
def test_splits_share_no_seed_and_hold_all_rows(name):
    loaded = datasets.load_dataset(str(FOLDER / name))
    assert list(loaded) == SPLITS
    seeds = {split: set(loaded[split]["seed"]) for split in SPLITS}
    assert all(len(seeds[split]) == rows // 61 for split, rows in ((split, loaded[split].num_rows) for split in SPLITS))
    assert sum(len(values) for values in seeds.values()) == len(set.union(*seeds.values())) == 40


@pytest.mark.parametrize("name", NAMES)
def test_only_the_last_split_is_out_of_distribution(name):
    episodes = polars.read_parquet(FOLDER / name / "meta/episodes/*/*.parquet")
    assert episodes["episode_index"].to_list() == list(range(40))
    shifted = episodes.group_by("split").agg(polars.col("ood").list.len().min().alias("least"), polars.col("ood").list.len().max().alias("most"))
    for split, least, most in shifted.select("split", "least", "most").iter_rows():
        assert (least, most) == ((1, 1) if split == "test_ood" else (0, 0)), split


@pytest.mark.parametrize("name", NAMES)
def test_pictures_decode_and_are_pictures(name):
    row = datasets.load_dataset(str(FOLDER / name), split="test")[7]
    pictures = [value for key, value in row.items() if key.startswith("observation.images.")]
    assert pictures
    for picture in pictures:
        assert picture.size == (64, 64) and len(set(picture.getdata())) > 20
