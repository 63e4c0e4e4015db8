//! Variables of the environment: ours, other tools', and what Lambda changes.

use skywarden_telemetry::settings::{Background, Destination, Environment, LevelFilter, OutputSettings, Settings};

use crate::{clean, told, variables};

fn settings(pairs: &[(&str, &str)]) -> Settings {
    clean(Settings::builder().environment(Environment::from_pairs(pairs.iter().copied())))
}

fn destinations(outputs: &[OutputSettings]) -> Vec<String> {
    let name = |output: &OutputSettings| match &output.to {
        Destination::Stdout => "stdout".to_owned(),
        Destination::Stderr => "stderr".to_owned(),
        Destination::File(file) => file.path.display().to_string(),
    };
    outputs.iter().map(name).collect()
}

#[test]
fn the_level_variable_takes_a_level_or_a_list() {
    assert_eq!(settings(&[("SKYWARDEN_LOG", "warn")]).levels.to_string(), "WARNING");
    assert_eq!(settings(&[("SKYWARDEN_LOG", "info,orders.db=debug, hyper=warn")]).levels.to_string(), "INFO,hyper=WARNING,orders.db=DEBUG");
    assert_eq!(settings(&[("SKYWARDEN_LOG", "orders=trace")]).levels.default, LevelFilter::Info);
    assert_eq!(settings(&[("RUST_LOG", "trace")]).levels.to_string(), "INFO");
}

#[test]
fn flags_have_many_spellings() {
    for (word, value) in [("true", true), ("1", true), ("YES", true), ("on", true), ("False", false), ("0", false), ("no", false), ("off", false)] {
        assert_eq!(settings(&[("SKYWARDEN_LOG_LOCATION", word)]).location, value, "{word}");
    }
    assert_eq!(variables([("SKYWARDEN_LOG_LOCATION", "maybe")]).findings.len(), 1);
}

#[test]
fn zero_is_a_number_where_off_may_stand() {
    assert_eq!(settings(&[("SKYWARDEN_LOG_SAMPLING_FIRST", "0")]).sampling.first, Some(0));
    assert_eq!(settings(&[("SKYWARDEN_LOG_SAMPLING_FIRST", "off")]).sampling.first, None);
}

#[test]
fn outputs_are_listed_changed_and_added() {
    assert_eq!(destinations(&settings(&[("SKYWARDEN_LOG_OUTPUTS", "stderr, /var/log/a.log")]).outputs), ["stderr", "/var/log/a.log"]);
    assert_eq!(destinations(&settings(&[("SKYWARDEN_LOG_FILE", "app")]).outputs), ["stdout", "app"]);
    let file = "[[outputs]]\nto = \"stdout\"\n[[outputs]]\nto = \"a.log\"\nrotate.size = \"1MB\"\n[[outputs]]\nto = \"b.log\"\n";
    let with =
        |pairs: &[(&str, &str)]| clean(Settings::builder().file_text("a.toml", file).environment(Environment::from_pairs(pairs.iter().copied()))).outputs;
    assert_eq!(destinations(&with(&[("SKYWARDEN_LOG_FILE", "/x/y.log")])), ["stdout", "/x/y.log", "b.log"]);
    assert_eq!(destinations(&with(&[("SKYWARDEN_LOG_OUTPUTS", "stderr")])), ["stderr"]);
    assert_eq!(with(&[("SKYWARDEN_LOG_OUTPUTS_1_LEVEL", "error")])[1].level, LevelFilter::Error);
    let added = with(&[("SKYWARDEN_LOG_OUTPUTS_3_TO", "stderr"), ("SKYWARDEN_LOG_OUTPUTS_3_FORMAT", "pretty")]);
    assert_eq!(destinations(&added), ["stdout", "a.log", "b.log", "stderr"]);
    let rotated = with(&[("SKYWARDEN_LOG_OUTPUTS_1_ROTATE_SIZE", "2MB")]);
    assert!(matches!(&rotated[1].to, Destination::File(file) if file.max_bytes == Some(2_000_000)));
}

#[test]
fn an_output_that_is_not_there_is_a_mistake() {
    for (name, value) in [
        ("SKYWARDEN_LOG_OUTPUTS_1_LEVEL", "info"),
        ("SKYWARDEN_LOG_OUTPUTS_2_TO", "stderr"),
        ("SKYWARDEN_LOG_OUTPUTS_99_TO", "stderr"),
        ("SKYWARDEN_LOG_OUTPUTS_99999999999999999999999_TO", "stderr"),
    ] {
        let reading = variables([(name, value)]);
        assert!(reading.findings.len() == 1 && reading.findings[0].is_error(), "{name}: {}", told(&reading));
    }
}

