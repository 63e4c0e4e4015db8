//! JSON patterns against a matcher that walks a tree.

use proptest::prelude::*;
use skywarden_core::pattern::FilterPattern;

use crate::naive::{Compare, Left, Logic};

/// A JSON value that keeps how numbers are written, and every duplicate key.
#[derive(Clone, Debug)]
enum Json {
    Null,
    Bool(bool),
    Number(&'static str),
    String(String),
    Array(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

impl Json {
    fn any() -> impl Strategy<Value = Self> {
        let leaf = prop_oneof![
            Just(Self::Null),
            any::<bool>().prop_map(Self::Bool),
            prop::sample::select(vec!["0", "1", "1.0", "1e0", "-1", "10", "-0", "1.5", "1e400"]).prop_map(Self::Number),
            prop_oneof!["a{0,4}", "[ab1\"\\\\é *]{0,4}", prop::sample::select(vec!["1", "1.0", "true", "null"]).prop_map(str::to_owned)].prop_map(Self::String),
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![prop::collection::vec(inner.clone(), 0..3).prop_map(Self::Array), Self::members(inner).prop_map(Self::Object)]
        })
    }

    fn members(inner: impl Strategy<Value = Self>) -> impl Strategy<Value = Vec<(&'static str, Self)>> {
        prop::collection::vec((prop::sample::select(vec!["a", "b", "0", ""]), inner), 0..4)
    }

    fn write(&self) -> String {
        let list = |items: Vec<String>| items.join(" , ");
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(flag) => flag.to_string(),
            Self::Number(text) => (*text).to_owned(),
            Self::String(text) => serde_json::to_string(text).unwrap(),
            Self::Array(items) => format!("[{}]", list(items.iter().map(Self::write).collect())),
            Self::Object(members) => format!("{{ {} }}", list(members.iter().map(|(key, value)| format!("\"{key}\":{}", value.write())).collect())),
        }
    }

    fn get(&self, step: Step) -> Vec<&Self> {
        match (self, step) {
            (Self::Object(members), Step::Key(wanted)) => members.iter().rev().find(|(key, _)| *key == wanted).map(|(_, value)| value).into_iter().collect(),
            (Self::Object(members), Step::Any) => {
                let last = |(index, (key, _)): &(usize, &(&str, Self))| members.iter().skip(index + 1).all(|(other, _)| other != key);
                members.iter().enumerate().filter(last).map(|(_, (_, value))| value).collect()
            }
            (Self::Array(items), Step::Index(index)) => items.get(index).into_iter().collect(),
            (Self::Array(items), Step::Any) => items.iter().collect(),
            _ => Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Key(&'static str),
    Index(usize),
    Any,
}

#[derive(Clone, Debug)]
struct Condition {
    path: Vec<Step>,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Compare(Compare),
    IsNull,
    Is(bool),
    NotExists,
}

fn condition() -> impl Strategy<Value = Condition> {
    let step =
        prop_oneof![4 => prop::sample::select(vec!["a", "b", "0", ""]).prop_map(Step::Key), 1 => (0_usize..2).prop_map(Step::Index), 1 => Just(Step::Any)];
    let test =
        prop_oneof![4 => Compare::any().prop_map(Test::Compare), 1 => Just(Test::IsNull), 1 => any::<bool>().prop_map(Test::Is), 1 => Just(Test::NotExists)];
    (prop::collection::vec(step, 1..4), test).prop_map(|(path, test)| Condition { path, test })
}

impl Condition {
    fn wildcards(&self) -> usize {
        self.path.iter().filter(|step| matches!(step, Step::Any)).count()
    }

    fn write(&self) -> String {
        let mut text = String::from("$");
        for (place, step) in self.path.iter().enumerate() {
            match step {
                Step::Key("") => text.push_str(".['']"),
                Step::Key(key) if place % 2 == 1 => text.extend(["['", key, "']"]),
                Step::Key(key) => text.extend([".", key]),
                Step::Index(index) => text.extend([if place == 0 { ".[" } else { "[" }, &index.to_string(), "]"]),
                Step::Any => text.push_str(if place == 1 { "[*]" } else { ".*" }),
            }
        }
        match &self.test {
            Test::Compare(compare) => text + &compare.write(),
            Test::IsNull => text + " IS NULL",
            Test::Is(flag) => format!("{text}  IS {}", flag.to_string().to_uppercase()),
            Test::NotExists => text + " NOT\tEXISTS",
        }
    }

    fn holds(&self, root: &Json) -> bool {
        let found = self.path.iter().fold(vec![root], |found, step| found.into_iter().flat_map(|value| value.get(*step)).collect());
        match &self.test {
            Test::NotExists => found.is_empty(),
            Test::IsNull => found.iter().any(|value| match value {
                Json::Null => true,
                Json::Array(items) => items.iter().any(|item| matches!(item, Json::Null)),
                _ => false,
            }),
            Test::Is(wanted) => found.iter().any(|value| matches!(value, Json::Bool(flag) if flag == wanted)),
            Test::Compare(compare) => found.iter().any(|value| match value {
                Json::String(text) => compare.holds(Left { text, number: None }),
                Json::Number(text) => compare.holds(Left { text, number: text.parse().ok().filter(|number: &f64| number.is_finite()) }),
                _ => false,
            }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn agrees_with_a_tree(members in Json::members(Json::any()), logic in Logic::of(condition()), around in prop::sample::select(vec!["", " ", "\n"])) {
        let mut wildcards = 0;
        let mut too_many = false;
        let pattern = format!("{around}{{{around}{}{around}}}", logic.write(&Condition::write));
        visit(&logic, &mut |condition| {
            too_many |= condition.wildcards() > 1;
            wildcards += condition.wildcards();
        });
        prop_assume!(!too_many && wildcards <= 3 && pattern.chars().count() <= 1024);
        let root = Json::Object(members);
        let message = root.write();
        let parsed = FilterPattern::parse(&pattern);
        prop_assert!(parsed.is_ok(), "{} refuses {:?}", parsed.unwrap_err(), pattern);
        prop_assert_eq!(parsed.unwrap().matches(&message), logic.holds(&|condition| condition.holds(&root)), "{:?} on {}", pattern, message);
    }
}

fn visit(logic: &Logic<Condition>, look: &mut impl FnMut(&Condition)) {
    match logic {
        Logic::One(condition) => look(condition),
        Logic::All(inner) | Logic::Any(inner) => inner.iter().for_each(|part| visit(part, look)),
    }
}

#[test]
fn only_one_whole_object_matches() {
    let pattern = FilterPattern::parse("{ $.a NOT EXISTS }").unwrap();
    for message in ["", "null", "[]", "[{}]", "{} {}", "{}x", "x{}", "{", "{\"b\":}", "\"{}\"", "{'b':1}", "{\"b\":01}", "{\"b\":+1}", "\u{feff}{}"] {
        assert!(!pattern.matches(message), "{message}");
    }
    for message in ["{}", " {}\n", "\t{\"b\":1}\r\n"] {
        assert!(pattern.matches(message), "{message}");
    }
}
