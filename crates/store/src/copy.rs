//! Rows in PostgreSQL's binary COPY format.

use sqlx::postgres::PgConnection;

use crate::text::clean;

/// Rows waiting to be sent are sent at this size.
const FLUSH_BYTES: usize = 1 << 20;

/// The number PostgreSQL has for the type `text`.
const TEXT_OID: u32 = 25;

/// A COPY into one table: rows are written field by field, in the order of the statement's columns.
pub(crate) struct Rows<'c> {
    copy: sqlx::postgres::PgCopyIn<&'c mut PgConnection>,
    buffer: Vec<u8>,
}

impl<'c> Rows<'c> {
    /// Begins `COPY … FROM STDIN (FORMAT binary)`.
    pub(crate) async fn begin(
        connection: &'c mut PgConnection,
        statement: &str,
    ) -> Result<Self, sqlx::Error> {
        let copy = connection.copy_in_raw(statement).await?;
        let mut buffer = Vec::with_capacity(FLUSH_BYTES + FLUSH_BYTES / 4);
        buffer.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
        buffer.extend_from_slice(&[0; 8]);
        Ok(Self { copy, buffer })
    }

    /// Begins a row of that many fields, and sends what has gathered.
    pub(crate) async fn row(&mut self, fields: i16) -> Result<Fields<'_>, sqlx::Error> {
        if self.buffer.len() >= FLUSH_BYTES {
            self.copy.send(self.buffer.as_slice()).await?;
            self.buffer.clear();
        }
        self.buffer.extend_from_slice(&fields.to_be_bytes());
        Ok(Fields(&mut self.buffer))
    }

    /// Sends the rest and ends the COPY.
    pub(crate) async fn finish(mut self) -> Result<(), sqlx::Error> {
        self.buffer.extend_from_slice(&(-1_i16).to_be_bytes());
        self.copy.send(self.buffer.as_slice()).await?;
        self.copy.finish().await?;
        Ok(())
    }
}

/// The fields of a row: each its length in bytes, then its value, big-endian.
pub(crate) struct Fields<'b>(&'b mut Vec<u8>);

impl Fields<'_> {
    pub(crate) fn int8(&mut self, value: i64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn int4(&mut self, value: i32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn boolean(&mut self, value: bool) -> &mut Self {
        self.bytes(&[u8::from(value)])
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.length(value.len());
        self.0.extend_from_slice(value);
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.bytes(clean(value).as_bytes())
    }

    pub(crate) fn optional_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// A `text[]`: number of dimensions, whether it has nulls, type, length and lower bound.
    pub(crate) fn texts(&mut self, values: &[String]) -> &mut Self {
        let start = self.open();
        let dimensions = i32::from(!values.is_empty());
        self.0.extend_from_slice(&dimensions.to_be_bytes());
        self.0.extend_from_slice(&0_i32.to_be_bytes());
        self.0.extend_from_slice(&TEXT_OID.to_be_bytes());
        if dimensions == 1 {
            self.length(values.len());
            self.0.extend_from_slice(&1_i32.to_be_bytes());
            for value in values {
                self.text(value);
            }
        }
        self.close(start)
    }

    fn null(&mut self) -> &mut Self {
        self.0.extend_from_slice(&(-1_i32).to_be_bytes());
        self
    }

    fn length(&mut self, length: usize) {
        self.0.extend_from_slice(&(length as i32).to_be_bytes());
    }

    /// Begins a field whose length is known only at its end.
    fn open(&mut self) -> usize {
        self.length(0);
        self.0.len()
    }

    fn close(&mut self, start: usize) -> &mut Self {
        let length = (self.0.len() - start) as i32;
        self.0[start - 4..start].copy_from_slice(&length.to_be_bytes());
        self
    }
}
