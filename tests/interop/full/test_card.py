"""The lines of Python in a dataset's card do what they say."""

import re

import pytest
import worlds
from dataset import Dataset


@pytest.mark.parametrize("name", [name for name in worlds.DATASETS if name != "doors"])
def test_its_code_runs(name, tmp_path, monkeypatch):
    dataset = Dataset(worlds.folder(name))
    monkeypatch.chdir(tmp_path)
    code, = re.findall(r"```python\n(.*?)```", (dataset.root / "README.md").read_text(), re.DOTALL)
    names = {"FOLDER": str(dataset.root)}
    exec(code, names)
    rows = dataset.data.num_rows
    train, = (split["episodes"]["end"] * dataset.manifest["rows_per_episode"] for split in dataset.manifest["splits"] if split["name"] == "train")
    assert len(names["dataset"]) == len(names["windows"]) == rows
    assert len(names["frames"]) == len(names["truth"]) == train
    assert names["frames"]["index"][0] == names["truth"]["index"][0] == 0
    assert names["lazy"].collect().height == rows
    assert names["table"].num_rows == names["privileged"].num_rows
    batch = next(iter(names["loader"]))
    width = dataset.features["action"]["shape"]
    assert list(batch["action"].shape) == [min(32, rows), 4, *([] if width == [1] else width)]