#[test]
fn a_value_that_cannot_be_used_is_told_of() {
    let long = "x".repeat(70_000);
    for (name, is_error) in [
        ("SKYWARDEN_SERVICE", true),
        ("SKYWARDEN_LOG_CONFIG", true),
        ("SKYWARDEN_LOG_FILE", true),
        ("SKYWARDEN_LOG_OUTPUTS_0_TO", true),
        ("OTEL_SERVICE_NAME", false),
    ] {
        let reading = variables([(name, &long)]);
        assert!(reading.findings.len() == 1 && reading.findings[0].is_error() == is_error, "{name}: {}", told(&reading));
    }
    assert_eq!(told(&variables([("SKYWARDEN_TABLE", &long)])), "");
}

#[test]
fn spaces_around_a_value_do_not_count() {
    assert_eq!(settings(&[("SKYWARDEN_SERVICE", " orders "), ("SKYWARDEN_LOG_FILE", " a.log ")]).service.name, "orders");
    assert!(told(&variables([("SKYWARDEN_LOG", "  infp")])).ends_with("  |   infp\n   |   ^^^^\n"));
}

#[test]
fn an_empty_variable_is_not_set() {
    assert_eq!(settings(&[("SKYWARDEN_LOG", ""), ("SKYWARDEN_SERVICE", " "), ("AWS_LAMBDA_FUNCTION_NAME", "")]), clean(Settings::builder()));
}

#[test]
fn other_tools_weigh_less_than_the_file_and_in_their_order() {
    let all = [
        ("OTEL_SERVICE_NAME", "otel"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=attribute,service.version=1%2E0,deployment.environment=old,deployment.environment.name=new, x=y"),
        ("POWERTOOLS_SERVICE_NAME", "powertools"),
        ("AWS_LAMBDA_FUNCTION_NAME", "lambda"),
        ("POWERTOOLS_LOG_LEVEL", "debug"),
        ("AWS_LAMBDA_LOG_LEVEL", "FATAL"),
        ("POWERTOOLS_LOGGER_SAMPLE_RATE", "0.5"),
        ("POWERTOOLS_METRICS_NAMESPACE", "Shop"),
    ];
    let names: Vec<_> = (0..4).map(|skipped| settings(all.get(skipped..).unwrap()).service.name).collect();
    assert_eq!(names, ["otel", "attribute", "powertools", "lambda"]);
    let found = settings(&all);
    assert_eq!((found.service.version.as_str(), found.service.environment.as_str()), ("1.0", "new"));
    assert_eq!(found.levels.default, LevelFilter::Debug);
    assert_eq!(settings(&all[5..]).levels.default, LevelFilter::Critical);
    assert!((found.sampling.debug_requests - 0.5).abs() < f64::EPSILON);
    assert_eq!(found.metrics.namespace, "Shop");

    let file =
        "service = \"file\"\nenvironment = \"file\"\nversion = \"file\"\nlevel = \"ERROR\"\n[sampling]\ndebug_requests = 0\n[metrics]\nnamespace = \"File\"\n";
    let with_file = clean(Settings::builder().file_text("a.toml", file).environment(Environment::from_pairs(all)));
    let of_file = clean(Settings::builder().file_text("a.toml", file).environment(Environment::from_pairs([("AWS_LAMBDA_FUNCTION_NAME", "lambda")])));
    assert_eq!(with_file, of_file);
    assert_eq!(with_file.service.name, "file");
}

#[test]
fn a_mistake_in_another_tools_variable_is_a_warning() {
    let reading = variables([("AWS_LAMBDA_LOG_LEVEL", "NOTSET"), ("OTEL_RESOURCE_ATTRIBUTES", "x"), ("SKYWARDEN_LOG_FROMAT", "json")]);
    assert_eq!(reading.findings.len(), 3);
    assert!(reading.into_result().is_ok());
}

#[test]
fn on_lambda_lines_are_written_in_the_call_itself() {
    let lambda = [("AWS_LAMBDA_FUNCTION_NAME", "f")];
    assert_eq!(settings(&[]).outputs[0].background, Some(Background::default()));
    assert_eq!(settings(&lambda).outputs[0].background, None);
    let asked =
        Settings::builder().file_text("a.toml", "outputs = [{ to = \"stdout\", background = true }]").environment(Environment::from_pairs(lambda)).read();
    assert!(asked.settings.outputs[0].background.is_some());
    assert!(asked.findings.len() == 1 && !asked.findings[0].is_error());
}
