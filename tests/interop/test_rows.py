"""Rows, time and flags: what a learner may rely on."""

import json

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import worlds


@pytest.fixture(params=worlds.TRAJECTORIES)
def trajectories(request, load):
    return load(request.param)


def split_rows(dataset, name):
    """A column by episode: an array of shape (episodes, rows, ...)."""
    values = dataset.column(name)
    return values.reshape(len(dataset.episodes), -1, *values.shape[1:])


def test_columns_are_the_declared_features(each):
    for file in each.files("data"):
        schema = pq.read_schema(file)
        assert sorted(schema.names) == sorted(each.features)
        for name, declared in each.features.items():
            kind = schema.field(name).type
            if declared["dtype"] == "image":
                assert kind == pa.struct([("bytes", pa.binary()), ("path", pa.string())])
            else:
                wanted = {"float32": pa.float32(), "int64": pa.int64(), "bool": pa.bool_()}[declared["dtype"]]
                for size in reversed(declared["shape"] if declared["shape"] != [1] else []):
                    wanted = pa.list_(pa.field("element", wanted), size)
                assert kind == wanted
            if declared["dtype"] != "image" and declared["names"]:
                assert len(declared["names"]) == declared["shape"][-1]


def test_index_is_the_position_over_all_files(each):
    for table in (each.data, each.sim):
        assert table.column("index").to_pylist() == list(range(each.info["total_frames"]))


def test_episodes_are_whole_and_in_order(each):
    rows = each.manifest["rows_per_episode"]
    count = each.info["total_episodes"]
    assert rows == each.manifest["run"]["spec"]["steps"] + (1 if each.manifest["run"]["spec"]["files"].get("rows") != "transitions" else 0)
    assert np.array_equal(each.column("episode_index"), np.repeat(np.arange(count), rows))
    assert np.array_equal(each.column("frame_index"), np.tile(np.arange(rows), count))
    assert [episode["episode_index"] for episode in each.episodes] == list(range(count))
    assert each.bounds() == [(rows * number, rows * number + rows) for number in range(count)]
    assert all(episode["length"] == rows for episode in each.episodes)


def test_episode_table_names_the_file_of_every_episode(each):
    for table in ("data", "sim", "meta/episodes"):
        for file in each.files(table):
            chunk, number = int(file.parent.name.split("-")[1]), int(file.stem.split("-")[1])
            expected = [
                episode["episode_index"]
                for episode in each.episodes
                if (episode["data/chunk_index"], episode["data/file_index"]) == (chunk, number)
            ]
            assert sorted(set(pq.read_table(file).column("episode_index").to_pylist())) == expected
    for episode in each.episodes:
        for part in ("chunk_index", "file_index"):
            assert episode[f"meta/episodes/{part}"] == episode[f"data/{part}"]


def test_row_groups_hold_whole_episodes_alike_in_both_tables(each):
    rows = each.manifest["rows_per_episode"]
    for data, sim in zip(each.files("data"), each.files("sim"), strict=True):
        groups = [[pq.ParquetFile(file).metadata.row_group(i).num_rows for i in range(pq.ParquetFile(file).num_row_groups)] for file in (data, sim)]
        assert groups[0] == groups[1]
        assert all(group % rows == 0 for group in groups[0])


def test_sim_rows_are_the_same_rows(each):
    for name in ("index", "episode_index", "frame_index"):
        assert each.sim.column(name).to_pylist() == each.data.column(name).to_pylist()


def test_timestamps_are_frames_over_rate(each):
    expected = (each.column("frame_index") / np.float64(each.info["fps"])).astype(np.float32)
    assert np.array_equal(each.column("timestamp"), expected)


def test_first_last_and_terminal(trajectories):
    frame = trajectories.column("frame_index")
    assert np.array_equal(trajectories.column("is_first"), frame == 0)
    assert np.array_equal(trajectories.column("is_last"), frame == trajectories.manifest["rows_per_episode"] - 1)
    terminal = split_rows(trajectories, "is_terminal")
    # A state comes after a terminal one: it stays so.
    assert not (terminal[:, :-1] & ~terminal[:, 1:]).any()
    # The action that leads to a terminal state says so.
    assert np.array_equal(split_rows(trajectories, "next.terminated")[:, :-1], terminal[:, 1:])


def test_last_row_has_no_action_and_no_reward(trajectories):
    last = trajectories.column("is_last")
    assert not trajectories.column("action")[last].any()
    assert not trajectories.column("next.reward")[last].any()
    assert trajectories.column("action")[~last].any()
    assert trajectories.column("next.reward")[~last].any()


def test_done_is_terminated_or_truncated(each):
    done, terminated, truncated = (split_rows(each, f"next.{name}") for name in ("done", "terminated", "truncated"))
    assert np.array_equal(done, terminated | truncated)
    assert not (terminated & truncated).any()
    # Every episode is done at its end, one way or the other.
    assert done[:, -1].all()
    # Done stays done.
    assert not (done[:, :-1] & ~done[:, 1:]).any()
    steps = each.manifest["run"]["spec"]["steps"]
    assert not truncated[:, : steps - 1].any()


