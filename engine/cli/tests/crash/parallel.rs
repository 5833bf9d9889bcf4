//! Many cases on all cores.

use std::sync::Mutex;

/// Does `work` for each case, on all cores; gives the results in the order of the cases.
pub fn map<T: Sync, R: Send>(cases: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let next = Mutex::new(cases.iter().enumerate());
    let take = || next.lock().expect("no panic while it is held").next();
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let worker = || {
            std::iter::from_fn(take)
                .map(|(index, case)| (index, work(case)))
                .collect::<Vec<_>>()
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .flat_map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Fails with what is wrong with each case, if anything is.
#[track_caller]
pub fn assert_none_wrong(cases: usize, wrong: Vec<String>) {
    assert!(
        wrong.is_empty(),
        "{} things wrong in {cases} cases:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}
