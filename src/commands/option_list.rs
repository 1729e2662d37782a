//! The options of `certify`, `plan` and `replay` as data.
//!
//! In: the fields of [`Options`]. Out: a row for each option, for the tables of the documents. Nothing is said twice: the help is
//! that of the command line, and the keys are those that the reader of the file takes.

use clap::{Args, Command};

use super::{accounts::SECRET_VARIABLE, configuration, options::Options};

/// An option, or what stands in the environment or the file alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionRow {
    /// On the command line, such as `--seed`.
    pub flag: Option<String>,
    /// What its value looks like, such as `N`; none for a switch.
    pub value: Option<String>,
    /// The words that its value is chosen from, each with its meaning; none where any value will do.
    pub choices: Vec<(String, String)>,
    /// What holds where it is not said.
    pub default: Option<String>,
    /// The variable of the environment.
    pub variable: Option<String>,
    /// The key in `touchmark.toml`.
    pub key: Option<String>,
    /// What it is for.
    pub help: String,
}

/// Every option, in the order of the help, then what has no place on a command line.
#[must_use]
pub fn option_list() -> Vec<OptionRow> {
    let keys = configuration::keys::<Options>();
    let command = Options::augment_args(Command::new("touchmark"));
    let mut rows: Vec<OptionRow> = command
        .get_arguments()
        .map(|option| {
            let takes_value = option.get_action().takes_values();
            let value = option.get_value_names().and_then(|names| names.first());
            OptionRow {
                flag: option.get_long().map(|name| format!("--{name}")),
                value: value.filter(|_| takes_value).map(ToString::to_string),
                choices: option
                    .get_possible_values()
                    .iter()
                    .filter(|_| takes_value)
                    .map(|one| (one.get_name().to_owned(), one.get_help().map(ToString::to_string).unwrap_or_default()))
                    .collect(),
                default: option
                    .get_default_values()
                    .first()
                    .filter(|_| takes_value)
                    .map(|text| text.to_string_lossy().into_owned()),
                variable: option.get_env().map(|name| name.to_string_lossy().into_owned()),
                key: keys.iter().find(|key| option.get_id() == **key).map(|key| (*key).to_owned()),
                help: option.get_help().map(ToString::to_string).unwrap_or_default(),
            }
        })
        .collect();
    let besides = |variable: Option<&str>, key: Option<&str>, help: &str| OptionRow {
        flag: None,
        value: None,
        choices: Vec::new(),
        default: None,
        variable: variable.map(str::to_owned),
        key: key.map(str::to_owned),
        help: help.to_owned(),
    };
    rows.push(besides(Some(SECRET_VARIABLE), None, "OAuth client secret of the main account"));
    rows.push(besides(None, Some("fixtures"), "What is known of the target and no documented call tells, by name"));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_says_what_it_is_for_and_every_key_has_a_row() {
        let rows = option_list();
        for row in &rows {
            assert!(
                !row.help.is_empty() && (row.flag.is_some() || row.variable.is_some() || row.key.is_some()),
                "{row:?}"
            );
        }
        for key in configuration::keys::<Options>() {
            assert!(rows.iter().any(|row| row.key.as_deref() == Some(key)), "no row for {key}");
        }
        let of = |flag: &str| rows.iter().find(|row| row.flag.as_deref() == Some(flag)).unwrap();
        assert_eq!((of("--seed").key.as_deref(), of("--seed").default.as_deref()), (Some("seed"), Some("0")));
        assert_eq!((of("--insecure").value.as_deref(), of("--insecure").default.as_deref()), (None, None));
        assert_eq!((of("--target").variable.as_deref(), of("--config").key.as_deref()), (Some("BT_API_HOST"), None));
        assert_eq!(of("--allow").choices.len(), 3);
    }
}
