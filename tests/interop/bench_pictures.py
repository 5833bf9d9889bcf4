"""How long readers take to decode each format of pictures, and how large it is.

    TERRELLA_BINARY=target/release/terrella python tests/interop/bench_pictures.py [FAMILY]

Sequential: all frames of the dataset, decoded to numpy. Random: single rows from anywhere, as a training loader asks for
them. Medians; the ratios of one run are worth more than its numbers.
"""

import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

work = tempfile.mkdtemp()
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": f"{work}/huggingface"}

import datasets
import duckdb
import numpy as np
import PIL.Image
import polars
import pyarrow.parquet as pq

datasets.disable_progress_bars()
try:
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
except ImportError:
    LeRobotDataset = None

FORMATS = ["png", "ppm", "jpeg", "qoi"]
EPISODES, STEPS, RANDOM = 4, 100, 40


def decode(picture):
    return np.asarray(PIL.Image.open(io.BytesIO(picture["bytes"])))


def by_pyarrow(root, column):
    for file in sorted(root.glob("data/*/*.parquet")):
        for picture in pq.read_table(file, columns=[column], partitioning=None).column(0).to_pylist():
            yield decode(picture)


def by_polars(root, column):
    for picture in polars.scan_parquet(root / "data/*/*.parquet").select(column).collect()[column]:
        yield decode(picture)


def by_duckdb(root, column):
    for (picture,) in duckdb.sql(f"""SELECT "{column}" FROM '{root}/data/*/*.parquet'""").fetchall():
        yield decode(picture)


def by_datasets(root, column):
    for row in datasets.load_dataset(str(root), split="train").select_columns([column]):
        yield np.asarray(row[column])


def random_pyarrow(root, column, rows):
    """A row from its row group: what a reader without a cache of its own does."""
    file = pq.ParquetFile(sorted(root.glob("data/*/*.parquet"))[0])
    groups = file.metadata.num_row_groups
    length = file.metadata.row_group(0).num_rows
    for row in rows:
        group = row % (groups * length) // length
        yield decode(file.read_row_group(group, columns=[column]).column(0)[row % length].as_py())


def random_datasets(root, column, rows):
    loaded = datasets.load_dataset(str(root), split="train")
    for row in rows:
        yield np.asarray(loaded[row][column])


def random_lerobot(root, column, rows):
    loaded = LeRobotDataset("local/bench", root=root)
    for row in rows:
        yield loaded[row][column]


def rate(frames, warm=1):
    """Frames a second after the first, which opens files and fills caches."""
    iterator = iter(frames)
    for _ in range(warm):
        next(iterator)
    start = time.perf_counter()
    count = sum(1 for _ in iterator)
    return count / (time.perf_counter() - start)


def main():
    family = sys.argv[1] if len(sys.argv) > 1 else "drop_bounce"
    print(f"{family}, frames a second (datasets and LeRobot after their cache is filled)")
    sequential = {"pyarrow": by_pyarrow, "polars": by_polars, "duckdb": by_duckdb, "datasets": by_datasets}
    scattered = {"pyarrow": random_pyarrow, "datasets": random_datasets}
    if LeRobotDataset:
        scattered["lerobot"] = random_lerobot
    for side in (64, 128, 224):
        for images in FORMATS:
            root = Path(work) / f"{images}{side}"
            command = [os.environ["TERRELLA_BINARY"], "generate", family, "--out", root, "-n", EPISODES, "--steps", STEPS,
                       "--size", side, "--sensors", "rgb", "--images", images, "--shard-episodes", EPISODES, "--quiet"]
            subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
            file = sorted(root.glob("data/*/*.parquet"))[0]
            schema = pq.read_schema(file)
            column = next(name for name in schema.names if name.startswith("observation.images."))
            metadata = pq.read_metadata(file)
            chunks = [metadata.row_group(g).column(c) for g in range(metadata.num_row_groups) for c in range(metadata.num_columns)]
            size = sum(c.total_compressed_size for c in chunks if c.path_in_schema == f"{column}.bytes") / metadata.num_rows
            rows = random.Random(1).sample(range(metadata.num_rows), RANDOM)
            said = [f"{side:4} px {images:5} {size:8.0f} B"]
            for name, reader in sequential.items():
                said.append(f"{name} {statistics.median(rate(reader(root, column)) for _ in range(3)):7.0f}")
            for name, reader in scattered.items():
                said.append(f"random {name} {statistics.median(rate(reader(root, column, rows)) for _ in range(3)):6.0f}")
            print("  ".join(said), flush=True)


if __name__ == "__main__":
    main()
