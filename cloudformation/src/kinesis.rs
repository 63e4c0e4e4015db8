//! `AWS::Kinesis::*`: data streams.

use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::Kinesis::Stream`. `Ref` is the name.
    pub struct Stream {
        optional {
            /// 1..=128 of letters, digits, `_`, `.` and `-`.
            name: Option<Expr>,
            /// Hours a record is kept, see [`crate::limits::STREAM_RETENTION_HOURS`]; 24 when absent.
            retention_period_hours: Option<Value<u32>>,
            /// With [`StreamMode::Provisioned`], which needs it.
            shard_count: Option<Value<u32>>,
            /// Who decides how many shards there are; provisioned when absent.
            stream_mode_details: Option<Value<StreamModeDetails>>,
            /// Encryption at rest.
            stream_encryption: Option<Value<StreamEncryption>>,
            /// Metrics for each shard, each of them priced.
            desired_shard_level_metrics: List<Expr>,
            /// Largest record, KiB: 1,024..=10,240.
            #[serde(rename = "MaxRecordSizeInKiB")]
            max_record_size_in_kib: Option<Value<u32>>,
            /// `AUTO` or `USER_PARTITION_KEY`; on demand only.
            record_distribution_strategy: Option<Expr>,
            /// Throughput kept ready, MiB a second; on demand only.
            #[serde(rename = "WarmThroughputMiBps")]
            warm_throughput_mibps: Option<Value<u32>>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// Who decides how many shards there are.
    pub struct StreamModeDetails {
        required {
            /// Who.
            stream_mode: Value<StreamMode>,
        }
        optional {
        }
    }
}

words! {
    /// Who decides how many shards a stream has.
    pub enum StreamMode {
        /// Kinesis, by what comes in.
        OnDemand = "ON_DEMAND",
        /// Whoever writes the template.
        Provisioned = "PROVISIONED",
    }
}

shape! {
    /// Encryption at rest of a stream.
    pub struct StreamEncryption {
        required {
            /// `KMS`, the only one there is.
            encryption_type: Expr,
            /// Key by id, ARN or alias.
            key_id: Expr,
        }
        optional {
        }
    }
}
