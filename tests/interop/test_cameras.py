"""What cameras record beside colours, depth and ids, read as the card says and compared with each other."""

import json

import numpy as np
import pytest

CAMERAS = ["front", "round", "follow", "ego"]


@pytest.fixture
def lookout(load):
    return load("lookout")


def model(dataset, row, camera):
    return json.loads(dataset.episodes[int(dataset.column("episode_index")[row])]["cameras"])[camera]


def raster(dataset, name, row, dtype):
    """A raster of `sim/` of the shape that the manifest declares."""
    spec = next(spec for spec in dataset.manifest["sim_columns"] if spec["name"] == name)
    height, width = spec["extent"]["picture"]
    return np.frombuffer(dataset.sim.column(name)[row].as_py(), dtype).reshape(height, width, -1)


def bodies(dataset, row):
    return dataset.episodes[int(dataset.column("episode_index")[row])]["body_names"]


def every(dataset, step=3):
    return [(row, camera) for row in range(0, dataset.data.num_rows, step) for camera in CAMERAS]


def test_normals_are_of_unit_length_where_there_is_a_body(lookout):
    for row, camera in every(lookout):
        ids = lookout.raster(f"segmentation.{camera}", row)
        length = np.linalg.norm(raster(lookout, f"normals.{camera}", row, "i1") / 127.0, axis=-1)
        assert np.abs(length[ids > 0] - 1).max() < 0.01
        assert np.all(length[ids == 0] == 0)


def test_classes_are_those_of_the_bodies(lookout):
    for row, camera in every(lookout):
        episode = lookout.episodes[int(lookout.column("episode_index")[row])]
        names = model(lookout, row, camera)["class_names"]
        assert names == sorted(set(episode["body_classes"]))
        classes = np.array([0] + [1 + names.index(name) for name in episode["body_classes"]])
        ids = lookout.raster(f"segmentation.{camera}", row)
        assert np.array_equal(classes[ids], lookout.raster(f"classes.{camera}", row))


def test_points_are_as_far_as_depth_says(lookout):
    for row, camera in every(lookout):
        depth = lookout.raster(f"depth.{camera}", row) / 1000.0
        points = raster(lookout, f"points.{camera}", row, "<f4").astype(float)
        if fixed := model(lookout, row, camera)["camera_from_world"]:
            ahead, offset = np.array(fixed)[8:11], fixed[11]
        else:
            *eye, x, y, z, w = lookout.column(f"camera_extrinsics.{camera}")[row].astype(float)
            ahead = np.array([2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)])
            offset = -ahead @ eye
        near = (depth > 0) & (depth < 60)
        assert near.sum() > 100
        assert np.abs(points @ ahead + offset - depth)[near].max() < 2e-3


def test_masks_counts_and_boxes_fit_the_ids(lookout):
    hidden = 0
    for row, camera in every(lookout):
        ids = lookout.raster(f"segmentation.{camera}", row)
        runs = lookout.sim_list(f"amodal.{camera}", row, 3)
        counts = lookout.sim_list(f"visibility.{camera}", row, 3)
        boxes = lookout.sim_list(f"boxes_2d.{camera}", row, 8)
        assert len(counts) == len(boxes) == len(bodies(lookout, row))
        for body, (visible, amodal, share) in enumerate(counts):
            alone = np.zeros(ids.size, bool)
            for _, first, length in runs[runs[:, 0] == body]:
                alone[first : first + length] = True
            alone = alone.reshape(ids.shape)
            seen = ids == body + 1
            assert (seen.sum(), alone.sum()) == (visible, amodal)
            assert np.all(alone[seen])
            assert share == pytest.approx(visible / amodal if amodal else 0)
            for mask, box in [(seen, boxes[body, :4]), (alone, boxes[body, 4:])]:
                rows, columns = np.nonzero(mask)
                if len(rows):
                    assert list(box) == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
                else:
                    assert not box.any()
            hidden += visible < amodal
    assert hidden > 10


def test_flow_of_a_camera_that_stands_still_is_that_of_what_moves(lookout):
    moved = 0
    last = {end - 1 for _, end in lookout.bounds()}
    for row in set(range(lookout.data.num_rows)) - last:
        ids = lookout.raster("segmentation.front", row)
        flow = raster(lookout, "flow.forward.front", row, "<f4")
        here, there = (lookout.sim_list("bodies", at, 13) for at in (row, row + 1))
        still = np.all(here[:, :7] == there[:, :7], axis=1)
        for body in np.unique(ids[ids > 0]) - 1:
            assert not still[body] or not flow[ids == body + 1].any()
            moved += bool(flow[ids == body + 1].any())
    assert moved > 10
    for row in last:
        assert not raster(lookout, "flow.forward.front", row, "<f4").any()


def test_boxes_in_space_are_those_of_the_bodies(lookout):
    for row in range(0, lookout.data.num_rows, 4):
        boxes = lookout.sim_list("boxes_3d", row, 10)
        states = lookout.sim_list("bodies", row, 13)
        names = bodies(lookout, row)
        ball, rover = names.index("ball"), names.index("rover")
        assert np.allclose(boxes[ball, :3], states[ball, :3], atol=1e-6)
        assert np.allclose(boxes[rover, 7:], [0.2, 0.2, 0.12])
        assert np.allclose(boxes[:, 3:7], states[:, 3:7])


def test_a_lidar_is_a_feature_that_a_learner_sees(lookout):
    assert lookout.features["observation.lidar.spin"]["shape"] == [180]
    ranges = lookout.column("observation.lidar.spin")
    assert ranges.shape == (lookout.data.num_rows, 180)
    assert ranges.min() > 0 and ranges.max() == 5
    # The rover stands among four things that are nearer than its range.
    assert (ranges < 2).any(axis=1).all()


def test_a_picture_that_is_not_fresh_is_the_last_one(lookout):
    fresh = lookout.column("camera_fresh.follow")
    pictures = lookout.pictures("observation.images.follow")
    frames = lookout.column("frame_index")
    assert np.array_equal(fresh, frames % 2 == 0)
    for row in np.nonzero(~fresh)[0]:
        assert np.array_equal(pictures[row], pictures[row - 1])
