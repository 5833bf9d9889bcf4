//! Columns of large binary values, pictures above all, written page by page.
//!
//! The Arrow writer copies such a value three times and takes new memory for every page, which shows in families whose physics is
//! cheap: a run of `catch_intercept` held 112 MiB, and holds 90. Here a value is copied once, into a page that is kept from row group
//! to row group, and the page is compressed into memory that is kept too. What stands in the file is what any Parquet reader takes:
//! plain values in data pages of the second version, zstd, an offset index, no statistics.
//!
//! **Invariant:** no value is missing: every row of a recorded column has its picture.

use arrow::array::BinaryArray;
use bytes::Bytes;
use parquet::basic::{Compression, ConvertedType, Encoding, Type, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;
use zstd::zstd_safe::{CParameter, compress_bound};

/// The level of zstd for raw pictures, whatever the settings say, which know no levels below 1.
const PICTURES: i32 = -2;

/// The binary logarithm of how many places zstd remembers of raw pictures. As many as a few pictures have, so that what a picture
/// shares with the one before is found; with the 2^13 of its quick levels a picture's own bytes take that one's places. Level -2 with
/// this is a seventh quicker than level 1 and writes files of the size of level -1 without.
const PICTURE_PLACES_LOG: u32 = 15;

/// What compresses pages, and memory for them, kept from chunk to chunk.
#[derive(Default)]
pub(super) struct Packer {
    compressor: Compressor<'static>,
    packed: Vec<u8>,
    spare: Vec<Vec<u8>>,
    /// Bytes of the largest chunk so far.
    chunk_bytes: usize,
}

impl Packer {
    fn pack(&mut self, values: &[u8], level: i32) -> Result<&[u8]> {
        self.compressor.set_compression_level(level)?;
        // 0: what belongs to the level.
        let places_log = if level == PICTURES { PICTURE_PLACES_LOG } else { 0 };
        self.compressor.set_parameter(CParameter::HashLog(places_log))?;
        self.packed.clear();
        self.packed.reserve(compress_bound(values.len()));
        self.compressor.compress_to_buffer(values, &mut self.packed)?;
        Ok(&self.packed)
    }
}

/// A column of a row group that is being written.
pub(super) struct BlobChunk {
    column: ColumnDescPtr,
    level: i32,
    page_bytes: usize,
    head: Vec<u8>,
    sink: TrackedWrite<Vec<u8>>,
    /// The values of the page that is being filled, each behind its length.
    values: Vec<u8>,
    /// How many those are, how many stand in pages, and how many bytes the latter are.
    in_page: u32,
    written: u64,
    uncompressed: usize,
    pages: OffsetIndexBuilder,
}

impl BlobChunk {
    /// The chunk of a column, where it is one that is written here: binary values under zstd. `head` is put before each value.
    pub(super) fn of(
        column: &ColumnDescPtr,
        properties: &WriterProperties,
        head: Option<&[u8]>,
        packer: &mut Packer,
    ) -> Option<Self> {
        let path = column.path();
        let binary = column.physical_type() == Type::BYTE_ARRAY
            && column.logical_type_ref().is_none()
            && column.converted_type() == ConvertedType::NONE
            && column.max_rep_level() == 0;
        let Compression::ZSTD(level) = properties.compression(path) else {
            return None;
        };
        let is_picture = path.parts().last().is_some_and(|part| part == "bytes");
        binary.then(|| BlobChunk {
            level: if is_picture {
                PICTURES
            } else {
                level.compression_level()
            },
            page_bytes: properties.column_data_page_size_limit(path),
            column: column.clone(),
            head: head.unwrap_or_default().to_vec(),
            sink: TrackedWrite::new(Vec::with_capacity(packer.chunk_bytes)),
            values: packer.spare.pop().unwrap_or_default(),
            in_page: 0,
            written: 0,
            uncompressed: 0,
            pages: OffsetIndexBuilder::new(),
        })
    }

    pub(super) fn write(&mut self, values: &BinaryArray, packer: &mut Packer) -> Result<()> {
        for value in values {
            let value = value.ok_or_else(|| ParquetError::General("a picture is missing".into()))?;
            let length = i32::try_from(self.head.len() + value.len())?;
            self.values.extend_from_slice(&length.to_le_bytes());
            self.values.extend_from_slice(&self.head);
            self.values.extend_from_slice(value);
            self.in_page += 1;
            if self.values.len() >= self.page_bytes {
                self.end_page(packer)?;
            }
        }
        Ok(())
    }

    fn end_page(&mut self, packer: &mut Packer) -> Result<()> {
        if self.in_page == 0 {
            return Ok(());
        }
        let levels = all_there(self.in_page, self.column.max_def_level());
        let bytes = [&levels, packer.pack(&self.values, self.level)?].concat();
        let page = Page::DataPageV2 {
            buf: Bytes::from(bytes),
            num_values: self.in_page,
            encoding: Encoding::PLAIN,
            num_nulls: 0,
            num_rows: self.in_page,
            def_levels_byte_len: levels.len() as u32,
            rep_levels_byte_len: 0,
            is_compressed: true,
            statistics: None,
        };
        let page = CompressedPage::new(page, levels.len() + self.values.len());
        let spec = SerializedPageWriter::new(&mut self.sink).write_page(page)?;
        self.pages.append_row_count(i64::from(self.in_page));
        self.pages
            .append_offset_and_size(spec.offset as i64, i32::try_from(spec.compressed_size)?);
        self.uncompressed += spec.uncompressed_size;
        self.written += u64::from(self.in_page);
        self.in_page = 0;
        self.values.clear();
        Ok(())
    }

    /// The bytes of the chunk, and what the file says of them.
    pub(super) fn close(mut self, packer: &mut Packer) -> Result<(Bytes, ColumnCloseResult)> {
        self.end_page(packer)?;
        packer.spare.push(self.values);
        let bytes = self.sink.into_inner()?;
        packer.chunk_bytes = packer.chunk_bytes.max(bytes.len());
        let properties = ColumnChunkMetaData::builder(self.column)
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE])
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_num_values(self.written as i64)
            .set_data_page_offset(0);
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: self.written,
            metadata: properties.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(self.pages.build()),
        };
        Ok((Bytes::from(bytes), close))
    }
}

