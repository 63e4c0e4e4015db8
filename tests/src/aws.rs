//! The AWS CLI and the CDK CLI, talking to the emulator.

use std::{
    path::Path,
    process::{Command, Output},
};

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    emulator::{ACCOUNT, Emulator, REGION},
    settings::Settings,
};

/// Both command lines.
#[derive(Debug)]
pub struct Aws<'a> {
    settings: &'a Settings,
    emulator: &'a Emulator,
}

impl<'a> Aws<'a> {
    /// Command lines against an emulator.
    pub const fn new(settings: &'a Settings, emulator: &'a Emulator) -> Self {
        Self { settings, emulator }
    }

    /// Runs one command of the AWS CLI and reads its JSON; `null` when it prints nothing.
    ///
    /// # Errors
    /// The command failed, with what it said.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut command = Command::new(self.settings.python_bin.join("aws"));
        // The endpoint by argument as well: `aws sqs` of version 1 does not read the variable, and would call the real AWS.
        command.args(arguments).args(["--endpoint-url", &self.emulator.endpoint(), "--output", "json"]).envs(self.emulator.environment());
        let output = finish(command, &format!("aws {}", arguments.iter().take(2).copied().collect::<Vec<_>>().join(" ")))?;
        let text = String::from_utf8(output.stdout)?;
        if text.trim().is_empty() { Ok(Value::Null) } else { serde_json::from_str(&text).with_context(|| text.clone()) }
    }

    /// Runs a command of the AWS CLI whose output is for people.
    ///
    /// # Errors
    /// The command failed, with what it said.
    pub fn tell(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(self.settings.python_bin.join("aws"));
        command.args(arguments).args(["--endpoint-url", &self.emulator.endpoint()]).envs(self.emulator.environment());
        finish(command, &format!("aws {}", arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "))).map(|_| ())
    }

    /// Deploys one template of the packaged assembly with `aws cloudformation package` and `deploy`.
    ///
    /// # Errors
    /// Either failed; the events of the stack are in the error.
    pub fn deploy(&self, assembly: &Path, stack: &str, bucket: &str) -> anyhow::Result<()> {
        let template = assembly.join("cloudformation").join(format!("{stack}.template.json"));
        let packaged = self.settings.scratch.join(format!("{stack}.packaged.json"));
        let (template, packaged) = (template.to_string_lossy(), packaged.to_string_lossy());
        self.tell(&["cloudformation", "package", "--template-file", &template, "--s3-bucket", bucket, "--use-json", "--output-template-file", &packaged])?;
        let deployed = self.tell(&[
            "cloudformation",
            "deploy",
            "--template-file",
            &packaged,
            "--stack-name",
            stack,
            "--s3-bucket",
            bucket,
            "--capabilities",
            "CAPABILITY_NAMED_IAM",
        ]);
        deployed.map_err(|error| {
            let events = self.run(&["cloudformation", "describe-stack-events", "--stack-name", stack]).unwrap_or_default();
            let reasons: Vec<String> = events["StackEvents"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|event| Some(format!("{}: {}", event["LogicalResourceId"].as_str()?, event["ResourceStatusReason"].as_str()?)))
                .collect();
            error.context(format!("stack {stack}: {}", reasons.join("; ")))
        })
    }

    /// Runs one command of the CDK CLI.
    ///
    /// # Errors
    /// The command failed, with what it said.
    pub fn cdk(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(self.settings.node.join("node_modules/.bin/cdk"));
        command
            .args(arguments)
            .envs(self.emulator.environment())
            .env("CDK_DEFAULT_ACCOUNT", ACCOUNT)
            .env("CDK_DEFAULT_REGION", REGION)
            .env("CDK_DISABLE_VERSION_CHECK", "1")
            .env("HOME", &self.settings.scratch)
            .current_dir(&self.settings.scratch);
        finish(command, &format!("cdk {}", arguments.first().copied().unwrap_or_default())).map(|_| ())
    }

    /// Every message of a queue now visible, each taken off.
    ///
    /// # Errors
    /// The queue cannot be read.
    pub fn drain(&self, queue: &str) -> anyhow::Result<Vec<String>> {
        let url = self.queue_url(queue)?;
        let mut bodies = Vec::new();
        loop {
            let answer = self.run(&["sqs", "receive-message", "--queue-url", &url, "--max-number-of-messages", "10"])?;
            let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
            if messages.is_empty() {
                return Ok(bodies);
            }
            for message in messages {
                bodies.push(message["Body"].as_str().unwrap_or_default().to_owned());
                let receipt = message["ReceiptHandle"].as_str().unwrap_or_default();
                self.run(&["sqs", "delete-message", "--queue-url", &url, "--receipt-handle", receipt])?;
            }
        }
    }

    /// URL of a queue.
    ///
    /// # Errors
    /// There is no such queue.
    pub fn queue_url(&self, queue: &str) -> anyhow::Result<String> {
        let answer = self.run(&["sqs", "get-queue-url", "--queue-name", queue])?;
        answer["QueueUrl"].as_str().map(str::to_owned).context("no queue URL")
    }
}

fn finish(mut command: Command, what: &str) -> anyhow::Result<Output> {
    let output = command.output().with_context(|| format!("{what} does not start"))?;
    anyhow::ensure!(
        output.status.success(),
        "{what} failed ({}):\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}
