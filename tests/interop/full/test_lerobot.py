"""LeRobot itself opens the datasets offline and gives the values that are in the files."""

import io
import os

import numpy as np
import PIL.Image
import pytest
import torch

import worlds
from dataset import Dataset
from lerobot.configs.types import FeatureType
from lerobot.datasets.lerobot_dataset import LeRobotDataset
from lerobot.datasets.utils import dataset_to_policy_features

assert os.environ["HF_HUB_OFFLINE"] == "1"
NAMES = list(worlds.DATASETS)


def files(name):
    return Dataset(worlds.folder(name))


def opened(name, **arguments):
    return LeRobotDataset(f"local/{name}", root=worlds.folder(name), **arguments)


@pytest.mark.parametrize("name", NAMES)
def test_items_are_the_rows(name):
    dataset, known = opened(name), files(name)
    assert (dataset.num_episodes, dataset.num_frames, dataset.fps) == (
        known.info["total_episodes"], known.info["total_frames"], known.info["fps"])
    assert len(dataset) == known.data.num_rows
    for row in [*range(0, len(dataset), 7), len(dataset) - 1]:
        item = dataset[row]
        assert set(item) == set(known.features) | {"task"}
        for column in known.numeric():
            expected = torch.from_numpy(np.array(known.column(column)[row]))
            assert item[column].dtype == expected.dtype and torch.equal(item[column], expected), column
        for camera in known.cameras():
            picture = np.asarray(PIL.Image.open(io.BytesIO(known.encoded(camera, row))))
            # Float, channels first, in [0, 1].
            assert item[camera].dtype == torch.float32
            assert torch.equal(item[camera], torch.from_numpy(picture.copy()).permute(2, 0, 1) / 255)
        episode = known.episodes[int(item["episode_index"])]
        assert item["task"] == episode["tasks"][0]


