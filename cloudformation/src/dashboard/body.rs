//! The body itself: its widgets, and its way into a template.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Variable, Widget};
use crate::expr::opening;
use crate::shape::{shape, words};
use crate::{Expr, Pseudo};

shape! { camelCase
    /// A dashboard body.
    pub struct Body {
        required {
            /// At most 500.
            widgets: Vec<Widget>,
        }
        optional {
            /// `-PT3H`, `-P7D`, … or, together with [`Body::end`], ISO 8601.
            start: Option<String>,
            /// ISO 8601.
            end: Option<String>,
            /// Whether the time range overrides each graph's period.
            period_override: Option<PeriodOverride>,
            /// Inputs at the top, at most 25.
            variables: Vec<Variable>,
        }
    }
}

words! {
    /// Whether the time range overrides each graph's period.
    pub enum PeriodOverride {
        /// It does: the default.
        Auto = "auto",
        /// Each graph keeps its own.
        Inherit = "inherit",
    }
}

/// Room for the text of most bodies, so that few have to move while they grow.
const USUAL_BYTES: usize = 8 * 1024;

/// The text is no dashboard body.
#[derive(Debug, thiserror::Error)]
#[error("this is not a dashboard body: {0}")]
pub struct BodyError(#[from] serde_json::Error);

impl Body {
    /// Reads a body from its JSON text. Widgets of unknown types pass through.
    ///
    /// # Errors
    /// When the text is not JSON or not shaped like a dashboard.
    pub fn parse(text: &str) -> Result<Self, BodyError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The body as compact JSON: what counts when it is uploaded.
    ///
    /// # Errors
    /// Only when a model cannot be JSON, which the public types do not allow.
    pub fn to_json(&self) -> Result<String, BodyError> {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        serde_json::to_writer(&mut bytes, self)?;
        String::from_utf8(bytes).map_err(|error| BodyError(serde::ser::Error::custom(error)))
    }

    /// The body as the property of a dashboard resource: plain text, or `Fn::Sub` when it holds
    /// `${AWS::Region}` or another pseudo parameter. Every other `${…}`, such as the dynamic label
    /// `${MAX}`, is escaped so that it reaches `CloudWatch`.
    ///
    /// # Errors
    /// As [`Body::to_json`].
    pub fn to_expr(&self) -> Result<Expr, BodyError> {
        let text = self.to_json()?;
        let (template, substitutes) = escape_all_but_pseudo(&text);
        Ok(if substitutes { Expr::sub(template) } else { text.into() })
    }
}

/// The property of a dashboard resource: the text, and the body it was made of, unless it was read. What a body becomes is known without reading its text again.
#[derive(Debug, Clone)]
pub struct BodyProperty {
    expr: Expr,
    made_of: Option<Body>,
}

impl BodyProperty {
    /// The text as the template has it: see [`Body::to_expr`].
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The body it was made of; `None` when it was read.
    pub fn made_of(&self) -> Option<&Body> {
        self.made_of.as_ref()
    }
}

impl From<Expr> for BodyProperty {
    fn from(expr: Expr) -> Self {
        Self { expr, made_of: None }
    }
}

impl TryFrom<Body> for BodyProperty {
    type Error = BodyError;

    fn try_from(body: Body) -> Result<Self, BodyError> {
        Ok(Self { expr: body.to_expr()?, made_of: Some(body) })
    }
}

/// By the text: one that was read is equal to the one that was written.
impl PartialEq for BodyProperty {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
    }
}

impl Serialize for BodyProperty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.expr.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for BodyProperty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Expr::deserialize(deserializer).map(Self::from)
    }
}

/// Text for `Fn::Sub`, and whether any pseudo parameter is in it.
///
/// `$` is written `\u0024` where no pseudo parameter follows: the same JSON, and unlike `${!…}` it also
/// covers a `${` that nothing closes. (JSON has no `\$`, so an escape cannot be torn apart.)
fn escape_all_but_pseudo(text: &str) -> (String, bool) {
    let mut template = String::with_capacity(text.len());
    let mut substitutes = false;
    let mut rest = text;
    while let Some(start) = opening(rest) {
        let (before, hole) = rest.split_at(start);
        template.push_str(before);
        let name = hole[2..].split('}').next().and_then(Pseudo::named);
        if name.is_some() {
            substitutes = true;
            template.push_str("${");
        } else {
            template.push_str("\\u0024{");
        }
        rest = &hole[2..];
    }
    template.push_str(rest);
    (template, substitutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::{MetricWidget, Render, Row, TextWidget};
    use crate::{Environment, Resolver, Template};

    fn body(region: &str) -> Body {
        let row = Row::metric("Shop", "Orders", [("Service", "checkout")]).with(Render { label: Some("Orders ${MAX}".into()), ..Render::default() });
        let metric = MetricWidget { metrics: vec![row], ..MetricWidget::new(region) };
        Body::new(vec![Widget::new(0, 0, 12, 6, metric), Widget::new(12, 0, 12, 6, TextWidget::new("cost ${ and [link](https://x/?r=${AWS::Region})"))])
    }

    #[test]
    fn pseudo_parameters_are_filled_in_and_dynamic_labels_kept() {
        let expr = body("${AWS::Region}").to_expr().unwrap();
        assert!(matches!(&expr, Expr::Sub { .. }));
        let (template, environment) = (Template::default(), Environment::new("1", "eu-west-1", "shop"));
        let text = Resolver::new(&template, &environment).at("D", "DashboardBody").text(&expr).unwrap();
        let mut expected = body("eu-west-1");
        expected.widgets[1] = Widget::new(12, 0, 12, 6, TextWidget::new("cost ${ and [link](https://x/?r=eu-west-1)"));
        assert_eq!(Body::parse(&text).unwrap(), expected);
    }

    #[test]
    fn without_pseudo_parameters_the_text_is_plain() {
        let mut body = body("eu-west-1");
        body.widgets.truncate(1);
        let text = body.to_json().unwrap();
        assert_eq!(body.to_expr().unwrap(), Expr::Literal(text.clone()));
        assert_eq!(Body::parse(&text).unwrap(), body);
    }
}
