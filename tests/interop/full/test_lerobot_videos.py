"""LeRobot itself reads videos: the right frames for items, for windows in time, and from several workers."""

import numpy as np
import pytest
import torch
import worlds
from dataset import Dataset
from lerobot.datasets.lerobot_dataset import LeRobotDataset

NAMES = list(worlds.VIDEOS)
LEAST_PSNR_DB = 27


def files(name):
    return Dataset(worlds.folder(name))


def opened(name, **arguments):
    return LeRobotDataset(f"local/{name}", root=worlds.folder(name), **arguments)


def check_near(seen, drawn, what):
    """A picture as LeRobot gives it, beside the 8-bit RGB that was drawn."""
    assert seen.dtype == torch.float32 and 0 <= seen.min() and seen.max() <= 1
    pixels = seen.permute(1, 2, 0).numpy() * 255
    assert pixels.shape == drawn.shape
    error = ((pixels - drawn) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > LEAST_PSNR_DB, what


@pytest.mark.parametrize("name", NAMES)
def test_items_are_the_rows(name):
    dataset, known, twin = opened(name), files(name), files(worlds.TWINS[name])
    assert dataset.meta.video_keys == known.videos() and dataset.meta.image_keys == []
    assert len(dataset) == twin.data.num_rows
    for row in [*range(0, len(dataset), 5), len(dataset) - 1]:
        item = dataset[row]
        assert set(item) == set(known.features) | {"task"}
        for key in known.videos():
            check_near(item[key], twin.picture(key, row), (key, row))
        assert torch.equal(item["action"], torch.from_numpy(np.array(known.column("action")[row])))


@pytest.mark.parametrize("name", NAMES)
def test_windows_hold_the_frames_around(name):
    known, twin = files(name), files(worlds.TWINS[name])
    fps, steps = known.info["fps"], [-2, -1, 0, 1]
    dataset = opened(name, delta_timestamps={key: [step / fps for step in steps] for key in known.videos()})
    for start, end in known.bounds():
        for row in (start, start + 1, (start + end) // 2, end - 2, end - 1):
            item = dataset[row]
            for key in known.videos():
                assert item[f"{key}_is_pad"].tolist() == [not start <= row + step < end for step in steps]
                for seen, step in zip(item[key], steps, strict=True):
                    inside = min(max(row + step, start), end - 1)
                    check_near(seen, twin.picture(key, inside), (key, row, step))


@pytest.mark.parametrize("workers", [0, 2])
def test_data_loader_gives_every_row_its_pictures(workers):
    dataset, known, twin = opened("video"), files("video"), files(worlds.TWINS["video"])
    loader = torch.utils.data.DataLoader(dataset, batch_size=32, shuffle=True, num_workers=workers)
    seen = []
    for batch in loader:
        rows = batch["index"].tolist()
        for key in known.videos():
            for picture, row in zip(batch[key][:4], rows):
                check_near(picture, twin.picture(key, row), (key, row))
        seen.extend(rows)
    assert sorted(seen) == list(range(known.data.num_rows))


def test_episodes_can_be_chosen():
    known, twin = files("video"), files(worlds.TWINS["video"])
    chosen = [1, known.info["total_episodes"] - 1]
    dataset = opened("video", episodes=chosen)
    rows = [row for episode in chosen for row in range(*known.bounds()[episode])]
    assert len(dataset) == len(rows)
    for position in range(0, len(rows), 7):
        for key in known.videos():
            check_near(dataset[position][key], twin.picture(key, rows[position]), (key, position))
