//! A Parquet file being written: the columns of a row group side by side, then the row group.

use super::blobs::{BlobChunk, Packer};
use super::shard::Written;
use crate::commit::FileRecord;
use crate::content::ContentHash;
use crate::error::{At, ExportError};
use crate::publish::Publication;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::collections::BTreeMap;
use std::path::Path;

/// A Parquet file being written.
pub(super) struct TableFile {
    path: String,
    writer: SerializedFileWriter<Publication>,
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    /// What is put before the values of some columns, by their paths.
    heads: BTreeMap<String, Vec<u8>>,
    packer: Packer,
    /// The columns of the open row group, in the order of the file; none where none is open.
    open: Vec<OpenColumn>,
    pub(super) content: ContentHash,
    pub(super) rows: u64,
}

/// A column of the open row group.
enum OpenColumn {
    Arrow(Box<ArrowColumnWriter>),
    Blob(Box<BlobChunk>),
}

impl TableFile {
    pub(super) fn start(
        root: &Path,
        path: String,
        schema: SchemaRef,
        properties: WriterProperties,
    ) -> std::result::Result<Self, ExportError> {
        let file = root.join(&path);
        let publication = Publication::start(&file)?;
        // Without lists of a fixed size and without keys, the Parquet schema says as much as the Arrow schema does.
        let plain = |field: &FieldRef| !matches!(field.data_type(), DataType::FixedSizeList(..));
        let skip = schema.metadata().is_empty() && schema.fields().iter().all(plain);
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(skip);
        let (writer, factory) = ArrowWriter::try_new_with_options(publication, schema.clone(), options)
            .and_then(ArrowWriter::into_serialized_writer)
            .at("write", &file)?;
        Ok(TableFile {
            heads: BTreeMap::new(),
            path,
            writer,
            factory,
            schema,
            packer: Packer::default(),
            open: Vec::new(),
            content: ContentHash::default(),
            rows: 0,
        })
    }

    /// Puts these before the values of columns that are blobs.
    pub(super) fn with_heads(self, heads: BTreeMap<String, Vec<u8>>) -> Self {
        TableFile { heads, ..self }
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> std::result::Result<(), ExportError> {
        self.rows += batch.num_rows() as u64;
        let written = self.write_columns(batch);
        written.at("write", self.writer.inner().path())
    }

    fn write_columns(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        if self.open.is_empty() {
            self.open_row_group()?;
        }
        let mut open = self.open.iter_mut();
        for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
            for (part, leaf) in compute_leaves(field, column)?.iter().enumerate() {
                match open.next().expect("the schema has as many leaves") {
                    OpenColumn::Arrow(writer) => writer.write(leaf)?,
                    OpenColumn::Blob(chunk) => {
                        let values = column.as_struct_opt().map_or(column, |parts| parts.column(part));
                        chunk.write(values.as_binary(), &mut self.packer)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn open_row_group(&mut self) -> Result<()> {
        let writers = self
            .factory
            .create_column_writers(self.writer.flushed_row_groups().len())?;
        let columns = self.writer.schema_descr().columns();
        let properties = self.writer.properties();
        let open = writers.into_iter().zip(columns).map(|(writer, column)| {
            let head = self.heads.get(&column.path().string()).map(Vec::as_slice);
            match BlobChunk::of(column, properties, head, &mut self.packer) {
                Some(chunk) => Ok(OpenColumn::Blob(Box::new(chunk))),
                None if head.is_none() => Ok(OpenColumn::Arrow(Box::new(writer))),
                None => Err(ParquetError::General(format!(
                    "{} is to have heads and is no column of blobs",
                    column.path()
                ))),
            }
        });
        self.open = open.collect::<Result<_>>()?;
        Ok(())
    }

    /// Ends the open row group, if there is one.
    pub(super) fn end_row_group(&mut self) -> std::result::Result<(), ExportError> {
        let ended = self.close_row_group();
        ended.at("write", self.writer.inner().path())
    }

    fn close_row_group(&mut self) -> Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in self.open.drain(..) {
            match column {
                OpenColumn::Arrow(writer) => writer.close()?.append_to_row_group(&mut group)?,
                OpenColumn::Blob(chunk) => {
                    let (bytes, close) = chunk.close(&mut self.packer)?;
                    group.append_column(&bytes, close)?;
                }
            }
        }
        group.close()?;
        Ok(())
    }

    /// Bytes that stand in the file.
    pub(super) fn bytes_written(&self) -> usize {
        self.writer.bytes_written()
    }

    pub(super) fn close(mut self) -> std::result::Result<Written, ExportError> {
        self.end_row_group()?;
        let path = self.writer.inner().path().to_path_buf();
        let file = self.writer.into_inner().at("write", &path)?.close()?;
        let record = FileRecord {
            path: self.path,
            bytes: file.published().bytes,
            blake3: file.published().blake3.clone(),
            rows: Some(self.rows),
            content: Some(self.content.finish()),
        };
        Ok(Written { file, record })
    }
}
