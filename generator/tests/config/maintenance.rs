//! Maintenance windows: whose they are, and when they open.

use skywarden_generator::model::{Day, Maintenance, Opens};

use crate::support::{errors, load, model, service, smallest_with};

/// A config of three services with these windows.
fn with(windows: &str) -> String {
    let services = "  checkout: { runtime: lambda }\n  catalog: { runtime: lambda }\n  mailer: { runtime: ecs }\n";
    format!("project: shop\nservices:\n{services}routes: [{{ email: team@example.com }}]\nmaintenance:\n{windows}")
}

#[test]
fn a_window_is_that_of_the_services_it_names_or_of_all() {
    let text = with(
        "  - { name: import, at: Sun 02:00, for: 2 hours, zone: europe/berlin, services: [checkout, mailer] }\n  - { name: all, at: Mon-Fri 22:30, for: 90 minutes }\n",
    );
    let model = model(&text);
    let names = |name| service(&model, name).maintenance.iter().map(|window| window.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names("checkout"), names("catalog"), names("mailer")),
        (vec!["all".into(), "import".into()], vec!["all".into()], vec!["all".into(), "import".into()])
    );
    let import = Maintenance {
        name: "import".to_owned(),
        opens: Opens::Weekly { days: vec![Day::Sunday], hour: 2, minute: 0 },
        minutes: 120,
        zone: "Europe/Berlin".to_owned(),
    };
    assert_eq!(service(&model, "mailer").maintenance[1], import);
    assert_eq!(service(&model, "catalog").maintenance[0].zone, "UTC");
}

#[test]
fn a_window_closes_before_it_opens_again() {
    let minutes = |text: &str| load(&[&with(&format!("  - {{ name: a, {text} }}\n"))]);
    assert!(minutes("at: daily 02:00, for: 1439 minutes").model.is_some());
    assert!(minutes("at: 2027-03-01 22:00, for: 15 days").model.is_some());
    assert_eq!(
        errors(&minutes("at: daily 02:00, for: 1440 minutes")),
        ["bad-maintenance: the window `a` opens again before it has closed: nobody would ever be told"]
    );
    assert!(minutes("at: Sun 02:00, for: 10079 minutes").model.is_some());
    assert!(minutes("at: Sun 02:00, for: 7 days").model.is_none());
    assert_eq!(errors(&minutes("at: 2027-03-01 22:00, for: 21601 minutes")), ["bad-maintenance: a window cannot be open for 21601 minutes"]);
}

#[test]
fn what_is_missing_or_unknown_is_told() {
    let loaded = load(&[&smallest_with(
        "maintenance:\n  - { at: Sun 02:00, until: 04:00 }\n  - { name: Night, at: Sun 02:00, for: 2h, services: [chekout] }\n  - night\n",
    )]);
    assert_eq!(
        errors(&loaded),
        [
            "missing-key: a maintenance window needs `name`",
            "missing-key: a maintenance window needs `for`",
            "unknown-key: a maintenance window has no key `until`",
            "bad-name: `Night` cannot be the name of a maintenance window",
            "unknown-service: there is no service `chekout`",
            "wrong-type: expected a window as a map, found the text `night`",
        ]
    );
}
