//! Completions and manual pages, made from the same definitions as the help.

use super::{Cli, Exit, fail};
use clap::{Args, CommandFactory};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CompletionArguments {
    /// The shell
    shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArguments {
    /// Write dateline.1 and a page for each command into this folder, instead of printing dateline.1
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub fn completions(arguments: CompletionArguments) -> Exit {
    clap_complete::generate(arguments.shell, &mut Cli::command(), "dateline", &mut std::io::stdout());
    Exit::Fine
}

pub fn man(arguments: ManArguments) -> Exit {
    let command = Cli::command();
    let result = match &arguments.out {
        Some(folder) => clap_mangen::generate_to(command, folder),
        None => clap_mangen::Man::new(command).render(&mut std::io::stdout()),
    };
    match result {
        Ok(()) => Exit::Fine,
        Err(error) => fail(format!("the manual page cannot be written: {error}; does the folder exist?")),
    }
}
