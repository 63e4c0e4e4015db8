//! Runs the fault scenarios; `cargo xtask faults` builds and starts it.
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

use skywarden_e2e::{
    faults::{
        deployment::{Ground, Setup},
        load::{FULL, Load, QUICK},
        verdict::judge,
    },
    settings::Settings,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let ground = Ground::start(Settings::from_env()?)?;
    for size in [QUICK, FULL] {
        let began = std::time::Instant::now();
        let deployment = ground.deploy(Setup::default()).await?;
        println!("deployed {:?}", began.elapsed());
        let load = Load::usual(size, &deployment.namespace, jiff::Timestamp::now())?;
        println!("load {:?}", began.elapsed());
        deployment.deliver(&load.batches, &load.alarms).await?;
        println!("delivered {:?}", began.elapsed());
        deployment.settle().await?;
        println!("settled {:?}", began.elapsed());
        let kept = deployment.redrive().await?;
        let found = deployment.found().await?;
        println!("found {:?} {:#?} calls {}", began.elapsed(), found.counters, deployment.proxy.record().calls().len());
        for message in found.messages.iter().take(6) { println!("{}", message.to_string().chars().take(1500).collect::<String>()); }
        println!("{:#?}", judge(&load.expected, &found, deployment.proxy.record(), kept));
        for function in deployment.functions() {
            println!("{} {:?} {:?}", function.name(), function.measured(), function.lines().iter().filter(|l| l.contains("ERROR") || l.contains("WARN")).take(3).collect::<Vec<_>>());
        }
    }
    Ok(())
}
