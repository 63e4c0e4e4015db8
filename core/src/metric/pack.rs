//! Packing: data into requests of the size PutMetricData takes.

use super::{Datum, PutRequest};

/// Most data of one request.
pub const MAX_DATA: usize = 1000;

/// Most bytes of one request. The quota is 1 MB of compressed payload; the estimate below is of the uncompressed one, so it always fits.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// Requests of one namespace, each within both bounds, in the order of the data.
pub fn pack(namespace: &str, data: Vec<Datum>) -> Vec<PutRequest> {
    let mut requests: Vec<PutRequest> = Vec::new();
    let mut bytes = 0;
    for datum in data {
        let size = estimate(&datum);
        match requests.last_mut() {
            Some(request) if request.data.len() < MAX_DATA && bytes + size <= MAX_REQUEST_BYTES => {
                bytes += size;
                request.data.push(datum);
            }
            _ => {
                bytes = size + namespace.len() + 256;
                requests.push(PutRequest { namespace: namespace.to_owned(), data: vec![datum] });
            }
        }
    }
    requests
}

/// An upper estimate of a datum's size on the wire, for the widest encoding in use (query strings: names per member, percent-encoding).
fn estimate(datum: &Datum) -> usize {
    const FIXED: usize = 256;
    const PER_MEMBER: usize = 96;
    let text = |text: &str| text.len() * 3;
    FIXED
        + text(&datum.name)
        + datum.dimensions.iter().map(|(name, value)| 2 * PER_MEMBER + text(name) + text(value)).sum::<usize>()
        + datum.values.len() * 2 * PER_MEMBER
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::metric::ValueCount;

    fn datum(values: usize) -> Datum {
        Datum {
            name: "m".to_owned(),
            unit: "None".to_owned(),
            dimensions: vec![],
            at: Timestamp::UNIX_EPOCH,
            resolution_seconds: 60,
            values: vec![ValueCount { value: 1.0, count: 1.0 }; values],
        }
    }

    #[test]
    fn a_thousand_data_are_one_request_and_one_more_are_two() {
        assert_eq!(pack("n", vec![datum(1); MAX_DATA]).len(), 1);
        let two = pack("n", vec![datum(1); MAX_DATA + 1]);
        assert_eq!(two.iter().map(|request| request.data.len()).collect::<Vec<_>>(), [MAX_DATA, 1]);
    }

    #[test]
    fn large_data_are_split_by_size_and_none_is_lost() {
        let requests = pack("n", vec![datum(150); 100]);
        assert!(requests.len() > 1);
        assert_eq!(requests.iter().map(|request| request.data.len()).sum::<usize>(), 100);
        for request in requests {
            assert!(request.data.iter().map(estimate).sum::<usize>() <= MAX_REQUEST_BYTES);
        }
    }
}
