//! How the values are encoded in Parquet.
//!
//! Floats and texts: zstd. Integers: delta, because most count up or stand still; that and flags are small as they are,
//! and each zstd column costs two contexts a row group. PNG, JPEG and QOI: stored as they are. PPM: large pages, so that zstd
//! sees many frames at once. Picture bytes and lists have no statistics: nobody filters by them.
//!
//! **Invariant:** `created_by` and every setting are fixed, so that the same values are the same bytes.

use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use parquet::schema::types::ColumnPath;
use terrella_spec::columns::{ColumnSpec, Dtype, Extent, Table};
use terrella_spec::run::ImageFormat;

/// Numbers of a page: a fraction of an episode, so that a window is read at little more than its own cost. Writing stays
/// in the processor's cache, and no buffer is so large that the allocator gives it back to the system each time.
const PAGE_BYTES: usize = 64 << 10;

/// So many pictures share a page, within these bounds: few would be larger, and small pages are written quicker.
const PICTURES_OF_A_PAGE: usize = 80;
const LEAST_PICTURE_PAGE_BYTES: usize = 1 << 20;
const MOST_PICTURE_PAGE_BYTES: usize = 4 << 20;

/// Settings of a file of `data/` or `sim/`. Row groups are ended by hand.
pub fn of_table(columns: &[ColumnSpec], table: Table, images: ImageFormat) -> WriterProperties {
    // The privileged truth is large and seldom read: quick to write is worth more than small.
    let level = if table == Table::Data { 3 } else { 1 };
    let mut builder = basic(level);
    for spec in columns {
        let whole = ColumnPath::new(vec![spec.name.clone()]);
        let part = |part: &str| ColumnPath::new(vec![spec.name.clone(), part.to_string()]);
        builder = match (spec.dtype, &spec.extent) {
            (Dtype::Image, _) => {
                let builder = blob(builder, part("bytes"), spec)
                    .set_column_statistics_enabled(part("path"), EnabledStatistics::None);
                match images {
                    ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Qoi => {
                        builder.set_column_compression(part("bytes"), Compression::UNCOMPRESSED)
                    }
                    // `blobs` takes a level that is quicker still.
                    ImageFormat::Ppm => builder.set_column_compression(part("bytes"), zstd(1)),
                    // No column of this table.
                    ImageFormat::Mp4 => builder,
                }
            }
            (dtype, _) if dtype.is_raster() => blob(builder, whole, spec),
            (Dtype::Int64 | Dtype::Int32, Extent::Scalar | Extent::Fixed(1)) => builder
                .set_column_encoding(whole.clone(), Encoding::DELTA_BINARY_PACKED)
                .set_column_compression(whole, Compression::UNCOMPRESSED),
            (Dtype::Bool, Extent::Scalar | Extent::Fixed(1)) => {
                builder.set_column_compression(whole, Compression::UNCOMPRESSED)
            }
            (_, Extent::List(_)) => {
                let numbers = ["list", "element"].map(String::from);
                let path = ColumnPath::new([vec![spec.name.clone()], numbers.to_vec()].concat());
                builder.set_column_statistics_enabled(path, EnabledStatistics::None)
            }
            (Dtype::String, Extent::Scalar | Extent::Fixed(1)) => {
                builder.set_column_dictionary_enabled(whole, true)
            }
            _ => builder,
        };
    }
    builder.build()
}

/// Settings of the small tables of `meta/`.
pub fn of_meta() -> WriterProperties {
    // Hundreds of small columns: an index of their pages would be larger than they are, and a zstd context each would
    // cost more than all of their values. The JSON of the worlds is what is large.
    basic(3)
        .set_compression(Compression::UNCOMPRESSED)
        .set_column_compression(ColumnPath::new(vec!["world".to_string()]), zstd(3))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .build()
}

fn basic(level: i32) -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_created_by("terrella".to_string())
        // Pages of the second version are compressed where their values lie, without a copy of them.
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_encoding(Encoding::PLAIN)
        .set_compression(zstd(level))
        .set_dictionary_enabled(false)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(None)
}

fn zstd(level: i32) -> Compression {
    Compression::ZSTD(ZstdLevel::try_new(level).expect("zstd has the levels 1 to 22"))
}

fn blob(builder: WriterPropertiesBuilder, path: ColumnPath, spec: &ColumnSpec) -> WriterPropertiesBuilder {
    let picture = match spec.extent {
        Extent::Picture(height, width) => height * width * spec.dtype.channels() * spec.dtype.bytes(),
        _ => 0,
    };
    let page = PICTURES_OF_A_PAGE.saturating_mul(picture);
    builder
        .set_column_statistics_enabled(path.clone(), EnabledStatistics::None)
        .set_column_data_page_size_limit(
            path,
            page.clamp(LEAST_PICTURE_PAGE_BYTES, MOST_PICTURE_PAGE_BYTES),
        )
}
