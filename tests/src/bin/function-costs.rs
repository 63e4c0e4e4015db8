//! Measures what the built functions cost: `function-costs BINARIES PLAN SCRATCH RESULT PAGE [--quick]`. `cargo xtask bench --only functions` runs it.
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use skywarden_e2e::costs::{Inputs, measure};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut next = |what: &str| arguments.next().with_context(|| format!("{what} is missing"));
    let (binaries, plan, scratch) = (next("the directory of the programs")?, next("the plan")?, next("the scratch directory")?);
    let (result, page) = (next("the result")?, next("the page")?);
    let quick = arguments.next().is_some_and(|flag| flag.as_os_str() == "--quick");
    let (starts, turns) = if quick { (5, 3) } else { (41, 21) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let costs = runtime.block_on(measure(&Inputs { binaries, plan, scratch, starts, turns }))?;
    fs::write(&result, serde_json::to_string_pretty(&costs)?).with_context(|| result.display().to_string())?;
    fs::write(&page, costs.page()).with_context(|| page.display().to_string())?;
    print!("{}", costs.table());
    Ok(())
}
