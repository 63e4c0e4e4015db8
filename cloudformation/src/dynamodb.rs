//! `AWS::DynamoDB::Table`.

use serde_json::Value as Json;

use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::DynamoDB::Table`. `Ref` is the name.
    pub struct Table {
        required {
            /// Partition key, then perhaps the sort key.
            key_schema: List<KeyElement>,
        }
        optional {
            /// 3..=255 of letters, digits and `_-.`.
            table_name: Option<Expr>,
            /// Types of every attribute that is part of a key.
            attribute_definitions: List<AttributeDefinition>,
            /// Provisioned when absent.
            billing_mode: Option<Value<BillingMode>>,
            /// Capacity of a provisioned table.
            provisioned_throughput: Option<Value<ProvisionedThroughput>>,
            /// Ceiling of an on-demand table, kept as read.
            on_demand_throughput: Option<Json>,
            /// Other keys over the whole table, at most 20.
            global_secondary_indexes: List<SecondaryIndex>,
            /// Other sort keys, at most five.
            local_secondary_indexes: List<SecondaryIndex>,
            /// Attribute with the Unix second after which an item may go.
            time_to_live_specification: Option<Value<TimeToLive>>,
            /// Continuous backup.
            point_in_time_recovery_specification: Option<Value<PointInTimeRecovery>>,
            /// Encryption at rest.
            #[serde(rename = "SSESpecification")]
            sse_specification: Option<Value<TableEncryption>>,
            /// Change stream.
            stream_specification: Option<Value<TableStream>>,
            /// Refuses deletion while true.
            deletion_protection_enabled: Option<Value<bool>>,
            /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
            table_class: Option<Expr>,
            /// Kept as read.
            contributor_insights_specification: Option<Json>,
            /// Kept as read.
            resource_policy: Option<Json>,
            /// Kept as read.
            kinesis_stream_specification: Option<Json>,
            /// Kept as read.
            import_source_specification: Option<Json>,
            /// Kept as read.
            warm_throughput: Option<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// One attribute of a key.
    pub struct KeyElement {
        required {
            /// Its name.
            attribute_name: Expr,
            /// Its part.
            key_type: Value<KeyType>,
        }
        optional {
        }
    }
}

words! {
    /// The part an attribute plays in a key.
    pub enum KeyType {
        /// Partition key.
        Hash = "HASH",
        /// Sort key.
        Range = "RANGE",
    }
}

shape! {
    /// The type of an attribute.
    pub struct AttributeDefinition {
        required {
            /// Its name.
            attribute_name: Expr,
            /// Its type.
            attribute_type: Value<AttributeType>,
        }
        optional {
        }
    }
}

words! {
    /// Types a key attribute can have.
    pub enum AttributeType {
        /// Text.
        String = "S",
        /// Number.
        Number = "N",
        /// Bytes.
        Binary = "B",
    }
}

words! {
    /// How a table is paid.
    pub enum BillingMode {
        /// By request.
        PayPerRequest = "PAY_PER_REQUEST",
        /// By reserved capacity.
        Provisioned = "PROVISIONED",
    }
}

shape! {
    /// Reserved capacity.
    pub struct ProvisionedThroughput {
        required {
            /// Strongly consistent reads of 4 KB a second.
            read_capacity_units: Value<u32>,
            /// Writes of 1 KB a second.
            write_capacity_units: Value<u32>,
        }
        optional {
        }
    }
}

shape! {
    /// Another key over a table.
    pub struct SecondaryIndex {
        required {
            /// 3..=255 characters.
            index_name: Expr,
            /// Partition key, then perhaps the sort key.
            key_schema: List<KeyElement>,
            /// Which attributes it copies.
            projection: Value<Projection>,
        }
        optional {
            /// Capacity of a provisioned index.
            provisioned_throughput: Option<Value<ProvisionedThroughput>>,
        }
    }
}

shape! {
    /// Which attributes an index copies.
    pub struct Projection {
        optional {
            /// How many.
            projection_type: Option<Value<ProjectionType>>,
            /// With [`ProjectionType::Include`].
            non_key_attributes: List<Expr>,
        }
    }
}

words! {
    /// How much an index copies.
    pub enum ProjectionType {
        /// Everything.
        All = "ALL",
        /// Keys.
        KeysOnly = "KEYS_ONLY",
        /// Keys and the named.
        Include = "INCLUDE",
    }
}

shape! {
    /// Expiry. Deletion may come days later: filter on read.
    pub struct TimeToLive {
        required {
            /// Whether it is on.
            enabled: Value<bool>,
        }
        optional {
            /// Attribute with the Unix second.
            attribute_name: Option<Expr>,
        }
    }
}

shape! {
    /// Continuous backup.
    pub struct PointInTimeRecovery {
        required {
            /// Whether it is on.
            point_in_time_recovery_enabled: Value<bool>,
        }
        optional {
            /// Days, 1..=35.
            recovery_period_in_days: Option<Value<u32>>,
        }
    }
}

shape! {
    /// Encryption at rest with a KMS key.
    pub struct TableEncryption {
        required {
            /// False: `DynamoDB`'s own key.
            #[serde(rename = "SSEEnabled")]
            sse_enabled: Value<bool>,
        }
        optional {
            /// `KMS`.
            #[serde(rename = "SSEType")]
            sse_type: Option<Expr>,
            /// Key id, ARN or alias.
            #[serde(rename = "KMSMasterKeyId")]
            kms_master_key_id: Option<Expr>,
        }
    }
}

shape! {
    /// Change stream.
    pub struct TableStream {
        required {
            /// `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
            stream_view_type: Expr,
        }
        optional {
        }
    }
}
