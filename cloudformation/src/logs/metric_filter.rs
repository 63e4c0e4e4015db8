//! `AWS::Logs::MetricFilter`.

use crate::shape::shape;
use crate::{Expr, List, Number, Value};

shape! {
    /// `AWS::Logs::MetricFilter`: turns matching events of a group into metric samples. 100 a group.
    pub struct MetricFilter {
        required {
            /// The group.
            log_group_name: Expr,
            /// At most 1,024 characters; empty matches every event.
            filter_pattern: Expr,
            /// Exactly one.
            metric_transformations: List<MetricTransformation>,
        }
        optional {
            /// 1..=512 characters, without `:` and `*`.
            filter_name: Option<Expr>,
            /// Match the transformed event, where the group has a transformer.
            apply_on_transformed_logs: Option<Value<bool>>,
            /// `@aws.account`, `@aws.region` as dimensions.
            emit_system_field_dimensions: List<Expr>,
            /// At most 2,000 characters.
            field_selection_criteria: Option<Expr>,
        }
    }
}

shape! {
    /// Which metric a matching event feeds, and with what.
    pub struct MetricTransformation {
        required {
            /// 1..=255 characters, without `:`, `*` and `$`.
            metric_name: Expr,
            /// 1..=256 of letters, digits and `.-_/#`.
            metric_namespace: Expr,
            /// A number, `$.selector`, `$field` or `$N`; at most 100 characters.
            metric_value: Expr,
        }
        optional {
            /// Emitted for every event that does not match; not together with dimensions.
            default_value: Option<Value<Number>>,
            /// At most three.
            dimensions: List<FilterDimension>,
            /// A `CloudWatch` unit.
            unit: Option<Expr>,
        }
    }
}

shape! {
    /// A dimension whose value each event supplies.
    pub struct FilterDimension {
        required {
            /// The dimension's name.
            key: Expr,
            /// The selector of its value.
            value: Expr,
        }
        optional {
        }
    }
}
