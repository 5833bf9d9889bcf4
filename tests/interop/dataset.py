"""A dataset's files as numpy arrays, read by pyarrow only and without any other reader's conveniences."""

import functools
import io
import json

import numpy as np
import PIL.Image
import pyarrow as pa
import pyarrow.parquet as pq


class Dataset:
    """A dataset in a folder. Files are taken in the order of their paths, as readers do."""

    def __init__(self, root):
        self.root = root
        self.info = self.json("meta/info.json")
        self.stats = self.json("meta/stats.json")
        self.manifest = self.json("meta/terrella/manifest.json")
        self.features = self.info["features"]

    def json(self, path):
        return json.loads((self.root / path).read_text())

    def files(self, table):
        return sorted((self.root / table).glob("*/*.parquet"))

    @functools.cached_property
    def data(self):
        return self._table("data")

    @functools.cached_property
    def sim(self):
        return self._table("sim")

    @functools.cached_property
    def episodes(self):
        """The episode table as a list of dictionaries."""
        return self._table("meta/episodes").to_pylist()

    def _table(self, folder):
        return pa.concat_tables([pq.read_table(file, partitioning=None) for file in self.files(folder)]).combine_chunks()

    def cameras(self):
        """The columns that hold pictures."""
        return [name for name, feature in self.features.items() if feature["dtype"] == "image"]

    def videos(self):
        """The features that are videos beside the tables."""
        return [name for name, feature in self.features.items() if feature["dtype"] == "video"]

    def video(self, key, episode):
        """The file of a feature that holds an episode, and the number of its first frame there."""
        row = self.episodes[episode]
        chunk, file = row[f"videos/{key}/chunk_index"], row[f"videos/{key}/file_index"]
        path = self.info["video_path"].format(video_key=key, chunk_index=chunk, file_index=file)
        return self.root / path, round(row[f"videos/{key}/from_timestamp"] * self.info["fps"])

    def numeric(self):
        """The columns that hold numbers or truth values."""
        others = ("image", "video", "string")
        return [name for name, feature in self.features.items() if feature["dtype"] not in others]

    @functools.cache
    def column(self, name):
        """A numeric column as an array of shape (rows, elements), matrices as (rows, items, elements), scalars as (rows,)."""
        column = self.data.column(name).combine_chunks()
        assert column.null_count == 0
        shape = [len(column)]
        while pa.types.is_fixed_size_list(column.type):
            shape.append(column.type.list_size)
            column = column.flatten()
        return column.to_numpy(zero_copy_only=False).reshape(shape)

    def encoded(self, camera, row):
        """The bytes of a picture's file."""
        return self.data.column(camera)[row].as_py()["bytes"]

    def picture(self, camera, row):
        """A picture of shape (height, width, 3), 8 bits."""
        return np.asarray(PIL.Image.open(io.BytesIO(self.encoded(camera, row))).convert("RGB"))

    @functools.cache
    def pictures(self, camera):
        """All pictures of a camera, of shape (rows, height, width, 3)."""
        return np.stack([self.picture(camera, row) for row in range(self.data.num_rows)])

    def bounds(self):
        """First row and row after the last of every episode."""
        return [(episode["dataset_from_index"], episode["dataset_to_index"]) for episode in self.episodes]

    def sim_list(self, name, row, width=1):
        """A list column of `sim/` in one row, of shape (items, width)."""
        values = self.sim.column(name)[row].values
        return values.to_numpy(zero_copy_only=False).reshape(-1, width)

    def raster(self, name, row):
        """Depth or segmentation, of shape (height, width)."""
        camera = json.loads(self.episodes[int(self.column("episode_index")[row])]["cameras"])[name.split(".", 1)[1]]
        bytes_ = self.sim.column(name)[row].as_py()
        return np.frombuffer(bytes_, "<u2").reshape(camera["height"], camera["width"])
