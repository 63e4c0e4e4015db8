//! `skywarden generate`

use std::process::ExitCode;

use skywarden_generator::artifacts::{self, Difference, DifferenceKind, Rendered};

use crate::{
    args::GenerateArgs,
    project,
    terminal::{Failed, say, warn},
};

/// Writes the assembly, or checks it.
pub(crate) fn run(args: &GenerateArgs) -> Result<ExitCode, Failed> {
    let Rendered { files, stacks, resources, .. } = project::assemble(&args.config)?.rendered;
    let stacks = stacks.len();
    if args.check {
        let differences = artifacts::check(&args.out, &files);
        if differences.is_empty() {
            say(&format!("{} is current: {stacks} stacks, {resources} resources", args.out.display()));
            return Ok(ExitCode::SUCCESS);
        }
        for difference in &differences {
            warn(&format!("{}/{difference}", args.out.display()));
        }
        warn(&format!("error: {} is not what the config says\nhint: {}", args.out.display(), hint(&differences)));
        return Err(Failed::Shown);
    }
    let written = artifacts::write(&args.out, &files).map_err(|error| Failed::Because(error.to_string()))?;
    say(&format!(
        "{}: {stacks} stacks, {resources} resources ({} files new, {} changed, {} removed, {} as they were)",
        args.out.display(),
        written.created.len(),
        written.replaced.len(),
        written.removed.len(),
        written.unchanged.len()
    ));
    Ok(ExitCode::SUCCESS)
}

/// What makes the directory what it should be. `generate` alone does not when somebody else's files lie in it.
fn hint(differences: &[Difference]) -> &'static str {
    let foreign = differences.iter().filter(|difference| difference.kind == DifferenceKind::Foreign).count();
    match (foreign, differences.len() - foreign) {
        (0, _) => "run `skywarden generate` and review the change",
        (_, 0) => "move away what is not part of the assembly; `skywarden generate` leaves it where it is",
        _ => "move away what is not part of the assembly, then run `skywarden generate` and review the change",
    }
}
