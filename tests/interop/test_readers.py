"""Every reader sees the same rows with the same values."""

import datasets
import duckdb
import numpy as np
import pandas
import polars
import pytest
import worlds

# As a user would write it: all files of a table, in the order of their paths.
TABLES = ["data", "sim", "meta/episodes"]


def by_pandas(files):
    return pandas.concat([pandas.read_parquet(file) for file in files], ignore_index=True).to_dict("list")


def by_polars(files):
    # The pattern is expanded in sorted order.
    return polars.scan_parquet(files[0].parents[1] / "*/*.parquet").collect().to_dict(as_series=False)


def by_duckdb(files):
    pattern = files[0].parents[1] / "*/*.parquet"
    result = duckdb.sql(f"SELECT * FROM '{pattern}'")
    return dict(zip(result.columns, zip(*result.fetchall())))


def by_datasets(files):
    loaded = datasets.Dataset.from_parquet([str(file) for file in files])
    for name, feature in loaded.features.items():
        if isinstance(feature, datasets.Image):
            loaded = loaded.cast_column(name, datasets.Image(decode=False))
    return loaded.with_format("arrow")[:].to_pydict()


READERS = {"pandas": by_pandas, "polars": by_polars, "duckdb": by_duckdb, "datasets": by_datasets}


def plain(value):
    """A value without the types that readers wrap it in."""
    if isinstance(value, (np.ndarray, list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    value = value.item() if isinstance(value, np.generic) else value
    # pandas knows no missing number but NaN; ours are never NaN.
    return None if isinstance(value, float) and np.isnan(value) else value


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", worlds.DATASETS)
def test_values_are_those_that_pyarrow_reads(load, name, reader, table):
    dataset = load(name)
    expected = dataset._table(table).to_pydict()
    seen = READERS[reader](dataset.files(table))
    assert list(seen) == list(expected)
    for column, values in expected.items():
        assert len(seen[column]) == len(values), column
        assert plain(seen[column]) == values, column


def test_duckdb_joins_truth_to_frames(load):
    root = load("pictures").root
    counted = duckdb.sql(f"""
        SELECT count(*), count(DISTINCT d.index), sum((d.episode_index = s.episode_index)::int),
               sum((d.frame_index = s.frame_index)::int)
        FROM '{root}/data/*/*.parquet' d JOIN '{root}/sim/*/*.parquet' s ON d.index = s.index""").fetchall()
    assert counted == [(load("pictures").data.num_rows,) * 4]


def test_polars_reads_only_what_is_asked_for(load):
    dataset = load("pictures")
    lazy = polars.scan_parquet(dataset.root / "data/*/*.parquet").filter(polars.col("episode_index") == 7)
    frame = lazy.select("frame_index", "action").collect()
    first, end = dataset.bounds()[7]
    assert frame["frame_index"].to_list() == list(range(end - first))
    assert np.array_equal(frame["action"].to_numpy(), dataset.column("action")[first:end])
