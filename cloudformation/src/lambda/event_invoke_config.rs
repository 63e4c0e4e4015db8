//! `AWS::Lambda::EventInvokeConfig`.

use crate::shape::shape;
use crate::{Expr, Value};

shape! {
    /// `AWS::Lambda::EventInvokeConfig`: what becomes of asynchronous events.
    pub struct EventInvokeConfig {
        required {
            /// The function's name.
            function_name: Expr,
            /// `$LATEST`, a version or an alias.
            qualifier: Expr,
        }
        optional {
            /// Tries after the first, 0..=2; 2 when absent.
            maximum_retry_attempts: Option<Value<u32>>,
            /// Seconds, 60..=21,600; the longest when absent.
            maximum_event_age_in_seconds: Option<Value<u32>>,
            /// Where records of what happened go.
            destination_config: Option<Value<InvokeDestinations>>,
        }
    }
}

shape! {
    /// Where Lambda sends its record of an asynchronous invocation.
    pub struct InvokeDestinations {
        optional {
            /// After success.
            on_success: Option<Value<Destination>>,
            /// After the last failure; the record holds the event.
            on_failure: Option<Value<Destination>>,
        }
    }
}

shape! {
    /// A queue, standard topic, bucket (failure only), function or event bus.
    pub struct Destination {
        required {
            /// Its ARN.
            destination: Expr,
        }
        optional {
        }
    }
}
