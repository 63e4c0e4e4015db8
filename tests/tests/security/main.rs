//! What is deployed may do what it must, and nothing more: every permission of every role and every statement of every policy that admits an AWS
//! service is taken away in turn, against the emulator with IAM enforcement, and each time something that worked must fail.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by a panic what went wrong")]
#![expect(clippy::print_stdout, reason = "what each permission is needed for is worth reading in the log of a run")]

mod deployed;
mod functions;
mod minimal;
mod policies;
mod secrets;
mod tick;

use crate::deployed::Deployed;

#[test]
fn every_permission_is_needed_and_every_refusal_holds() {
    let settings = skywarden_e2e::settings::Settings::from_env().unwrap();
    let deployed = Deployed::new(&settings);
    let report = |what: &str, found: Vec<minimal::Needed>| {
        for needed in found {
            println!("{what}: {needed}");
        }
    };
    // Those that do not disturb each other run at the same time: alert-notifier is invoked by the schedule and fed by error-classifier.
    std::thread::scope(|scope| {
        let extractor = scope.spawn(|| functions::metrics_extractor(&deployed));
        let classifier = scope.spawn(|| functions::error_classifier(&deployed));
        let tick = scope.spawn(|| tick::role_of_the_schedule(&deployed));
        report("metrics-extractor", extractor.join().unwrap());
        report("error-classifier", classifier.join().unwrap());
        report("schedule", tick.join().unwrap());
    });
    report("alert-notifier", functions::alert_notifier(&deployed));
    secrets::no_secret_leaves_the_functions(&deployed);
    policies::of_the_key(&deployed);
    policies::of_queues_and_topics(&deployed);
}