@pytest.mark.parametrize("name", NAMES)
def test_windows_are_padded_at_the_bounds_of_episodes(name):
    known = files(name)
    fps = known.info["fps"]
    offsets = {"observation.state": [-2, -1, 0], "action": [0, 1, 2, 3], "next.reward": [-1, 0]}
    offsets |= {camera: [-1, 0] for camera in known.cameras()}
    dataset = opened(name, delta_timestamps={key: [step / fps for step in steps] for key, steps in offsets.items()})
    checked = 0
    for start, end in known.bounds()[:3]:
        for row in (start, start + 1, (start + end) // 2, end - 2, end - 1):
            item = dataset[row]
            for key, steps in offsets.items():
                wanted = [row + step for step in steps]
                padding = [not start <= at < end for at in wanted]
                inside = [min(max(at, start), end - 1) for at in wanted]
                assert item[f"{key}_is_pad"].tolist() == padding
                if key in known.cameras():
                    expected = torch.stack([torch.from_numpy(known.picture(key, at).copy()).permute(2, 0, 1) / 255 for at in inside])
                else:
                    expected = torch.from_numpy(known.column(key)[inside].copy())
                assert torch.equal(item[key], expected), (key, row)
                checked += sum(padding)
    assert checked > 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("workers", [0, 2])
def test_data_loader_gives_every_row_once(name, workers):
    dataset, known = opened(name), files(name)
    loader = torch.utils.data.DataLoader(dataset, batch_size=32, shuffle=True, num_workers=workers)
    seen = []
    for batch in loader:
        rows = batch["index"].numpy()
        assert np.array_equal(batch["action"].numpy(), known.column("action")[rows])
        for camera in known.cameras():
            assert batch[camera].shape == (len(rows), 3, *known.features[camera]["shape"][:2])
        seen.extend(rows.tolist())
    assert sorted(seen) == list(range(known.data.num_rows))


@pytest.mark.parametrize("name", NAMES)
def test_episodes_can_be_chosen(name):
    known = files(name)
    chosen = [1, known.info["total_episodes"] - 1]
    dataset = opened(name, episodes=chosen, delta_timestamps={"action": [0.0, 1 / known.info["fps"]]})
    rows = [row for episode in chosen for row in range(*known.bounds()[episode])]
    assert dataset.num_episodes == 2 and len(dataset) == len(rows)
    for position in range(0, len(rows), 5):
        item = dataset[position]
        assert int(item["index"]) == rows[position]
        assert torch.equal(item["action"][0], torch.from_numpy(np.array(known.column("action")[rows[position]])))
        end = known.bounds()[int(item["episode_index"])][1]
        assert item["action_is_pad"].tolist() == [False, rows[position] + 1 >= end]


@pytest.mark.parametrize("name", NAMES)
def test_policies_get_observations_and_actions_only(name):
    dataset, known = opened(name), files(name)
    features = dataset_to_policy_features(dataset.meta.features)
    lidars = [feature for feature in known.features if feature.startswith("observation.lidar.")]
    assert sorted(features) == sorted(["action", "observation.state", *lidars, *known.cameras()])
    assert features["action"].type is FeatureType.ACTION
    assert features["action"].shape == tuple(known.features["action"]["shape"])
    for state in ["observation.state", *lidars]:
        assert features[state].type is FeatureType.STATE
    for camera in known.cameras():
        height, width, channels = known.features[camera]["shape"]
        assert features[camera].type is FeatureType.VISUAL and features[camera].shape == (channels, height, width)


@pytest.mark.parametrize("name", NAMES)
def test_episode_table_gives_factors(name):
    dataset, known = opened(name), files(name)
    assert len(dataset.meta.episodes) == len(known.episodes)
    for number, expected in enumerate(known.episodes):
        episode = dataset.meta.episodes[number]
        columns = {key for key in expected if not key.startswith("stats/")}
        assert columns <= set(episode)
        assert any(key.startswith("factor.") for key in columns)
        for key in columns:
            assert np.array_equal(episode[key], expected[key]), key


@pytest.mark.parametrize("name", NAMES)
def test_statistics_normalise(name):
    dataset, known = opened(name), files(name)
    stats = dataset.meta.stats
    assert set(stats) == set(known.features)
    for key in ("observation.state", "action"):
        values = torch.from_numpy(known.column(key).astype(np.float64))
        mean, std = torch.as_tensor(stats[key]["mean"]), torch.as_tensor(stats[key]["std"])
        scaled = ((values.reshape(len(values), -1) - mean) / std.clamp(min=1e-8)).numpy()
        assert np.allclose(scaled.mean(0), 0, atol=1e-6)
        moving = np.asarray(stats[key]["std"]) > 1e-6
        assert np.allclose(scaled.std(0)[moving], 1, atol=1e-6)
    for camera in known.cameras():
        picture = dataset[0][camera]
        scaled = (picture - torch.as_tensor(stats[camera]["mean"])) / torch.as_tensor(stats[camera]["std"])
        assert scaled.shape == picture.shape and torch.isfinite(scaled).all()


@pytest.mark.parametrize("images", ["ppm", "qoi", "jpeg"])
def test_pictures_of_every_format_are_those_of_png(images):
    plain, other = opened("format_png"), opened(f"format_{images}")
    cameras = files("format_png").cameras()
    assert cameras
    for row in range(0, len(plain), 9):
        for camera in cameras:
            one, two = plain[row][camera], other[row][camera]
            if images == "jpeg":
                assert -10 * torch.log10(((one - two) ** 2).mean()) > 36, row
            else:
                assert torch.equal(one, two), row


def test_pictures_are_transformed_as_asked():
    dataset = opened("pictures", image_transforms=lambda picture: picture[:, ::2, ::2])
    height, width, _ = files("pictures").features["observation.images.side"]["shape"]
    assert dataset[0]["observation.images.side"].shape == (3, height // 2, width // 2)


def test_split_tool_makes_datasets_that_open(tmp_path):
    from lerobot.datasets.dataset_tools import split_dataset

    known = files("state")
    parts = split_dataset(opened("state"), splits={"some": [0, 2, 5], "others": [1, 3]}, output_dir=tmp_path)
    for name, episodes in (("some", [0, 2, 5]), ("others", [1, 3])):
        part = parts[name]
        rows = [row for episode in episodes for row in range(*known.bounds()[episode])]
        assert len(part) == len(rows)
        states = np.stack([part[row]["observation.state"].numpy() for row in range(len(part))])
        assert np.array_equal(states, known.column("observation.state")[rows])
        seeds = {int(part[row]["seed"]) for row in range(len(part))}
        assert seeds == {known.episodes[episode]["seed"] for episode in episodes}
