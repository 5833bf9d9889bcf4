//! Statistics against a naive sort, and merging against measuring all rows at once.

use super::select::Quantiles;
use super::*;
use arrow::array::{BooleanArray, FixedSizeListArray, Float32Array, Int64Array, StringArray};
use arrow::datatypes::DataType;
use proptest::prelude::*;
use std::sync::Arc;

fn naive_quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = (sorted.len() - 1) as f64 * q;
    let low = sorted[position.floor() as usize];
    let high = sorted[position.ceil() as usize];
    low + (high - low) * (position - position.floor())
}

fn merged(columns: &[ArrayRef]) -> Summary {
    let mut summaries = columns.iter().map(|column| measure(column).unwrap().unwrap().0);
    let mut first = summaries.next().unwrap();
    summaries.for_each(|next| first.merge(&next));
    first
}

fn all_rows(columns: &[ArrayRef]) -> FeatureStats {
    match merged(columns) {
        Summary::Pictures(pictures) => pictures.stats(),
        Summary::Numbers(numbers) => {
            let mut quantiles = Quantiles::new(&numbers);
            let mut passes = 0;
            while !quantiles.is_done() {
                columns.iter().for_each(|column| quantiles.feed(column));
                quantiles.end_pass();
                passes += 1;
            }
            assert!(passes <= 6);
            numbers.stats(quantiles.values())
        }
    }
}

#[track_caller]
fn check(stats: &FeatureStats, element: usize, values: &[f64]) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let std = (values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum::<f64>()
        / count)
        .sqrt();
    let scale = values
        .iter()
        .fold(1e-30_f64, |largest, value| largest.max(value.abs()));
    assert_eq!(
        stats.min[element],
        values.iter().copied().fold(f64::INFINITY, f64::min)
    );
    assert_eq!(
        stats.max[element],
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    );
    assert!(
        (stats.mean[element] - mean).abs() <= 1e-12 * scale,
        "{} is not {mean}",
        stats.mean[element]
    );
    assert!(
        (stats.std[element] - std).abs() <= 1e-7 * scale,
        "{} is not {std}",
        stats.std[element]
    );
    for (index, (name, q)) in QUANTILES.iter().enumerate() {
        assert_eq!(
            stats.quantiles[index][element],
            naive_quantile(values, *q),
            "{name}"
        );
    }
}

proptest! {
    #[test]
    fn numbers_equal_a_naive_sort(
        episodes in prop::collection::vec(prop::collection::vec([-1e6f32..1e6, -1e-3f32..1e-3], 1..40), 1..6)
    ) {
        let columns: Vec<ArrayRef> = episodes
            .iter()
            .map(|rows| {
                let numbers: Vec<f32> = rows.iter().flatten().copied().collect();
                let child = crate::schema::element(DataType::Float32);
                Arc::new(FixedSizeListArray::new(child, 2, Arc::new(Float32Array::from(numbers)), None)) as ArrayRef
            })
            .collect();
        let stats = all_rows(&columns);
        for element in 0..2 {
            let values: Vec<f64> = episodes.iter().flatten().map(|row| f64::from(row[element])).collect();
            check(&stats, element, &values);
        }
        let (_, first) = measure(&columns[0]).unwrap().unwrap();
        let values: Vec<f64> = episodes[0].iter().map(|row| f64::from(row[0])).collect();
        check(&first, 0, &values);
    }

    #[test]
    fn integers_equal_a_naive_sort(values in prop::collection::vec(any::<i64>(), 1..200), small in any::<bool>()) {
        let values: Vec<i64> = values.into_iter().map(|value| if small { value % 5 } else { value }).collect();
        let column: ArrayRef = Arc::new(Int64Array::from(values.clone()));
        let values: Vec<f64> = values.into_iter().map(|value| value as f64).collect();
        check(&all_rows(&[column]), 0, &values);
    }

    #[test]
    fn pictures_equal_a_naive_sort(
        episodes in prop::collection::vec(prop::collection::vec(any::<[u8; 12]>(), 1..8), 1..4)
    ) {
        check_pictures(&episodes)?;
    }

    /// Of 100 pixels each, most of which are as they were in the picture before.
    #[test]
    fn pictures_that_change_a_little_equal_a_naive_sort(
        start in prop::collection::vec(any::<u8>(), 300),
        changes in prop::collection::vec(prop::collection::vec((0..300_usize, any::<u8>()), 0..9), 0..12),
    ) {
        let mut frames = vec![start];
        for change in changes {
            let mut frame = frames[frames.len() - 1].clone();
            change.into_iter().for_each(|(place, byte)| frame[place] = byte);
            frames.push(frame);
        }
        check_pictures(&[frames])?;
    }
}

