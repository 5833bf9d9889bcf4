//! Makes a damaged dataset whole: exactly what is bad is made again, and the rest is not touched.
//!
//! **Invariant:** what is made again has the bytes it had; a folder that was repaired is that of an undisturbed run.

use crate::batch::Work;
use crate::error::AppError;
use crate::folder;
use crate::kit::RunKit;
use crate::verify::Verification;
use std::collections::BTreeSet;
use std::fs;
use terrella_exporters::check::{Fault, Finding};
use terrella_exporters::publish::publish_bytes;

/// What has to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Shards that are made again.
    pub shards: BTreeSet<u64>,
    /// True when what describes the whole is made again.
    pub describe: bool,
    /// Files that belong to nothing, from the dataset's folder.
    pub remove: Vec<String>,
    /// True when the run file is written again.
    run_file: bool,
}

impl Repair {
    /// What mends these findings. Episodes that differ though every byte is as it was written cannot be mended.
    pub fn of(verification: &Verification) -> Self {
        let mut repair = Repair::default();
        for Finding { path, shard, fault } in &verification.findings {
            match (shard, fault) {
                (_, Fault::Unknown) => repair.remove.push(path.clone()),
                (Some(shard), _) => {
                    repair.shards.insert(*shard);
                }
                (None, _) if path == folder::RUN_FILE => repair.run_file = true,
                (None, _) => repair.describe = true,
            }
        }
        repair
    }

    /// Does what takes no worlds, and says what is left to do for a batch.
    pub fn begin(self, kit: &RunKit, verification: &Verification) -> Result<Work, AppError> {
        let remakes = !self.shards.is_empty() || self.describe;
        if let (true, Some((name, theirs, ours))) = (remakes, &verification.other_version) {
            return Err(AppError::run(
                "versions",
                format!(
                    "the dataset was made by {name} {theirs}, this is {ours}: only that version gives the same bytes"
                ),
            ));
        }
        let root = &kit.dataset.root;
        if self.run_file {
            publish_bytes(&root.join(folder::RUN_FILE), &folder::run_text(&kit.dataset.run))?;
        }
        let lock = folder::take(&kit.dataset, None)?;
        for path in &self.remove {
            let path = root.join(path);
            fs::remove_file(&path).map_err(|source| terrella_exporters::ExportError::Io {
                operation: "remove",
                path,
                source,
            })?;
        }
        // The batch takes it again.
        drop(lock);
        Ok(Work::Repair {
            shards: self.shards,
            describe: self.describe,
        })
    }
}
