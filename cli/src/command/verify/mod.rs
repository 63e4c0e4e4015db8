//! `skywarden verify`

mod line;
mod report;

use std::process::ExitCode;

use jiff::{SignedDuration, Timestamp};
use skywarden_core::{
    issue::Fingerprint,
    pipeline::verification::{Probe, VerificationPorts, verify},
    plan::Route,
    port::Clock as _,
};
use skywarden_generator::{
    emit,
    model::{Model, Service},
};
use skywarden_lambda_adapters::{SystemClock, cloudwatch_logs::CloudWatchLogs, cloudwatch_reader::CloudWatchReader, dynamodb::IssueTable};

use crate::{
    args::{VerifyArgs, VerifySeverity},
    known, moment, outside, person, project,
    terminal::{Failed, say},
};
use line::{Written, counting_metric, write};

/// Longest time a line is followed.
const LONGEST: SignedDuration = SignedDuration::from_mins(30);

/// Sends one marked line and follows it.
pub(crate) fn run(args: &VerifyArgs) -> Result<ExitCode, Failed> {
    // 1 is for a line that did not arrive.
    let mut model = match project::read(&args.config) {
        Err(Failed::Shown) => return Ok(ExitCode::from(2)),
        other => other?,
    };
    if let Some(region) = &args.region {
        model.region.clone_from(region);
    }
    let patience = moment::duration(&args.timeout)
        .filter(|time| *time <= LONGEST)
        .ok_or_else(|| Failed::with_hint(format!("--timeout {}: this is no time of at most 30 minutes", args.timeout), "write 90s or 3m"))?;
    let service = find(&model, args.service.as_deref())?;
    let person = person::name(args.person.as_deref());
    let now = SystemClock.now();
    let probe = probe(&model, service, args.severity, person, now, patience)?;
    if !args.json {
        say(&report::opening(&model, service, &probe));
    }
    outside::block_on(async {
        let config = outside::config(&model.region).await?;
        let (logs, metrics) = (CloudWatchLogs::new(&config), CloudWatchReader::new(&config));
        let store = IssueTable::new(&config, model.names.shared("issues"));
        let ports = VerificationPorts { logs: &logs, metrics: &metrics, store: &store, clock: &SystemClock };
        let mut progress = |finding: &_| {
            if !args.json {
                say(&report::line(finding));
            }
        };
        let verified = verify(&probe, &ports, &mut progress).await.map_err(|error| outside::failed(&error, &model, &model.region))?;
        say(&if args.json { report::json(&model, service, &probe, &verified)? } else { report::closing(&model, service, &verified) });
        Ok(if verified.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })?
}

fn find<'m>(model: &'m Model, name: Option<&str>) -> Result<&'m Service, Failed> {
    let found = match name {
        Some(name) => model.services.iter().find(|service| service.name == name),
        // A line of another account is written there, and its issue looked for here: one person's credentials are for one account.
        None => model.own_services().next(),
    };
    if let Some((name, account)) = found.and_then(|service| Some((&service.name, service.account.as_ref()?))) {
        let hint = "verify a service of the project's account; whether lines of the other arrive is seen in the issues";
        return Err(Failed::with_hint(format!("service {name} is in account {account}, and a verification works in one account"), hint));
    }
    found.ok_or_else(|| {
        let names: Vec<&str> = model.services.iter().map(|service| service.name.as_str()).collect();
        let name = name.unwrap_or_default();
        Failed::with_hint(format!("there is no service {name}"), &known::hint(name, "the services of the config", &names))
    })
}

fn probe(model: &Model, service: &Service, severity: VerifySeverity, person: String, now: Timestamp, patience: SignedDuration) -> Result<Probe, Failed> {
    // Whole milliseconds, as CloudWatch Logs keeps them.
    let at = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    let token = format!("{:08x}", at.as_millisecond().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32);
    let Written { line, fingerprint, severity, notify } = write(model, service, severity, &person, &token, at)?;
    let policy = &model.errors.notify;
    let carries = |route: &Route| route.severities.contains(&severity);
    let routes: Vec<Route> = emit::plan(model).routes.into_iter().filter(carries).collect();
    let untold = if !notify {
        Some("a rule of the config says never to notify of it".to_owned())
    } else if routes.is_empty() {
        Some(format!("no route of the config carries {severity}"))
    } else if !policy.new || !policy.regressed {
        Some("errors.notify of the config switches off `new` or `regressed`".to_owned())
    } else {
        None
    };
    let metric = counting_metric(service, &line).map(|metric| (metric.namespace.clone(), metric.name.clone()));
    Ok(Probe {
        person,
        log_group: service.log_group.name.clone(),
        stream: format!("skywarden-verify/{}", at.strftime("%Y-%m-%d")),
        token,
        at,
        line,
        fingerprint: Fingerprint::parse(&fingerprint).ok_or_else(|| Failed::Because("the line has no fingerprint".to_owned()))?,
        metric,
        routes: if untold.is_some() { Vec::new() } else { routes },
        untold,
        patience,
    })
}
