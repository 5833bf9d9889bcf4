"""One picture of all families and all outputs of their cameras, read back from real datasets.

    python contact_sheet.py TERRELLA OUT.png      # TERRELLA: the command; wants numpy, pillow and pyarrow

A row is a family (two stand side by side): one moment of an episode that its expert plays, seen by its first camera.
"""

import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from PIL import Image, ImageDraw

SIZE = 72
GAP = 3
LABEL = 86
ROW = 14
SENSORS = "rgb,depth,segmentation,classes,normals,flow,amodal,boxes,points,lidar"
COLUMNS = ["RGB", "depth", "bodies", "classes", "normals", "flow", "amodal", "2D boxes", "3D boxes", "points", "lidar"]
# Neighbouring ids get colours far apart: multiples of the golden angle.
HUES = [(int(97 * i) % 256, 150 + 50 * (i % 3), 235 - 40 * (i % 2)) for i in range(1, 513)]
PALETTE = np.array([(235, 238, 242)] + [Image.new("HSV", (1, 1), hue).convert("RGB").getpixel((0, 0)) for hue in HUES], np.uint8)


def row_of(dataset, camera):
    """A middle row of the only episode, by column, and its camera as the episode table tells it."""
    table = lambda folder: pq.read_table(next((dataset / folder).glob("*/*.parquet")))
    data, truth, episodes = table("data"), table("sim"), table("meta/episodes")
    row = min(ROW, data.num_rows - 2)
    values = {name: data[name][row].as_py() for name in data.column_names}
    values |= {name: truth[name][row].as_py() for name in truth.column_names}
    return values, json.loads(episodes["cameras"][0].as_py())[camera]


def raster(values, name, dtype, channels=1):
    return np.frombuffer(values[name], dtype).reshape(SIZE, SIZE, channels)


def grey(distance, seen):
    """Near is light. The inverses of distances that are seen are spread over the whole range."""
    tones = np.full(distance.shape, 40.0)
    if seen.any():
        inverse = 1 / np.where(seen, distance, 1)
        far, near = np.percentile(inverse[seen], [1, 99])
        tones = np.where(seen, 55 + 190 * np.clip((inverse - far) / max(near - far, 1e-9), 0, 1), tones)
    return np.repeat(tones[..., None], 3, axis=-1).astype(np.uint8)


def arrows(flow):
    """Flow as hue (where to) and strength (how far)."""
    far = np.hypot(flow[..., 0], flow[..., 1])
    hue = (np.arctan2(flow[..., 1], flow[..., 0]) / (2 * np.pi) % 1 * 255).astype(np.uint8)
    strong = (255 * np.clip(far / max(np.percentile(far, 99.5), 0.3), 0, 1) ** 0.5).astype(np.uint8)
    return np.array(Image.merge("HSV", [Image.fromarray(part) for part in (hue, strong, np.full_like(hue, 245))]).convert("RGB"))


def amodal(values, camera, rgb):
    """What of each body is hidden lies over the picture in the body's colour."""
    ids = raster(values, f"segmentation.{camera}", "<u2")[..., 0].ravel()
    picture = (rgb * 0.45 + 120).reshape(-1, 3)
    for body, first, length in np.array(values[f"amodal.{camera}"], int).reshape(-1, 3):
        run = slice(first, first + length)
        visible = (ids[run] == body + 1)[:, None]
        color = PALETTE[(body + 1) % len(PALETTE)]
        picture[run] = np.where(visible, 0.5 * picture[run] + 0.5 * color, 0.75 * picture[run] + 0.25 * color)
    return picture.reshape(SIZE, SIZE, 3).astype(np.uint8)


def turned(quaternion, vectors):
    x, y, z, w = quaternion
    axis = np.array([x, y, z])
    cross = np.cross(axis, vectors)
    return vectors + 2 * (w * cross + np.cross(axis, cross))


def flat_boxes(values, camera, rgb):
    picture = Image.fromarray(rgb)
    draw = ImageDraw.Draw(picture)
    for body, box in enumerate(np.array(values[f"boxes_2d.{camera}"]).reshape(-1, 8)):
        x0, y0, x1, y1 = box[:4]
        if 0 < x1 - x0 < 0.8 * SIZE and y1 > y0:
            draw.rectangle([x0, y0, x1 - 1, y1 - 1], outline=tuple(PALETTE[(body + 1) % len(PALETTE)]))
    return np.array(picture)


def solid_boxes(values, camera, lens, rgb):
    picture = Image.fromarray((rgb * 0.6 + 70).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    signs = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)])
    for body, box in enumerate(np.array(values[f"boxes_3d.{camera}"]).reshape(-1, 10)):
        corners = box[:3] + turned(box[3:7], signs * box[7:])
        if not np.isfinite(corners).all() or (corners[:, 2] < 0.02).any() or np.abs(box[7:]).max() > 20:
            continue
        points = corners[:, :2] / corners[:, 2:] * [lens["fx"], lens["fy"]] + [lens["cx"], lens["cy"]]
        for one in range(8):
            for other in (one ^ 1, one ^ 2, one ^ 4):
                if one < other:
                    draw.line([*points[one], *points[other]], fill=tuple(PALETTE[(body + 1) % len(PALETTE)]))
    return np.array(picture)


