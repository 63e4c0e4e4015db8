//! Names that lead nowhere: `CloudFormation` refuses the whole template for one.

use serde_json::Value as Json;

use super::{Checker, Rule, scan};
use crate::expr::{Piece, pieces};
use crate::{Properties, Pseudo};

impl Checker<'_> {
    pub(super) fn references(&mut self) {
        for (logical_id, resource) in &self.template.resources {
            for needed in &resource.depends_on {
                if !self.template.resources.contains_key(needed) {
                    self.dangling(logical_id, "DependsOn", needed);
                }
            }
            if let Some(condition) = &resource.condition {
                self.condition(logical_id, condition);
            }
            let found = &mut |function, argument: &Json| self.found(logical_id, function, argument);
            match &resource.properties {
                // The text of a body that was made names pseudo parameters alone.
                Properties::Dashboard(dashboard) if dashboard.dashboard_body.made_of().is_some() => {
                    scan::functions(&(&dashboard.dashboard_name, &dashboard.tags, &dashboard.rest), found);
                }
                properties => scan::functions(properties, found),
            }
        }
        for (name, output) in &self.template.outputs {
            if let Some(condition) = &output.condition {
                self.condition(name, condition);
            }
            scan::functions(&output.value, &mut |function, argument| self.found(name, function, argument));
        }
    }

    fn found(&mut self, logical_id: &str, function: scan::Name, argument: &Json) {
        match function {
            Some(function) => self.function(logical_id, function, argument),
            None => self.walk(logical_id, argument),
        }
    }

    fn walk(&mut self, logical_id: &str, json: &Json) {
        match json {
            Json::Array(items) => items.iter().for_each(|item| self.walk(logical_id, item)),
            Json::Object(object) => {
                for (key, argument) in object {
                    // A function is alone in its object.
                    if object.len() == 1 { self.function(logical_id, key, argument) } else { self.walk(logical_id, argument) }
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, logical_id: &str, name: &str, argument: &Json) {
        match (name, argument) {
            ("Ref", Json::String(name)) => self.reference(logical_id, "Ref", name),
            ("Fn::GetAtt", Json::String(path)) => {
                let target = path.split_once('.').map_or(path.as_str(), |(target, _)| target);
                self.resource(logical_id, "Fn::GetAtt", target);
            }
            ("Fn::GetAtt", Json::Array(parts)) => {
                if let Some(target) = parts.first().and_then(Json::as_str) {
                    self.resource(logical_id, "Fn::GetAtt", target);
                }
            }
            ("Fn::Sub", Json::String(text)) => self.substitution(logical_id, text, None),
            ("Fn::Sub", Json::Array(parts)) => {
                if let [Json::String(text), variables] = parts.as_slice() {
                    self.substitution(logical_id, text, Some(variables));
                    self.walk(logical_id, variables);
                }
            }
            ("Fn::If", Json::Array(parts)) => {
                if let Some(condition) = parts.first().and_then(Json::as_str) {
                    self.condition(logical_id, condition);
                }
                parts.iter().skip(1).for_each(|part| self.walk(logical_id, part));
            }
            _ => self.walk(logical_id, argument),
        }
    }

    fn substitution(&mut self, logical_id: &str, text: &str, variables: Option<&Json>) {
        let own = |name: &str| variables.is_some_and(|variables| variables.get(name).is_some());
        for piece in pieces(text) {
            match piece {
                Piece::Text(_) => {}
                Piece::Name(name) if own(name) => {}
                Piece::Name(name) => self.reference(logical_id, "Fn::Sub", name),
                Piece::Attribute { logical_id: target, attribute } => {
                    if !own(&format!("{target}.{attribute}")) {
                        self.resource(logical_id, "Fn::Sub", target);
                    }
                }
            }
        }
    }

    fn reference(&mut self, logical_id: &str, function: &str, name: &str) {
        let template = self.template;
        let known = Pseudo::named(name).is_some() || template.parameters.contains_key(name) || template.resources.contains_key(name);
        if !known {
            self.dangling(logical_id, function, name);
        }
    }

    fn resource(&mut self, logical_id: &str, function: &str, name: &str) {
        if !self.template.resources.contains_key(name) {
            self.dangling(logical_id, function, name);
        }
    }

    fn condition(&mut self, logical_id: &str, name: &str) {
        if !self.template.conditions.contains_key(name) {
            self.dangling(logical_id, "Condition", name);
        }
    }

    fn dangling(&mut self, logical_id: &str, function: &str, name: &str) {
        let message = format!("`{function}` names `{name}`, which the template does not declare");
        self.add(Some(logical_id), Rule::DanglingReference, message);
    }
}
