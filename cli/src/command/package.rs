//! `skywarden package`

use std::{collections::BTreeMap, fs, process::ExitCode};

use skywarden_generator::{artifacts, model::names::Function};

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
    for function in Function::ALL {
        let path = args.binaries.join(function.as_str()).join("bootstrap");
        match fs::read(&path) {
            Ok(bytes) => {
                programs.insert(function, bytes);
            }
            Err(error) => missing.push(format!("cannot read {}: {}", path.display(), project::reason(&error))),
        }
    }
    if !missing.is_empty() {
        let architecture = model.architecture.as_str().replace('_', "-");
        return Err(Failed::with_hint(
            missing.join("\n"),
            &format!(
                "build the functions first: `cargo lambda build --profile lambda --{architecture} -p metrics-extractor -p error-classifier -p alert-notifier`, and name their directory with --binaries"
            ),
        ));
    }
    let files = artifacts::package(&model, programs).map_err(|error| Failed::Because(error.to_string()))?;
    artifacts::write(&args.out, &files).map_err(|error| Failed::Because(error.to_string()))?;
    let out = args.out.display();
    let shared = model.names.shared_stack();
    say(&format!(
        "{out}: ready to deploy, the stack {shared} first\n\
         \n  with CloudFormation, for each template of {out}/cloudformation:\n    \
         aws cloudformation package --template-file {out}/cloudformation/{shared}.template.json --s3-bucket BUCKET --output-template-file packaged.json --use-json\n    \
         aws cloudformation deploy --template-file packaged.json --stack-name {shared} --s3-bucket BUCKET --capabilities CAPABILITY_NAMED_IAM\n\
         \n  with the CDK CLI:\n    cdk deploy --app {out} --all"
    ));
    Ok(ExitCode::SUCCESS)
}
