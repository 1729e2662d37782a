//! `touchmark completions` and `touchmark man`: what shells and `man` know of the command line.
//!
//! In: the command line itself. Out: a script for a shell, or a page for each command.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Command, ValueEnum};

use super::{Failure, exit, files::write_whole, print};
use crate::report::plural;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Manual {
    /// The folder; it is made where there is none
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Fish,
    Zsh,
}

/// Prints the completions of a command line for a shell.
pub(super) fn completions(arguments: &Completions, mut command: Command) -> Result<u8, Failure> {
    let shell = match arguments.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Zsh => clap_complete::Shell::Zsh,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "touchmark", &mut script);
    print(&String::from_utf8_lossy(&script));
    Ok(exit::CONFORMANT)
}

/// Writes a page for a command line and for each of its commands.
pub(super) fn manual(arguments: &Manual, mut command: Command) -> Result<u8, Failure> {
    let folder = &arguments.folder;
    let fault = |error: std::io::Error| {
        Failure::usage(format!("{}: {error}\n  name a folder that can be written to, such as man1", folder.display()))
    };
    fs::create_dir_all(folder).map_err(fault)?;
    command.build();
    let count = pages(folder, &command, "touchmark").map_err(fault)?;
    print(&format!("{} in {}\n", plural(count, "page"), folder.display()));
    Ok(exit::CONFORMANT)
}

/// Writes the pages of a command and those below it; their count.
fn pages(folder: &Path, command: &Command, name: &str) -> std::io::Result<usize> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name).render(&mut page)?;
    write_whole(&folder.join(format!("{name}.1")), &page)?;
    let below = command.get_subcommands().filter(|one| one.get_name() != "help");
    below
        .map(|one| pages(folder, one, &format!("{name}-{}", one.get_name())))
        .sum::<std::io::Result<usize>>()
        .map(|n| n + 1)
}
