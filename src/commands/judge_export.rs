//! `judge --export har=FILE`: what was judged, as a file for other programs.
//!
//! In: a journal. Out: the file, whole or not at all. What it holds was cleaned of secrets when it was recorded.

use super::{
    Failure,
    embedded::again,
    files::write_whole,
    judge_journal::Rejudged,
    judge_options::{Export, JudgeOptions},
};
use crate::{
    decode::time,
    report::{self, EMBEDDED},
};

/// Writes what was judged, where that is asked for, and says where it is.
pub(super) fn export(judged: &Rejudged, arguments: &JudgeOptions) -> Result<Option<String>, Failure> {
    let Some(Export(path)) = &arguments.export else { return Ok(None) };
    let fault = |says: String| {
        Failure::usage(format!(
            "--export har={}: it cannot be written: {says}\n  name a file in a folder that is there",
            path.display()
        ))
    };
    if path.is_dir() {
        return Err(fault("it is a folder".to_owned()));
    }
    let base = match judged.journal.head.target.as_str() {
        EMBEDDED => again(&[]).0,
        target if target.contains("://") => target.to_owned(),
        // Saved answers come from nowhere.
        _ => "http://localhost".to_owned(),
    };
    let instant = |ms: i64| {
        let second = time::in_utc(ms.div_euclid(1_000));
        format!("{}.{:03}Z", second.trim_end_matches('Z'), ms.rem_euclid(1_000))
    };
    let text = match arguments.lawful {
        true => report::lawful_har(&judged.spec, &judged.journal, &base, instant),
        false => report::har(&judged.journal, &base, instant),
    };
    write_whole(path, text.as_bytes()).map_err(|error| fault(error.to_string()))?;
    Ok(Some(format!("exchanges in {}", path.display())))
}
