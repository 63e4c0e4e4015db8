//! `skywarden package`

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::ExitCode};

use skywarden_generator::{artifacts, emit, model::names::Function};

use crate::{
    args::PackageArgs,
    project,
    terminal::{Failed, say},
};

/// Writes the deployable copy.
pub(crate) fn run(args: &PackageArgs) -> Result<ExitCode, Failed> {
    let model = project::assemble(&args.config)?.model;
    let mut programs = BTreeMap::new();
    let mut missing = Vec::new();
    let mut unfit = Vec::new();
    for function in Function::ALL {
        let path = args.binaries.join(function.as_str()).join("bootstrap");
        match fs::read(&path) {
            Ok(bytes) => {
                unfit.extend(artifacts::misfit(&bytes, model.architecture).map(|misfit| format!("{} {misfit}", path.display())));
                programs.insert(function, bytes);
            }
            Err(error) => missing.push(format!("cannot read {}: {}", path.display(), project::reason(&error))),
        }
    }
    let architecture = model.architecture.as_str();
    let build = format!(
        "`cargo lambda build --profile lambda --{} -p metrics-extractor -p error-classifier -p alert-notifier`, and name their directory with --binaries",
        architecture.replace('_', "-")
    );
    if !missing.is_empty() {
        return Err(Failed::with_hint(missing.join("\n"), &format!("build the functions first: {build}")));
    }
    if !unfit.is_empty() {
        let hint = format!("the functions are to run on {architecture} (`defaults: {{ architecture: … }}` says on what): {build}");
        return Err(Failed::with_hint(unfit.join("\n"), &hint));
    }
    let files = artifacts::package(&model, programs).map_err(|error| Failed::Because(error.to_string()))?;
    artifacts::write(&args.out, &files).map_err(|error| Failed::Because(error.to_string()))?;
    let out = quoted(&args.out);
    let shared = model.names.shared_stack();
    let template = quoted(&args.out.join(format!("cloudformation/{shared}.template.json")));
    let mut order = String::new();
    let mut elsewhere: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stack in emit::stacks(&model) {
        if !stack.after.is_empty() {
            let _ = write!(order, ", {} before {}", stack.after.join(" and "), stack.name);
        }
        if let Some(account) = stack.target.account().filter(|account| Some(*account) != model.account.as_deref()) {
            elsewhere.entry(account.to_owned()).or_default().push(stack.name);
        }
    }
    let elsewhere = elsewhere.into_iter().fold(String::new(), |mut text, (account, stacks)| {
        let _ = write!(text, "\n    with credentials of account {account}: {}", stacks.join(", "));
        text
    });
    say(&format!(
        "{}: ready to deploy, the stack {shared} first{order}\n\
         \n  with CloudFormation, for each template of {out}/cloudformation:\n    \
         aws cloudformation package --template-file {template} --s3-bucket BUCKET --output-template-file packaged.json --use-json\n    \
         aws cloudformation deploy --template-file packaged.json --stack-name {shared} --s3-bucket BUCKET --capabilities CAPABILITY_NAMED_IAM{elsewhere}\n\
         \n  with the CDK CLI:\n    cdk deploy --app {out} --all",
        args.out.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// A path as a shell takes it: in single quotes when it holds anything that a shell would read in it.
fn quoted(path: &Path) -> String {
    let word = path.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    if word.chars().all(plain) { word.into_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_a_shell_would_split_is_quoted() {
        assert_eq!(quoted(Path::new("target/skywarden")), "target/skywarden");
        assert_eq!(quoted(Path::new("Ann's builds/out")), r"'Ann'\''s builds/out'");
        assert_eq!(quoted(Path::new("$HOME")), "'$HOME'");
    }
}