fn check_pictures<T: AsRef<[u8]>>(episodes: &[Vec<T>]) -> Result<(), TestCaseError> {
    let columns: Vec<ArrayRef> = episodes
        .iter()
        .map(|frames| Arc::new(BinaryArray::from_iter_values(frames.iter())) as ArrayRef)
        .collect();
    let stats = all_rows(&columns);
    prop_assert_eq!(stats.count as usize, episodes.iter().map(Vec::len).sum::<usize>());
    for channel in 0..3 {
        let bytes = episodes
            .iter()
            .flatten()
            .flat_map(|frame| frame.as_ref().iter().skip(channel).step_by(3));
        let values: Vec<f64> = bytes.map(|byte| f64::from(*byte) / 255.0).collect();
        check(&stats, channel, &values);
    }
    Ok(())
}

#[test]
fn a_constant_column_has_no_deviation() {
    let column: ArrayRef = Arc::new(Float32Array::from(vec![0.1; 97]));
    let stats = all_rows(&[column.clone(), column]);
    assert_eq!(stats.std, [0.0]);
    assert_eq!(stats.mean, stats.min);
    assert_eq!(stats.count, 194);
}

#[test]
fn booleans_are_zero_and_one() {
    let column: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, false, false]));
    check(&all_rows(&[column]), 0, &[1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn texts_have_no_statistics_and_nan_is_refused() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    assert_eq!(measure(&texts), Ok(None));
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -f32::NAN] {
        let column: ArrayRef = Arc::new(Float32Array::from(vec![1.0, bad]));
        assert_eq!(measure(&column), Err(NotFinite));
    }
}

#[test]
fn summaries_survive_json_bit_for_bit() {
    let column: ArrayRef = Arc::new(Float32Array::from(vec![0.1, 1.0 / 3.0, -7.7e-9]));
    let pictures: ArrayRef = Arc::new(BinaryArray::from_iter_values([[1u8, 2, 3]]));
    for summary in [merged(&[column]), merged(&[pictures])] {
        let text = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
    }
}

#[test]
fn pictures_have_the_shape_of_channels() {
    let pictures: ArrayRef = Arc::new(BinaryArray::from_iter_values([[0u8, 255, 51]]));
    let (_, stats) = measure(&pictures).unwrap().unwrap();
    assert_eq!(stats.to_json()["mean"], json!([[[0.0]], [[1.0]], [[0.2]]]));
    assert_eq!(stats.to_json()["count"], json!([1]));
}

/// The sum of many equal seeds near 2^62 is rounded, and its quotient was not the seed: a deviation of 3072.
#[test]
fn a_constant_column_of_large_numbers_has_no_deviation() {
    for rows in [20, 31, 80, 101] {
        let seeds: ArrayRef = Arc::new(Int64Array::from(vec![3_141_592_653_589_793_239; rows]));
        let (_, stats) = measure(&seeds).expect("finite").expect("numbers");
        assert_eq!(stats.std, [0.0], "{rows} rows");
        assert_eq!(stats.min, stats.mean, "{rows} rows");
    }
}

/// More rows than are gathered at once: the digits are counted first.
#[test]
fn many_rows_equal_a_naive_sort() {
    let mut state = 1u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 11
    };
    for spread in [1, 3, 1 << 20, 1 << 52] {
        let values: Vec<i64> = (0..60_000).map(|_| (next() % spread) as i64 - 7).collect();
        let columns = values
            .chunks(7_000)
            .map(|chunk| Arc::new(Int64Array::from(chunk.to_vec())) as ArrayRef);
        let stats = all_rows(&columns.collect::<Vec<_>>());
        check(
            &stats,
            0,
            &values.iter().map(|value| *value as f64).collect::<Vec<_>>(),
        );
    }
    // Half of the numbers are equal, the others crowd around zero.
    let values: Vec<f32> = (0..60_000)
        .map(|row| {
            if row % 2 == 0 {
                0.5
            } else {
                1.0 / (next() % 1000 + 1) as f32
            }
        })
        .collect();
    let column: ArrayRef = Arc::new(Float32Array::from(values.clone()));
    check(
        &all_rows(&[column]),
        0,
        &values.iter().map(|value| f64::from(*value)).collect::<Vec<_>>(),
    );
}

/// Learners subtract the mean of a matrix from it: the shapes are the same.
#[test]
fn statistics_of_matrices_are_matrices() {
    let numbers = Float32Array::from_iter_values((0..12).map(|number| number as f32));
    let items = FixedSizeListArray::new(
        crate::schema::element(DataType::Float32),
        3,
        Arc::new(numbers),
        None,
    );
    let item = crate::schema::element(items.data_type().clone());
    let rows: ArrayRef = Arc::new(FixedSizeListArray::new(item, 2, Arc::new(items), None));
    let (_, stats) = measure(&rows).unwrap().unwrap();
    check(&stats, 4, &[4.0, 10.0]);
    assert_eq!(stats.to_json()["min"], json!([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]));
    assert_eq!(all_rows(&[rows]), stats);
}
