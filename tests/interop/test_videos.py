"""Pictures as videos: PyAV finds every row's frame where the episode table says, near what a twin holds as raw pictures."""

import re

import av
import blake3
import datasets
import numpy as np
import polars
import pytest
import test_doctor
import worlds

# Decibels of the worst frame, of 48 x 40 pixels. Colour at half the resolution costs the most.
LEAST_PSNR_DB = 27
NAMES = list(worlds.VIDEOS)


def psnr_db(one, other):
    return 10 * np.log10(255**2 / ((one.astype(np.float64) - other) ** 2).mean())


def frames(path):
    """All frames of a file as 8-bit RGB, with their times."""
    with av.open(path) as container:
        decoded = list(container.decode(video=0))
    return [frame.to_ndarray(format="rgb24") for frame in decoded], [frame.time for frame in decoded]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_its_frame(load, name):
    dataset, twin = load(name), load(worlds.TWINS[name])
    assert dataset.videos() == twin.cameras() != [] and dataset.cameras() == []
    fps = dataset.info["fps"]
    for key in dataset.videos():
        drawn, held = twin.pictures(key), {}
        for episode, (start, end) in enumerate(dataset.bounds()):
            path, first = dataset.video(key, episode)
            if path not in held:
                held[path] = [frames(path), 0]
            (seen, times), _ = held[path]
            assert held[path][1] == first, "episodes follow each other without a gap"
            held[path][1] += end - start
            for row in range(start, end):
                frame = first + row - start
                # LeRobot looks for a frame at this time, and finds it within 0.1 ms.
                wanted = dataset.episodes[episode][f"videos/{key}/from_timestamp"] + dataset.column("timestamp")[row]
                assert abs(times[frame] - wanted) < 1e-6 and abs(times[frame] - frame / fps) < 1e-9
                assert seen[frame].shape == drawn[row].shape
                assert psnr_db(seen[frame], drawn[row]) > LEAST_PSNR_DB, (key, row)
        for path, ((seen, _), used) in held.items():
            assert len(seen) == used, f"{path} holds frames of nothing"


@pytest.mark.parametrize("name", NAMES)
def test_frames_are_in_the_order_of_the_rows(load, name):
    """A frame is nearer to its own row than to the rows around it, where these differ by enough to tell."""
    dataset, twin = load(name), load(worlds.TWINS[name])
    told = 0
    for key in dataset.videos():
        drawn = twin.pictures(key)
        for episode, (start, end) in enumerate(dataset.bounds()):
            path, first = dataset.video(key, episode)
            seen, _ = frames(path)
            for row in range(start + 1, end - 1):
                frame = seen[first + row - start]
                own = psnr_db(frame, drawn[row])
                for other in (row - 1, row + 1):
                    if psnr_db(drawn[row], drawn[other] + 1e-3) < 32:
                        assert own > psnr_db(frame, drawn[other]), (key, row)
                        told += 1
    assert told > 50


def test_the_stream_says_what_it_is(load):
    dataset = load("video")
    for key in dataset.videos():
        height, width, _ = dataset.features[key]["shape"]
        declared = dataset.features[key]["info"]
        path, _ = dataset.video(key, 0)
        with av.open(path) as container:
            (stream,) = container.streams
            context = stream.codec_context
            assert (context.name, context.pix_fmt) == (declared["video.codec"], declared["video.pix_fmt"])
            assert (context.width, context.height) == (width, height) == (declared["video.width"], declared["video.height"])
            assert stream.average_rate == declared["video.fps"] == dataset.info["fps"]
            # BT.601 of limited range, as the matrix of the stream says.
            frame = next(container.decode(video=0))
            assert int(frame.colorspace) == 6 and int(frame.color_range) == 1
        with av.open(path) as container:
            keys = [index for index, packet in enumerate(container.demux(video=0)) if packet.is_keyframe and packet.size]
        rows = dataset.manifest["rows_per_episode"]
        assert keys == [index for index in range(keys[-1] + 1) if index % rows % declared["video.g"] == 0]


@pytest.mark.parametrize("name", NAMES)
def test_all_else_is_that_of_the_twin(load, name):
    dataset, twin = load(name), load(worlds.TWINS[name])
    assert dataset.data.equals(twin.data.drop_columns(twin.cameras()))
    assert dataset.sim.equals(twin.sim)
    assert dataset.stats == twin.stats and set(dataset.stats) == set(dataset.features)
    extra = {f"videos/{key}/{part}" for key in dataset.videos() for part in ("chunk_index", "file_index", "from_timestamp", "to_timestamp")}
    for mine, theirs in zip(dataset.episodes, twin.episodes, strict=True):
        assert {key: value for key, value in mine.items() if key not in extra} == theirs
        assert set(mine) == set(theirs) | extra


@pytest.mark.parametrize("name", NAMES)
def test_readers_of_parquet_see_the_rows_without_pictures(load, name):
    dataset = load(name)
    columns = [column for column in dataset.features if column not in dataset.videos()]
    assert dataset.data.column_names == columns
    for split in datasets.load_dataset(str(dataset.root)).values():
        assert list(split.features) == columns
    assert polars.read_parquet(dataset.root / "data/*/*.parquet").columns == columns


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_lists_the_videos(load, name):
    dataset = load(name)
    listed = [file for shard in dataset.manifest["shards"] for file in shard["files"] if file["path"].endswith(".mp4")]
    found = sorted(path.relative_to(dataset.root).as_posix() for path in dataset.root.rglob("*.mp4"))
    assert sorted(file["path"] for file in listed) == found
    assert len(found) == len(dataset.manifest["shards"]) * len(dataset.videos())
    for file in listed:
        assert blake3.blake3((dataset.root / file["path"]).read_bytes()).hexdigest() == file["blake3"]
    assert "h264" in dataset.manifest["domain"]


def test_the_doctor_finds_no_fault(load):
    code, report = test_doctor.check(load("video").root)
    found = {item["name"]: (item["severity"], item["messages"]) for item in report["checks"]}
    assert code == 0, found
    for name in test_doctor.FORMAT:
        assert found[name][0] == "PASS", (name, found[name])


def test_the_lines_of_the_card_give_an_episode(load):
    dataset = load("video")
    _, code = re.findall(r"```python\n(.*?)```", (dataset.root / "README.md").read_text(), re.DOTALL)
    names = {"FOLDER": str(dataset.root)}
    exec(code, names)
    drawn = load(worlds.TWINS["video"]).pictures(dataset.videos()[0])
    start, end = dataset.bounds()[0]
    assert len(names["frames"]) == end - start
    assert all(psnr_db(seen, drawn[row]) > LEAST_PSNR_DB for row, seen in enumerate(names["frames"]))


def test_the_same_run_gives_the_same_videos(load, tmp_path):
    made = worlds.generate(tmp_path / "again", worlds.VIDEOS["video"], threads=1)
    for path in sorted(load("video").root.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (made / path.relative_to(load("video").root)).read_bytes(), path
