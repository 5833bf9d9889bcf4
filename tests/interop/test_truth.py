"""Privileged truth agrees with itself, with the pictures, and with mechanics."""

import json

import numpy as np
import pyarrow as pa
import pytest
import worlds


@pytest.fixture(params=[name for name in worlds.DATASETS if name != "state"])
def with_bodies(request, load):
    return load(request.param)


@pytest.fixture(params=worlds.WITH_RASTERS)
def with_rasters(request, load):
    return load(request.param)


def frames(dataset, stride=1):
    """Rows with their episodes."""
    for episode, (start, end) in zip(dataset.episodes, dataset.bounds(), strict=True):
        for row in range(start, end, stride):
            yield episode, row


def rotation(quaternion):
    """The matrix of a unit quaternion x, y, z, w."""
    x, y, z, w = np.asarray(quaternion, np.float64)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ])


class View:
    """A recorded camera at a row: p_camera = R p_world + t, pixel = f p / z + c."""

    def __init__(self, dataset, episode, camera, row):
        self.k = json.loads(episode["cameras"])[camera]
        matrix = self.k["camera_from_world"]
        if matrix is not None:
            matrix = np.asarray(matrix).reshape(4, 4)
            self.rotation, self.translation = matrix[:3, :3], matrix[:3, 3]
            assert np.allclose(matrix[3], [0, 0, 0, 1])
        else:
            pose = dataset.column(f"camera_extrinsics.{camera}")[row].astype(np.float64)
            self.rotation = rotation(pose[3:]).T
            self.translation = -self.rotation @ pose[:3]
        assert np.allclose(self.rotation @ self.rotation.T, np.eye(3), atol=1e-5)
        assert np.linalg.det(self.rotation) > 0

    def project(self, point):
        """Column, row and depth."""
        x, y, z = self.rotation @ point + self.translation
        return self.k["fx"] * x / z + self.k["cx"], self.k["fy"] * y / z + self.k["cy"], z

    def points(self, depth_m):
        """The world's points that all pixels show, of shape (height, width, 3)."""
        row, column = np.indices(depth_m.shape)
        x = (column - self.k["cx"]) / self.k["fx"] * depth_m
        y = (row - self.k["cy"]) / self.k["fy"] * depth_m
        return (np.stack([x, y, depth_m], axis=-1) - self.translation) @ self.rotation


def cameras(dataset):
    return [name.removeprefix("observation.images.") for name in dataset.cameras()]


def test_bodies_have_names_classes_and_masses(with_bodies):
    for episode, row in frames(with_bodies):
        count = len(episode["body_names"])
        assert len(set(episode["body_names"])) == count
        assert len(episode["body_classes"]) == len(episode["body_masses_kg"]) == count
        assert list(json.loads(episode["world"])["bodies"]) == episode["body_names"]
        bodies = with_bodies.sim_list("bodies", row, 13)
        assert len(bodies) == count
        assert np.isfinite(bodies).all()
        assert np.allclose(np.linalg.norm(bodies[:, 3:7], axis=1), 1, atol=1e-5)


def test_only_what_can_move_moves(with_bodies):
    moved = 0
    for episode, (start, end) in zip(with_bodies.episodes, with_bodies.bounds(), strict=True):
        states = np.stack([with_bodies.sim_list("bodies", row, 13) for row in range(start, end)])
        for index, body in enumerate(json.loads(episode["world"])["bodies"].values()):
            if body["motion"] == "fixed":
                assert (states[:, index] == states[0, index]).all()
                assert not states[0, index, 7:].any()
            elif body["motion"] == "dynamic":
                assert episode["body_masses_kg"][index] > 0
                moved += int((states[:, index, :3] != states[0, index, :3]).any())
    assert moved > 0


def test_states_of_successive_rows_differ(each):
    digests = each.sim.column("state_digest").to_pylist()
    assert all(digest >= 0 for digest in digests)
    for start, end in each.bounds():
        # A world in which nothing moves, and in which nobody has acted yet, is as it was.
        assert len(set(digests[start:end])) >= 0.7 * (end - start)


