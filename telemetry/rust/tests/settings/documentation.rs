//! The page on settings lists every key as the code has it.

use std::{env, fmt::Write, fs, path::Path};

use skywarden_telemetry::settings::{Code, Environment, KEYS, OTHER_VARIABLES, SECTIONS};

const BEGIN: &str = "<!-- Generated from the code; UPDATE_GOLDEN=1 cargo test -p skywarden-telemetry --features config writes it anew. -->\n";
const END: &str = "<!-- End of what is generated. -->\n";

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn tables() -> String {
    let mut text = String::new();
    for section in SECTIONS {
        let title = if section.path.is_empty() { "The file itself".to_owned() } else { format!("`{}`", section.path) };
        writeln!(text, "### {title}\n\n{}.\n\n| key | meaning | type | default | variable | example |\n|---|---|---|---|---|---|", section.meaning).unwrap();
        for key in KEYS.iter().filter(|key| key.section() == section.path) {
            let default = match key.default {
                "" => String::new(),
                words if words.contains([' ', '`']) => words.to_owned(),
                value => format!("`{value}`"),
            };
            let variable = key.variable().map(|name| format!("`{name}`")).unwrap_or_default();
            let (kind, meaning) = (cell(&key.kind.to_string()), cell(key.meaning));
            writeln!(text, "| `{}` | {meaning} | {kind} | {default} | {variable} | `{}` |", key.name(), cell(key.example)).unwrap();
        }
        text.push('\n');
    }
    writeln!(text, "### Other variables\n\n| variable | meaning |\n|---|---|").unwrap();
    for other in OTHER_VARIABLES.iter().filter(|other| !other.fallback) {
        writeln!(text, "| `{}` | {} |", other.name, other.meaning).unwrap();
    }
    writeln!(text, "\n### Variables of other tools\n\n| variable | stands for, when nothing of ours says otherwise |\n|---|---|").unwrap();
    for other in OTHER_VARIABLES.iter().filter(|other| other.fallback) {
        writeln!(text, "| `{}` | {} |", other.name, other.meaning).unwrap();
    }
    writeln!(text, "\n### Codes\n\n| code | meaning |\n|---|---|").unwrap();
    for code in Code::ALL {
        writeln!(text, "| `{code}` | {} |", code.summary()).unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn the_page_lists_every_key_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/telemetry/settings.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (committed, after) = rest.split_once(END).unwrap();
    let made = format!("\n{}", tables());
    if env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
        return;
    }
    for (made, committed) in made.lines().zip(committed.lines()) {
        assert_eq!(made, committed, "UPDATE_GOLDEN=1 writes it anew");
    }
    assert_eq!(made, committed, "UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn the_settings_on_the_page_are_good() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/telemetry/settings.md")).unwrap();
    let mut forms = Vec::new();
    for block in page.split("```").skip(1).step_by(2) {
        let (form, text) = block.split_once('\n').unwrap();
        if matches!(form, "toml" | "yaml") {
            let reading = skywarden_telemetry::settings::Settings::builder().file_text(format!("page.{form}"), text).read();
            assert_eq!(crate::told(&reading), "", "{text}");
            forms.push(form);
        }
        if form == "console" {
            let pairs = text.lines().map(|line| line.split_once('=').unwrap());
            let reading = skywarden_telemetry::settings::Settings::builder().environment(Environment::from_pairs(pairs)).read();
            assert_eq!(crate::told(&reading), "", "{text}");
            forms.push(form);
        }
    }
    assert!(["toml", "yaml", "console"].iter().all(|form| forms.contains(form)));
}