/// The definition levels of so many values of which none is missing: one run of the highest level.
fn all_there(count: u32, level: i16) -> Vec<u8> {
    if level == 0 {
        return Vec::new();
    }
    let mut bytes = Vec::new();
    let mut header = u64::from(count) << 1;
    while header >= 0x80 {
        bytes.push(header as u8 | 0x80);
        header >>= 7;
    }
    bytes.extend([header as u8, level as u8]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use parquet::arrow::arrow_reader::{
        ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
    };
    use parquet::file::metadata::PageIndexPolicy;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    const HEAD: &[u8] = b"head";

    /// Values of all lengths around those of pages, with runs of definition levels that take more than a byte.
    fn values(count: usize) -> Vec<Vec<u8>> {
        (0..count)
            .map(|row| vec![(row % 251) as u8; row * 7 % 90])
            .collect()
    }

    /// A file of one column in row groups of 700 rows and pages of 4 kB.
    fn written(schema: &str, values: &[Vec<u8>]) -> Bytes {
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).expect("a level")))
            .set_data_page_size_limit(4096)
            .build();
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).expect("memory");
        let mut packer = Packer::default();
        for rows in values.chunks(700) {
            let column = file.schema_descr().column(0);
            let properties = file.properties().clone();
            let mut chunk =
                BlobChunk::of(&column, &properties, Some(HEAD), &mut packer).expect("it is a blob");
            for piece in rows.chunks(60) {
                let piece = BinaryArray::from_iter_values(piece);
                chunk.write(&piece, &mut packer).expect("memory");
            }
            let (bytes, close) = chunk.close(&mut packer).expect("memory");
            let mut group = file.next_row_group().expect("memory");
            group.append_column(&bytes, close).expect("memory");
            group.close().expect("memory");
        }
        Bytes::from(file.into_inner().expect("memory"))
    }

    fn read(file: Bytes, only: Option<RowSelection>) -> Vec<Vec<u8>> {
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        let mut builder =
            ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).expect("sound");
        if let Some(only) = only {
            builder = builder.with_row_selection(only);
        }
        let mut found = Vec::new();
        for batch in builder.build().expect("sound") {
            let batch = batch.expect("sound");
            let column = batch.column(0);
            let column = column.as_struct_opt().map_or(column, |parts| parts.column(0));
            let body = |value: &[u8]| value.strip_prefix(HEAD).expect("a head").to_vec();
            found.extend(
                column
                    .as_binary::<i32>()
                    .iter()
                    .map(|value| body(value.expect("there"))),
            );
        }
        found
    }

    #[test]
    fn blobs_are_read_back_whole_and_by_pages() {
        for schema in [
            "message top { optional binary blob; }",
            "message top { required binary blob; }",
            "message top { optional group picture { optional binary bytes; } }",
        ] {
            let values = values(2000);
            let file = written(schema, &values);
            assert!(read(file.clone(), None) == values, "{schema}");
            let window = RowSelection::from(vec![
                RowSelector::skip(690),
                RowSelector::select(30),
                RowSelector::skip(900),
                RowSelector::select(5),
            ]);
            let wanted = [&values[690..720], &values[1620..1625]].concat();
            assert!(read(file, Some(window)) == wanted, "{schema}");
        }
    }

    #[test]
    fn texts_and_what_is_not_compressed_are_not_written_here() {
        let of = |schema: &str, compression: Compression| {
            let schema = Arc::new(parse_message_type(schema).expect("a schema"));
            let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
            let file = SerializedFileWriter::new(Vec::new(), schema, properties).expect("memory");
            let column = file.schema_descr().column(0);
            BlobChunk::of(&column, file.properties(), None, &mut Packer::default()).is_some()
        };
        let zstd = Compression::ZSTD(ZstdLevel::default());
        assert!(of("message top { optional binary blob; }", zstd));
        assert!(!of("message top { optional binary text (UTF8); }", zstd));
        assert!(!of("message top { optional int32 number; }", zstd));
        assert!(!of("message top { repeated binary blob; }", zstd));
        assert!(!of(
            "message top { optional binary blob; }",
            Compression::UNCOMPRESSED
        ));
    }
}