def test_sensed_positions_and_velocities_are_the_bodies_own(with_bodies):
    # Where families are mixed, the numbers of a row have the names of its family.
    names = with_bodies.features["observation.state"]["names"] or []
    state = with_bodies.column("observation.state")
    checked = 0
    for episode, row in frames(with_bodies):
        bodies = with_bodies.sim_list("bodies", row, 13)
        for element, name in enumerate(names):
            body, _, rest = name.partition(".")
            offsets = {"position": 0, "velocity": 7}
            quantity, _, axis = rest.partition(".")
            if body in episode["body_names"] and quantity in offsets and axis in ("x", "y", "z"):
                value = bodies[episode["body_names"].index(body), offsets[quantity] + "xyz".index(axis)]
                assert state[row, element] == value
                checked += 1
    if with_bodies.manifest["name"] in ("drop_bounce", "door_passage"):
        assert checked > 0


def test_contact_lists_agree(with_rasters):
    total = 0
    for episode, row in frames(with_rasters):
        pairs = with_rasters.sim_list("contacts.bodies", row, 2)
        points, normals = (with_rasters.sim_list(f"contacts.{name}", row, 3) for name in ("point", "normal"))
        impulses = with_rasters.sim_list("contacts.impulse", row)
        assert len(pairs) == len(points) == len(normals) == len(impulses)
        if len(pairs):
            assert (pairs[:, 0] < pairs[:, 1]).all()
            assert pairs.min() >= 0 and pairs.max() < len(episode["body_names"])
            assert len({tuple(pair) for pair in pairs.tolist()}) == len(pairs)
            assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
            assert (impulses >= 0).all()
        total += len(pairs)
    assert total > 0


def test_floor_carries_the_ball(load):
    """Until the arm comes, the floor's impulses are what changes the ball's momentum, gravity aside."""
    dataset = load("one_motor")
    checked = 0
    for episode, (start, end) in zip(dataset.episodes, dataset.bounds(), strict=True):
        floor, arm, ball = (episode["body_names"].index(name) for name in ("floor", "arm", "ball"))
        mass = episode["body_masses_kg"][ball]
        fall = 9.81 / dataset.info["fps"]
        impulse = 0.0
        touched = False
        for row in range(start + 1, end):
            pairs = dataset.sim_list("contacts.bodies", row, 2).tolist()
            if [arm, ball] in pairs:
                break
            if [floor, ball] in pairs:
                item = pairs.index([floor, ball])
                normal = dataset.sim_list("contacts.normal", row, 3)[item]
                assert normal[2] == pytest.approx(1, abs=1e-3)
                assert dataset.sim_list("contacts.point", row, 3)[item][2] == pytest.approx(0, abs=0.01)
                impulse += dataset.sim_list("contacts.impulse", row)[item, 0]
                touched = True
            gained = dataset.sim_list("bodies", row, 13)[ball, 9] - dataset.sim_list("bodies", start, 13)[ball, 9]
            expected = mass * (gained + fall * (row - start))
            assert impulse == pytest.approx(expected, rel=0.01, abs=0.01 * mass * fall)
            checked += touched
    assert checked > 20


def test_rasters_have_the_size_of_the_pictures(with_rasters):
    for camera in cameras(with_rasters):
        height, width, _ = with_rasters.features[f"observation.images.{camera}"]["shape"]
        for name in (f"depth.{camera}", f"segmentation.{camera}"):
            column = with_rasters.sim.column(name)
            assert column.type == pa.binary()
            for episode, row in frames(with_rasters):
                known = json.loads(episode["cameras"])[camera]
                assert (known["width"], known["height"]) == (width, height)
                assert len(column[row].as_py()) == 2 * width * height


def test_segmentation_names_bodies_and_agrees_with_depth(with_rasters):
    seen = set()
    for episode, row in frames(with_rasters):
        for camera in cameras(with_rasters):
            ids = with_rasters.raster(f"segmentation.{camera}", row)
            world = json.loads(episode["world"])
            # Liquids, then soft bodies, follow the bodies.
            others = ["liquid"] * len(world.get("liquids", {})) + ["soft"] * len(world.get("softs", {}))
            classes = episode["body_classes"] + others
            assert ids.max() <= len(classes)
            seen |= {classes[index - 1] for index in np.unique(ids[ids > 0])}
            assert np.array_equal(ids == 0, with_rasters.raster(f"depth.{camera}", row) == 0)
    assert "floor" in seen and len(seen) >= 3


