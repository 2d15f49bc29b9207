//! Counters by one or two labels whose values are all known beforehand.

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::exemplar::Exemplar;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::stripe::{self, STRIPES};

/// A counter for each row and column. Those at zero are not written: most never leave it.
#[derive(Clone, Debug)]
pub struct CounterTable(Arc<Cells>);

#[derive(Debug)]
struct Cells {
    /// Of the rows and of the columns; an empty one is not written.
    labels: [&'static str; 2],
    rows: Vec<&'static str>,
    columns: Vec<&'static str>,
    /// For each stripe one for each row and column.
    counts: [Vec<AtomicU64>; STRIPES],
}

const NO_EXEMPLAR: Option<&Exemplar<NoLabelSet, u64>> = None;

impl CounterTable {
    pub(super) fn new(
        labels: [&'static str; 2],
        rows: Vec<&'static str>,
        columns: Vec<&'static str>,
    ) -> Self {
        let count = rows.len().saturating_mul(columns.len());
        let zeros = || std::iter::repeat_with(|| AtomicU64::new(0)).take(count).collect();
        let counts = std::array::from_fn(|_| zeros());
        Self(Arc::new(Cells { labels, rows, columns, counts }))
    }

    pub(super) fn add(&self, row: usize, column: usize) {
        let index = row.saturating_mul(self.0.columns.len()).saturating_add(column);
        if let Some(count) = self.0.counts.get(stripe::own()).and_then(|own| own.get(index)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl EncodeMetric for CounterTable {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Cells { labels, rows, columns, counts } = &*self.0;
        let names = rows.iter().flat_map(|row| columns.iter().map(move |column| [*row, *column]));
        for (index, names) in names.enumerate() {
            let stripes = counts.iter().filter_map(|stripe| stripe.get(index));
            let count: u64 = stripes.map(|count| count.load(Ordering::Relaxed)).sum();
            if count > 0 {
                let pairs = labels.iter().zip(names).filter(|(label, _)| !label.is_empty());
                let pairs: Vec<(&str, &str)> = pairs.map(|(label, name)| (*label, name)).collect();
                encoder.encode_family(&pairs)?.encode_counter(&count, NO_EXEMPLAR)?;
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}
