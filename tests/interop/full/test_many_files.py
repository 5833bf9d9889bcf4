"""More files than a chunk folder holds: their order is the order of their paths still."""

import datasets
import duckdb
import pytest
import worlds
from dataset import Dataset
from lerobot.datasets.lerobot_dataset import LeRobotDataset

EPISODES = 1003
RUN = ["linkage_control", "-n", EPISODES, "--steps", "1", "--sensors", "none", "--shard-episodes", "1", "--set", "splits=[]"]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return Dataset(worlds.generate(tmp_path_factory.mktemp("many") / "files", RUN))


def test_a_chunk_folder_holds_a_thousand(many):
    for table in ("data", "sim", "meta/episodes"):
        files = many.files(table)
        assert [len([file for file in files if file.parent.name == chunk]) for chunk in ("chunk-000", "chunk-001")] == [1000, 3]
        assert len(files) == EPISODES


def test_index_is_the_position(many):
    expected = list(range(2 * EPISODES))
    assert many.data.column("index").to_pylist() == expected
    assert many.sim.column("index").to_pylist() == expected
    assert [episode["episode_index"] for episode in many.episodes] == list(range(EPISODES))


def test_readers_keep_the_order(many):
    expected = list(range(2 * EPISODES))
    assert list(datasets.load_dataset(str(many.root), split="train")["index"]) == expected
    assert [row[0] for row in duckdb.sql(f"SELECT index FROM '{many.root}/data/*/*.parquet'").fetchall()] == expected
    dataset = LeRobotDataset("local/many", root=many.root)
    for row in (0, 1999, 2000, 2 * EPISODES - 1):
        assert int(dataset[row]["index"]) == row
        assert int(dataset[row]["seed"]) == many.episodes[row // 2]["seed"]
