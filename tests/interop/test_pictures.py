"""Every reader decodes every format of pictures to the same pixels; lossy ones to pixels that are near."""

import datasets
import duckdb
import numpy as np
import pandas
import polars
import pytest
import worlds
from dataset import Dataset

LOSSLESS = ["ppm", "qoi"]
# Decibels of the worst picture, of 48 x 40 pixels.
LEAST_PSNR_DB = 36


def decoded(pictures):
    """Pictures as readers give them, decoded by what `datasets` decodes them with."""
    feature = datasets.Image()
    return np.stack([np.asarray(feature.decode_example(picture)) for picture in pictures])


def by_pyarrow(dataset, camera):
    return decoded(dataset.data.column(camera).to_pylist())


def by_pandas(dataset, camera):
    return decoded(pandas.concat([pandas.read_parquet(file) for file in dataset.files("data")])[camera])


def by_polars(dataset, camera):
    return decoded(polars.read_parquet(dataset.root / "data/*/*.parquet")[camera])


def by_duckdb(dataset, camera):
    rows = duckdb.sql(f"""SELECT "{camera}" FROM '{dataset.root}/data/*/*.parquet' ORDER BY index""").fetchall()
    return decoded([picture for (picture,) in rows])


def by_datasets(dataset, camera):
    splits = datasets.load_dataset(str(dataset.root)).values()
    return np.stack([np.asarray(row[camera]) for split in splits for row in split.select_columns([camera])])


def by_streaming(dataset, camera):
    splits = datasets.load_dataset(str(dataset.root), streaming=True).values()
    return np.stack([np.asarray(row[camera]) for split in splits for row in split.select_columns([camera])])


READERS = {
    "pyarrow": by_pyarrow,
    "pandas": by_pandas,
    "polars": by_polars,
    "duckdb": by_duckdb,
    "datasets": by_datasets,
    "streaming": by_streaming,
}


def psnr_db(one, other):
    error = ((one.astype(np.float64) - other) ** 2).reshape(len(one), -1).mean(1).max()
    return 10 * np.log10(255**2 / error)


@pytest.mark.parametrize("images", ["png", *LOSSLESS, "jpeg"])
@pytest.mark.parametrize("reader", READERS)
def test_pixels_are_those_of_png(load, images, reader):
    plain, dataset = load("format_png"), load(f"format_{images}")
    assert plain.cameras() == dataset.cameras() != []
    for camera in plain.cameras():
        expected, seen = plain.pictures(camera), READERS[reader](dataset, camera)
        assert seen.shape == expected.shape and seen.dtype == np.uint8
        if images == "jpeg":
            assert LEAST_PSNR_DB < psnr_db(seen, expected) < 60
        else:
            assert np.array_equal(seen, expected)


@pytest.mark.parametrize("images", LOSSLESS)
def test_all_else_is_the_same(load, images):
    plain, other = load("format_png"), load(f"format_{images}")
    assert other.data.drop_columns(other.cameras()).equals(plain.data.drop_columns(plain.cameras()))
    assert other.stats == plain.stats
    assert other.manifest["content"] == plain.manifest["content"]


def test_jpeg_has_full_colour_and_says_that_it_is_lossy(load):
    import io

    import PIL.Image
    import PIL.JpegImagePlugin

    dataset = load("format_jpeg")
    picture = PIL.Image.open(io.BytesIO(dataset.encoded(dataset.cameras()[0], 0)))
    assert picture.format == "JPEG" and PIL.JpegImagePlugin.get_sampling(picture) == 0, "4:4:4"
    assert "JPEG of quality 95" in (dataset.root / "README.md").read_text()
    assert dataset.manifest["content"] != load("format_png").manifest["content"]
    # Statistics are of what was drawn; what is stored differs by less than a grey level in the mean.
    for camera in dataset.cameras():
        mean = dataset.pictures(camera).reshape(-1, 3).mean(0) / 255
        assert np.allclose(np.ravel(dataset.stats[camera]["mean"]), mean, atol=1 / 255)


def test_pictures_that_are_drawn_later_are_those_that_are_stored(tmp_path):
    """States alone, then `terrella render`: the files are those of the run with pictures, byte for byte."""
    import os
    import subprocess

    state = worlds.generate(tmp_path / "state", [*worlds.PICTURES, "--sensors", "bodies"])
    stored = worlds.generate(tmp_path / "stored", [*worlds.PICTURES, "--sensors", "rgb,bodies"])
    drawn = tmp_path / "drawn"
    command = [os.environ["TERRELLA_BINARY"], "render", state, "--out", drawn, "--quiet"]
    subprocess.run([str(word) for word in command], check=True)
    files = [path.relative_to(stored) for path in sorted(stored.rglob("*")) if path.is_file()]
    assert files and files == [path.relative_to(drawn) for path in sorted(drawn.rglob("*")) if path.is_file()]
    for file in files:
        assert (stored / file).read_bytes() == (drawn / file).read_bytes(), file
    assert Dataset(drawn).cameras() == Dataset(stored).cameras() != []
