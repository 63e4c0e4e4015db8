//! `AWS::Logs::QueryDefinition`.

use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, List, Value};

shape! {
    /// `AWS::Logs::QueryDefinition`: a saved Logs Insights query. `Ref` is an id made by AWS.
    pub struct QueryDefinition {
        required {
            /// At most 255 characters; `/` makes folders in the console.
            name: Expr,
            /// At most 10,000 characters.
            query_string: Expr,
        }
        optional {
            /// Groups the console fills in.
            log_group_names: List<Expr>,
            /// Logs Insights QL when absent.
            query_language: Option<Value<QueryLanguage>>,
            /// Named holes of the query, kept as read.
            parameters: List<Json>,
        }
    }
}

words! {
    /// The language of a saved query.
    pub enum QueryLanguage {
        /// Logs Insights QL.
        Cwli = "CWLI",
        /// SQL.
        Sql = "SQL",
        /// `OpenSearch` PPL.
        Ppl = "PPL",
    }
}