def cloud(values, camera, rgb):
    """The points of the picture's near half from above, higher ones over lower ones."""
    points = raster(values, f"points.{camera}", "<f4", 3).reshape(-1, 3)
    depth = raster(values, f"depth.{camera}", "<u2").ravel()
    seen = (depth > 0) & (depth < 65535)
    known = seen & (depth <= 1.2 * np.median(depth[seen])) if seen.any() else seen
    points, colors = points[known], rgb.reshape(-1, 3)[known]
    picture = np.full((SIZE, SIZE, 3), 22, np.uint8)
    if len(points):
        low, high = np.percentile(points[:, :2], [2, 98], axis=0)
        places = ((points[:, :2] - (low + high) / 2) / max((high - low).max(), 1e-6) * 0.94 + 0.5) * SIZE
        inside = ((places >= 0) & (places < SIZE)).all(axis=1)
        order = np.argsort(points[inside, 2], kind="stable")
        columns, rows = places[inside][order].astype(int).T
        picture[SIZE - 1 - rows, columns] = colors[inside][order]
    return picture


def scan(values):
    """The first lidar's beams from above."""
    name = next((name for name in values if name.startswith("observation.lidar.")), None)
    picture = Image.new("RGB", (SIZE, SIZE), (22, 22, 22))
    if name is None:
        return np.full((SIZE, SIZE, 3), 250, np.uint8)
    ranges = np.array(values[name])
    angles = np.arange(len(ranges)) / len(ranges) * 2 * np.pi
    ends = np.stack([np.cos(angles), -np.sin(angles)], axis=1) * (ranges / ranges.max() * 0.48 * SIZE)[:, None] + SIZE / 2
    draw = ImageDraw.Draw(picture)
    for end in ends:
        draw.line([SIZE / 2, SIZE / 2, *end], fill=(60, 90, 110))
    draw.point([tuple(end) for end in ends], fill=(255, 220, 90))
    return np.array(picture)


def pictures(command, family, folder):
    """All outputs of one moment, in the order of `COLUMNS`."""
    # A twin would be another episode.
    one = ["-n", "1", "--set", "healthy_twins=false"]
    arguments = [*one, "--steps", "30", "--seed", "4", "--size", str(SIZE), "--images", "png", "--sensors", SENSORS, "--policies", "scripted=1"]
    subprocess.run([command, "generate", family, "--out", folder, *arguments, "--quiet"], check=True, capture_output=True)
    info = json.loads((folder / "meta/info.json").read_text())
    camera = next(name for name in info["features"] if name.startswith("observation.images.")).rsplit(".", 1)[1]
    values, lens = row_of(folder, camera)
    rgb = np.array(Image.open(io.BytesIO(values[f"observation.images.{camera}"]["bytes"])).convert("RGB"))
    depth = raster(values, f"depth.{camera}", "<u2")[..., 0].astype(float)
    return [
        rgb,
        grey(depth, (depth > 0) & (depth < 65535)),
        PALETTE[raster(values, f"segmentation.{camera}", "<u2")[..., 0] % len(PALETTE)],
        PALETTE[raster(values, f"classes.{camera}", "<u2")[..., 0] % len(PALETTE)],
        (raster(values, f"normals.{camera}", "i1", 3).astype(int) * [1, -1, -1] + 128).clip(0, 255).astype(np.uint8),
        arrows(raster(values, f"flow.forward.{camera}", "<f4", 2)),
        amodal(values, camera, rgb),
        flat_boxes(values, camera, rgb),
        solid_boxes(values, camera, lens, rgb),
        cloud(values, camera, rgb),
        scan(values),
    ]


def main(command, out):
    families = [family["name"] for family in json.loads(subprocess.run([command, "families", "--json"], capture_output=True, check=True, text=True).stdout)]
    half = (len(families) + 1) // 2
    width = LABEL + len(COLUMNS) * (SIZE + GAP)
    sheet = Image.new("RGB", (2 * width + 4 * GAP, 18 + half * (SIZE + GAP)), (250, 250, 250))
    draw = ImageDraw.Draw(sheet)
    for index, family in enumerate(families):
        left, top = (index // half) * (width + 4 * GAP), 18 + index % half * (SIZE + GAP)
        draw.multiline_text((left + GAP, top + SIZE // 2 - 12), family.replace("_", "\n"), fill=(30, 30, 30))
        with tempfile.TemporaryDirectory() as folder:
            for column, picture in enumerate(pictures(command, family, Path(folder) / "data")):
                sheet.paste(Image.fromarray(picture), (left + LABEL + column * (SIZE + GAP), top))
        print(family, file=sys.stderr)
    for side in range(2):
        for column, name in enumerate(COLUMNS):
            draw.text((side * (width + 4 * GAP) + LABEL + column * (SIZE + GAP) + GAP, 3), name, fill=(30, 30, 30))
    sheet.save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
