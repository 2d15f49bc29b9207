//! The last commit, held ready for reading.

use redb::{Database, ReadableDatabase};

use super::super::LedgerError;
use super::tables::ReadTables;

/// A consistent state of the whole store. Opening tables costs as much as looking something up,
/// so each commit does it once, for everybody.
#[derive(Debug)]
pub struct View {
    pub(super) tables: ReadTables,
    pub(super) version: u64,
}

impl View {
    pub(super) fn open(database: &Database, version: u64) -> Result<Self, LedgerError> {
        let read = database.begin_read()?;
        Ok(Self { tables: ReadTables::open(&read)?, version })
    }
}
