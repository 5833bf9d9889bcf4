"""The small datasets that the tests read, by name, and the command that makes them.

Each differs from the others in what tends to break: several splits, cameras, rasters, lists of changing length,
rows as transitions, terminal states, raw pictures, an action of one channel, a camera that moves, shards of several row groups,
columns that are matrices.
"""

import functools
import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
EVERYTHING = "rgb,depth,segmentation,bodies,joints,mechanisms,contacts"
SEEN = "classes,normals,flow,amodal,boxes,points,lidar"
LOOKOUT = HERE.parents[1] / "scenes" / "examples" / "lookout.toml"
BILLIARDS = ["billiard_collide", "-n", "10", "--steps", "60", "--sensors", "bodies", "--policies", "scripted=1,random=1"]
PICTURES = ["drop_bounce", "-n", "11", "--steps", "30", "--seed", "5", "--size", "48x40", "--shard-episodes", "3"]

# Names of datasets and what `terrella generate` is given for them.
DATASETS = {
    "pictures": [*PICTURES, "--sensors", EVERYTHING, "--images", "png"],
    "pictures_ppm": [*PICTURES, "--sensors", EVERYTHING, "--images", "ppm"],
    "state": ["linkage_control", "-n", "24", "--steps", "40", "--sensors", "none", "--shard-episodes", "8"],
    "transitions": [*PICTURES, "--sensors", "rgb,bodies", "--cameras", "side", "--set", "files.rows=transitions"],
    "billiards": BILLIARDS,
    "billiards_transitions": [*BILLIARDS, "--set", "files.rows=transitions"],
    "one_motor": [HERE / "one_motor.toml", "-n", "6", "--seed", "3", "--size", "40x32", "--sensors", EVERYTHING],
    "lookout": [LOOKOUT, "-n", "3", "--steps", "18", "--seed", "4", "--size", "36x28", "--sensors", f"{EVERYTHING},{SEEN}"],
    "mixture": ["--all", "-n", "30", "--steps", "20", "--seed", "2", "--size", "32", "--sensors", EVERYTHING],
    "traffic": ["drive_road", "-n", "4", "--steps", "40", "--seed", "2", "--sensors", "bodies,traffic"],
    "doors": ["door_passage", "-n", "6", "--steps", "40", "--seed", "2", "--size", "32", "--sensors", EVERYTHING],
}
# The same pictures in every format.
FORMATS = {f"format_{images}": [*PICTURES, "--sensors", "rgb", "--images", images] for images in ["png", "ppm", "jpeg", "qoi"]}
# Pictures as videos, which readers of Parquet do not see; their twins hold the same worlds as raw pictures.
VIDEOS = {
    "video": [*PICTURES, "--sensors", EVERYTHING, "--images", "mp4"],
    "video_transitions": [*DATASETS["transitions"], "--images", "mp4"],
}
TWINS = {"video": "pictures_ppm", "video_transitions": "transitions"}
# Those that hold pictures of at least one camera.
WITH_PICTURES = ["pictures", "pictures_ppm", "transitions", "one_motor", "mixture", "doors", "lookout"]
# Those that hold depth and segmentation.
WITH_RASTERS = ["pictures", "pictures_ppm", "one_motor", "mixture", "doors"]
# Those whose rows hold the final observation as well.
TRAJECTORIES = [name for name in DATASETS if not name.endswith("transitions")]


# What is made of every family that the binary knows, beside the above.
FAMILY = ["-n", "4", "--steps", "16", "--size", "24", "--sensors", EVERYTHING]


@functools.cache
def families():
    """The names of all families."""
    command = [os.environ["TERRELLA_BINARY"], "families", "--json"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [family["name"] for family in json.loads(listed)]


def generate(out, arguments, threads=2):
    """Makes a dataset in `out`, unless it is there."""
    command = [os.environ["TERRELLA_BINARY"], "generate", *arguments, "--out", out, "--quiet", "--json"]
    command = [str(word) for word in [*command, "--threads", threads]]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, f"{' '.join(command)}\nended with {made.returncode}:\n{made.stderr}"
    return out


def folder(name):
    """The folder of the dataset or family called `name`, which is made when it is asked for first."""
    out = Path(os.environ["TERRELLA_INTEROP_DATA"]) / name
    if not (out / "meta/terrella/manifest.json").exists():
        generate(out, (DATASETS | FORMATS | VIDEOS).get(name) or [name, *FAMILY])
    return out