def test_episode_table_sums_up_its_rows(each):
    reward = split_rows(each, "next.reward").astype(np.float64)
    success = split_rows(each, "next.success")
    terminated = split_rows(each, "next.terminated")
    seed = split_rows(each, "seed")
    for number, episode in enumerate(each.episodes):
        assert episode["return"] == pytest.approx(reward[number].sum(), rel=1e-6, abs=1e-5)
        assert episode["success"] == success[number].any()
        assert episode["success_step"] == (int(success[number].argmax()) if success[number].any() else -1)
        assert episode["terminated"] == terminated[number].any()
        assert (seed[number] == episode["seed"]).all()
    # A branch, such as a healthy twin, has the seed of what it branched from; no others share one.
    seeds = [episode["seed"] for episode in each.episodes]
    own = [seed for seed, episode in zip(seeds, each.episodes, strict=True) if episode["branch_parent"] < 0]
    assert len(set(own)) == len(own) > 0
    for seed, episode in zip(seeds, each.episodes, strict=True):
        assert episode["branch_parent"] < 0 or seed == seeds[episode["branch_parent"]]
    assert min(seeds) >= 0


def test_numbers_are_finite(each):
    for name in each.numeric():
        assert np.isfinite(each.column(name)).all(), name


def test_tasks_are_indexed_by_their_text(each):
    tasks = pandas.read_parquet(each.root / "meta/tasks.parquet")
    assert tasks.index.name == "task"
    assert list(tasks.index) == each.manifest["tasks"]
    assert list(tasks["task_index"]) == list(range(each.info["total_tasks"]))
    index = split_rows(each, "task_index")
    for number, episode in enumerate(each.episodes):
        assert {tasks.index[task] for task in index[number]} == set(episode["tasks"])
        assert len(episode["tasks"]) == 1


def test_info_counts(each):
    info, manifest = each.info, each.manifest
    assert info["codebase_version"] == "v3.0"
    assert info["total_episodes"] == manifest["episodes"] == len(each.episodes)
    assert info["total_frames"] == manifest["rows"] == each.data.num_rows == each.sim.num_rows
    assert info["fps"] == manifest["fps"]
    splits = {split["name"]: "{start}:{end}".format(**split["episodes"]) for split in manifest["splits"] if split["chunks"]}
    assert info["splits"] == splits
    for episode in each.episodes:
        start, end = map(int, splits[episode["split"]].split(":"))
        assert start <= episode["episode_index"] < end


def test_files_lie_where_info_says(each):
    for episode in each.episodes:
        path = each.info["data_path"].format(chunk_index=episode["data/chunk_index"], file_index=episode["data/file_index"])
        assert (each.root / path).exists()


@pytest.mark.parametrize("name, whole", [("transitions", "pictures"), ("billiards_transitions", "billiards")])
def test_transitions_carry_the_next_state(load, name, whole):
    """The same run as trajectories has the same transitions, and its last observation is the last next state."""
    dataset, full = load(name), load(whole)
    state, following = split_rows(dataset, "observation.state"), split_rows(dataset, "next.observation.state")
    assert np.array_equal(following[:, :-1], state[:, 1:])
    assert np.array_equal(state, split_rows(full, "observation.state")[:, :-1])
    assert np.array_equal(following, split_rows(full, "observation.state")[:, 1:])
    for column in ("action", "next.reward", "next.done", "next.terminated", "next.truncated", "next.success", "is_first"):
        assert np.array_equal(split_rows(dataset, column), split_rows(full, column)[:, :-1]), column
    assert not split_rows(dataset, "is_last")[:, :-1].any() and split_rows(dataset, "is_last")[:, -1].all()
    # The last row stands for the final observation as well.
    terminal = split_rows(full, "is_terminal")
    assert np.array_equal(split_rows(dataset, "is_terminal")[:, :-1], terminal[:, :-2])
    assert np.array_equal(split_rows(dataset, "is_terminal")[:, -1], terminal[:, -2] | terminal[:, -1])


def test_some_worlds_end_and_some_are_solved(load):
    """The tests of flags look at flags that are set."""
    dataset = load("billiards")
    assert {episode["terminated"] for episode in dataset.episodes} == {True, False}
    assert {episode["success"] for episode in dataset.episodes} == {True, False}
    for name in ("is_terminal", "next.terminated", "next.truncated", "next.success"):
        assert set(dataset.column(name).tolist()) == {True, False}, name


def test_an_action_of_one_channel_is_a_scalar(load):
    dataset = load("one_motor")
    assert dataset.features["action"]["shape"] == [1]
    assert dataset.column("action").ndim == 1


def test_factors_vary_and_are_those_of_the_manifest(each):
    columns = [factor["column"] for factor in each.manifest["factors"]]
    present = [name for name in each.episodes[0] if name.startswith("factor.")]
    assert present == columns
    varying = [name for name in columns if len({json.dumps(episode[name]) for episode in each.episodes}) > 1]
    assert varying
    in_distribution = [episode for episode in each.episodes if not episode["split"].endswith("ood")]
    assert all(episode["ood"] == [] for episode in in_distribution)
    assert all(episode["ood"] for episode in each.episodes if episode["split"].endswith("ood"))
