//! The columns of a shard, and texts in and out of them.
//!
//! Parquet stores a nested column as flat values with a definition level (how much of the path is
//! there) and a repetition level (0 where a row begins); see the Dremel paper, Melnik et al. 2010.

use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::RowGroupReader;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;

/// The form that Arrow, and so Hugging Face's `datasets`, writes.
const SCHEMA: &str = "message schema {
    optional group image { optional binary bytes; optional binary path (STRING); }
    optional group captions (LIST) { repeated group list { optional binary element (STRING); } }
    optional binary split (STRING);
    optional binary source (STRING);
}";
/// Tells `datasets` to decode the bytes into a picture.
const FEATURES: &str = r#"{"info": {"features": {"image": {"_type": "Image"}, "captions": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"}, "split": {"dtype": "string", "_type": "Value"}, "source": {"dtype": "string", "_type": "Value"}}}}"#;

/// A leaf of the schema.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    Bytes,
    Path,
    Captions,
    Split,
    Source,
}

impl Column {
    /// The definition level of a value that is there: the optional and repeated parts of its path.
    fn full(self) -> i16 {
        match self {
            Self::Bytes | Self::Path => 2,
            Self::Captions => 3,
            Self::Split | Self::Source => 1,
        }
    }
}

/// The schema.
pub fn schema() -> Result<TypePtr> {
    Ok(Arc::new(parse_message_type(SCHEMA)?))
}

/// Plain values: photos are compressed already, and captions weigh nothing beside them.
pub fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_created_by("showtell".to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .set_encoding(Encoding::PLAIN)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        // Photos are large: a page is looked at after each few of them.
        .set_write_batch_size(8)
        .set_key_value_metadata(Some(vec![KeyValue::new("huggingface".to_owned(), FEATURES.to_owned())]))
        .build()
}

/// Writes the next column of a row group: the values of each row.
pub fn write<W: std::io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    column: Column,
    rows: impl Iterator<Item = Vec<ByteArray>>,
) -> Result<()> {
    let (mut values, mut definitions, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        for (place, value) in row.into_iter().enumerate() {
            repetitions.push(i16::from(place > 0));
            definitions.push(column.full());
            values.push(value);
        }
    }
    let mut writer = group
        .next_column()?
        .ok_or_else(|| ParquetError::General("the schema has no more columns".to_owned()))?;
    let repetitions = matches!(column, Column::Captions).then_some(repetitions.as_slice());
    writer.typed::<ByteArrayType>().write_batch(&values, Some(&definitions), repetitions)?;
    writer.close()
}

/// Reads a column of a row group: the values of each row. Absent values are left out.
pub fn read(group: &dyn RowGroupReader, column: Column) -> Result<Vec<Vec<ByteArray>>> {
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
    let ColumnReader::ByteArrayColumnReader(mut reader) = group.get_column_reader(column as usize)? else {
        return Err(ParquetError::General(format!("column {column:?} holds no bytes")));
    };
    let (mut values, mut definitions, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
    let (read, ..) =
        reader.read_records(rows, Some(&mut definitions), Some(&mut repetitions), &mut values)?;
    if read != rows {
        return Err(ParquetError::General(format!("column {column:?} ends after {read} of {rows} rows")));
    }
    let listed = matches!(column, Column::Captions);
    let mut values = values.into_iter();
    let mut found: Vec<Vec<ByteArray>> = Vec::with_capacity(rows);
    for (place, &definition) in definitions.iter().enumerate() {
        if !listed || repetitions[place] == 0 {
            found.push(Vec::new());
        }
        if definition == column.full()
            && let (Some(row), Some(value)) = (found.last_mut(), values.next())
        {
            row.push(value);
        }
    }
    Ok(found)
}