def test_depth_puts_the_floor_at_height_zero(with_rasters):
    checked = 0
    for episode, row in frames(with_rasters, stride=5):
        for camera in cameras(with_rasters):
            floors = [index for index, body in enumerate(json.loads(episode["world"])["bodies"].values())
                      if "half_space" in body["shape"] and body["rotation"] == {"rpy_deg": [0.0, 0.0, 0.0]}]
            depth_mm = with_rasters.raster(f"depth.{camera}", row)
            ids = with_rasters.raster(f"segmentation.{camera}", row)
            points = View(with_rasters, episode, camera, row).points(depth_mm / 1000.0)
            for floor in floors:
                z = list(json.loads(episode["world"])["bodies"].values())[floor]["position_m"][2]
                here = (ids == floor + 1) & (depth_mm < 20000)
                # Half a millimetre of rounding, along the ray.
                assert np.abs(points[here][:, 2] - z).max(initial=0) < 0.002
                checked += int(here.sum())
    assert checked > 1000


def test_depth_lies_on_the_balls(load):
    dataset = load("one_motor")
    checked = 0
    for episode, row in frames(dataset):
        ball = episode["body_names"].index("ball")
        radius = episode["factor.bodies.ball.shape.ball.radius_m"]
        center = dataset.sim_list("bodies", row, 13)[ball, :3]
        for camera in cameras(dataset):
            points = View(dataset, episode, camera, row).points(dataset.raster(f"depth.{camera}", row) / 1000.0)
            here = dataset.raster(f"segmentation.{camera}", row) == ball + 1
            distance = np.linalg.norm(points[here] - center, axis=1)
            # At the rim a ray grazes the ball, so that half a millimetre along it is little off the ball still.
            assert np.abs(distance - radius).max(initial=0) < 0.002
            checked += int(here.sum())
    assert checked > 1000


def inscribed_radius(shape):
    """Radius of a sphere about the origin that lies inside the shape; 0 where this is not known."""
    (kind, sizes), = shape.items()
    match kind:
        case "ball" | "capsule":
            return sizes["radius_m"]
        case "box":
            return min(sizes["half_extents_m"])
        case "cylinder":
            return min(sizes["radius_m"], sizes["half_height_m"])
    return 0.0


def test_bodies_project_onto_their_own_segments(with_rasters):
    """The pixel nearest to a body's origin shows the body, or something nearer, where the body is as wide as a pixel."""
    shown = hidden = 0
    for episode, row in frames(with_rasters, stride=3):
        bodies = with_rasters.sim_list("bodies", row, 13)
        radii = [inscribed_radius(body["shape"]) for body in json.loads(episode["world"])["bodies"].values()]
        for camera in cameras(with_rasters):
            view = View(with_rasters, episode, camera, row)
            ids = with_rasters.raster(f"segmentation.{camera}", row)
            depth_m = with_rasters.raster(f"depth.{camera}", row) / 1000.0
            for index, radius in enumerate(radii):
                u, v, z = view.project(bodies[index, :3].astype(np.float64))
                # The pixel's centre is at most 0.71 pixels away.
                if z < 0.1 or radius * view.k["fy"] / z < 0.75:
                    continue
                column, line = round(u), round(v)
                if 0 <= line < ids.shape[0] and 0 <= column < ids.shape[1]:
                    if ids[line, column] == index + 1:
                        shown += 1
                    else:
                        assert ids[line, column] > 0 and depth_m[line, column] < z
                        hidden += 1
    assert shown > 50 and shown > hidden


def test_moving_cameras_move_with_their_bodies(load):
    dataset = load("one_motor")
    pose = dataset.column("camera_extrinsics.on_arm")
    for episode, row in frames(dataset):
        arm = dataset.sim_list("bodies", row, 13)[episode["body_names"].index("arm")]
        mounted = rotation(arm[3:7]) @ [-0.3, 0.0, 0.35] + arm[:3]
        assert np.allclose(mounted, pose[row, :3], atol=1e-5)
    assert np.abs(pose - pose[0]).max() > 0.1
