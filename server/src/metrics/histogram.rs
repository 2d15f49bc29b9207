//! Histograms that count without a lock.

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::stripe::{self, STRIPES};

/// Most bounds of a histogram.
const BOUNDS_MAX: usize = 12;

/// How many values lie at or below each bound.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// How many of a value make one of what is written.
    per_unit: f64,
    stripes: [Stripe; STRIPES],
}

/// What one thread, or a few, have seen. Aligned so that no two share what cores fetch at once.
#[derive(Debug)]
#[repr(align(128))]
struct Stripe {
    /// One for each bound, and the last one for what lies above them all.
    counts: [AtomicU64; BOUNDS_MAX + 1],
    sum: AtomicU64,
}

impl Stripe {
    const fn new() -> Self {
        let counts = [const { AtomicU64::new(0) }; BOUNDS_MAX + 1];
        Self { counts, sum: AtomicU64::new(0) }
    }
}

impl Histogram {
    /// An empty one with at most [`BOUNDS_MAX`] bounds, the lowest first.
    pub(super) const fn new(bounds: &'static [u64], per_unit: f64) -> Self {
        Self { bounds, per_unit, stripes: [const { Stripe::new() }; STRIPES] }
    }

    pub(super) fn observe(&self, value: u64) {
        let bucket = self.bounds.iter().position(|bound| value <= *bound);
        let Some(stripe) = self.stripes.get(stripe::own()) else { return };
        if let Some(count) = stripe.counts.get(bucket.unwrap_or(BOUNDS_MAX)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        stripe.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// The counts of all stripes.
    fn counts(&self) -> [u64; BOUNDS_MAX + 1] {
        std::array::from_fn(|bucket| {
            let counts = self.stripes.iter().filter_map(|stripe| stripe.counts.get(bucket));
            counts.map(|count| count.load(Ordering::Relaxed)).sum()
        })
    }

    fn is_empty(&self) -> bool {
        self.counts().iter().all(|count| *count == 0)
    }

    fn write(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counts = self.counts();
        let bounds = self.bounds.iter().map(|bound| as_float(*bound) / self.per_unit);
        let mut buckets: Vec<(f64, u64)> = bounds.zip(counts.iter().copied()).collect();
        buckets.push((f64::INFINITY, counts.last().copied().unwrap_or_default()));
        let sums = self.stripes.iter().map(|stripe| stripe.sum.load(Ordering::Relaxed));
        let sum = as_float(sums.sum()) / self.per_unit;
        encoder.encode_histogram::<NoLabelSet>(sum, counts.iter().sum(), &buckets, None)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a graph has fewer digits than a float")]
fn as_float(value: u64) -> f64 {
    value as f64
}

impl EncodeMetric for &'static Histogram {
    fn encode(&self, encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        self.write(encoder)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

/// A histogram for each value of a label, all known beforehand. Empty ones are not written.
#[derive(Clone, Debug)]
pub struct Histograms {
    label: &'static str,
    rows: Arc<[(&'static str, Histogram)]>,
}

impl Histograms {
    pub(super) fn new(
        label: &'static str,
        names: Vec<&'static str>,
        bounds: &'static [u64],
        per_unit: f64,
    ) -> Self {
        let rows = names.into_iter().map(|name| (name, Histogram::new(bounds, per_unit))).collect();
        Self { label, rows }
    }

    pub(super) fn observe(&self, row: usize, value: u64) {
        if let Some((_, histogram)) = self.rows.get(row) {
            histogram.observe(value);
        }
    }
}

impl EncodeMetric for Histograms {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        for (name, histogram) in self.rows.iter().filter(|(_, histogram)| !histogram.is_empty()) {
            histogram.write(encoder.encode_family(&[(self.label, *name)])?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
