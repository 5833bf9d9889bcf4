"""The manifest names every file with its size and hash, and there are no others."""

import json
import re

import blake3
import pyarrow.parquet as pq

# What stands beside the manifest's files: itself, the run as it was asked for, and one record for each shard.
BESIDE = [r"meta/terrella/manifest\.json", r"meta/terrella/run\.json", r"meta/terrella/commits/shard-\d{6}\.json"]


def listed(dataset):
    return [*dataset.manifest["files"], *(file for shard in dataset.manifest["shards"] for file in shard["files"])]


def test_sizes_hashes_and_rows_are_right(each):
    for file in listed(each):
        bytes_ = (each.root / file["path"]).read_bytes()
        assert len(bytes_) == file["bytes"], file["path"]
        assert blake3.blake3(bytes_).hexdigest() == file["blake3"], file["path"]
        if file["path"].endswith(".parquet"):
            assert pq.read_metadata(each.root / file["path"]).num_rows == file["rows"]
            assert len(file["content"]) == 64
    assert sum(file["bytes"] for file in listed(each)) == each.manifest["bytes"]


def test_every_file_is_listed_once(each):
    paths = [file["path"] for file in listed(each)]
    assert len(paths) == len(set(paths))
    found = {path.relative_to(each.root).as_posix() for path in each.root.rglob("*") if path.is_file()}
    assert set(paths) <= found
    unlisted = [path for path in found - set(paths) if not any(re.fullmatch(pattern, path) for pattern in BESIDE)]
    assert unlisted == []


def test_every_shard_has_a_record_of_its_files(each):
    for shard in each.manifest["shards"]:
        record = json.loads((each.root / f"meta/terrella/commits/shard-{shard['shard']:06}.json").read_text())
        assert record["files"] == shard["files"]
        assert record["run_digest"] == each.manifest["run_digest"]
        assert record["episodes"] == shard["episodes"]["end"] - shard["episodes"]["start"]
        names = {f"{table}/chunk-{shard['chunk']:03}/file-{shard['file']:03}.parquet" for table in ("data", "sim", "meta/episodes")}
        assert names == {file["path"] for file in shard["files"]}


def test_shards_cover_all_episodes_in_order(each):
    position = 0
    for number, shard in enumerate(each.manifest["shards"]):
        assert shard["shard"] == number
        assert shard["episodes"]["start"] == position
        position = shard["episodes"]["end"]
    assert position == each.manifest["episodes"]


def test_columns_are_described(each):
    data = [column["name"] for column in each.manifest["data_columns"]]
    sim = [column["name"] for column in each.manifest["sim_columns"]]
    assert data == each.data.column_names
    assert sim == each.sim.column_names
    for column in [*each.manifest["data_columns"], *each.manifest["sim_columns"]]:
        assert column["doc"].endswith(".")


def test_nothing_tells_of_the_machine_that_made_it(each):
    for path in each.root.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".md"):
            assert str(each.root) not in path.read_text(), path
