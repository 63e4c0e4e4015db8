//! Packing: data into requests of the size PutMetricData takes.

use super::{Datum, MAX_DIMENSIONS, MAX_VALUES, PutRequest, wire};

/// Most data of one request (PutMetricData).
pub const MAX_DATA: usize = 1000;

/// Most bytes of one request, compressed. PutMetricData takes 1 MB and does not say which; this is the smaller reading.
pub const MAX_REQUEST_BYTES: usize = 1_000_000;

/// Most bytes of a body before compression that need not be measured: what does not compress grows by less than a 1,024th and 64 bytes (five
/// bytes a stored block of at least 16 KB, header and trailer).
const MAX_UNMEASURED_BYTES: usize = MAX_REQUEST_BYTES - MAX_REQUEST_BYTES / 1024 - 64;

/// One datum alone always fits, however little it compresses. Its parts at their longest, in bytes, a character taking up to four: a namespace
/// and a name of 1,024 characters (the embedded metric format allows these, PutMetricData fewer), 30 dimensions with 255 for the name and
/// 1,024 for the value, and 150 values with their counts.
const _: () = {
    const TEXT: usize = 4 * 1024;
    let namespace = TEXT + wire::envelope_bytes("") + 2;
    let dimensions = 2 + MAX_DIMENSIONS * wire::dimension_bytes(4 * 255, TEXT);
    let values = 2 * (2 + 9 * MAX_VALUES);
    assert!(namespace + wire::fixed_bytes(TEXT, "Terabytes/Second".len()) + dimensions + values + 2 <= MAX_UNMEASURED_BYTES);
};

/// Requests of one namespace, each within both bounds, in the order of the data.
pub fn pack(namespace: &str, data: Vec<Datum>) -> Vec<PutRequest> {
    let mut requests = Vec::with_capacity(data.len().div_ceil(MAX_DATA));
    let mut rest = data;
    while !rest.is_empty() {
        let after = rest.split_off(rest.len().min(MAX_DATA));
        split(namespace, rest, &mut requests);
        rest = after;
    }
    requests
}

/// Whether data are one request: at most [`MAX_DATA`], at most [`MAX_REQUEST_BYTES`] when compressed. Only bodies near the bound are
/// compressed to find out.
pub fn fits(namespace: &str, data: &[Datum]) -> bool {
    let estimate = || wire::envelope_bytes(namespace) + data.iter().map(wire::datum_bytes).sum::<usize>();
    data.len() <= MAX_DATA && (estimate() <= MAX_UNMEASURED_BYTES || wire::compressed_bytes(namespace, data) <= MAX_REQUEST_BYTES)
}

/// Halves data until each half fits.
fn split(namespace: &str, mut data: Vec<Datum>, into: &mut Vec<PutRequest>) {
    if data.len() <= 1 || fits(namespace, &data) {
        into.push(PutRequest { namespace: namespace.to_owned(), data });
    } else {
        let second = data.split_off(data.len().div_ceil(2));
        split(namespace, data, into);
        split(namespace, second, into);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::metric::ValueCount;

    /// Numbers that look random (xorshift), so that nothing compresses them.
    struct Noise(u64);

    impl Noise {
        fn number(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            // Any mantissa, and an exponent that keeps it finite.
            f64::from_bits(self.0 & !(1 << 62))
        }

        fn datum(&mut self, values: usize) -> Datum {
            let values = (0..values).map(|_| ValueCount { value: self.number(), count: self.number() });
            Datum { values: values.collect(), ..datum(0) }
        }
    }

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

    fn sizes(data: &[Datum]) -> Vec<usize> {
        let requests = pack("n", data.to_vec());
        let whole: Vec<Datum> = requests.iter().flat_map(|request| request.data.clone()).collect();
        assert!(whole == data, "the data are the same, in order");
        for request in &requests {
            assert!(wire::compressed_bytes(&request.namespace, &request.data) <= MAX_REQUEST_BYTES);
        }
        requests.iter().map(|request| request.data.len()).collect()
    }

    #[test]
    fn a_thousand_data_are_one_request_and_one_more_are_two() {
        assert_eq!(sizes(&vec![datum(1); MAX_DATA]), [MAX_DATA]);
        assert_eq!(sizes(&vec![datum(1); MAX_DATA + 1]), [MAX_DATA, 1]);
        assert!(sizes(&[]).is_empty());
    }

    #[test]
    fn what_compresses_well_is_one_request_beyond_a_megabyte() {
        let data = vec![datum(MAX_VALUES); MAX_DATA];
        assert!(data.iter().map(wire::datum_bytes).sum::<usize>() > 2 * MAX_REQUEST_BYTES);
        assert_eq!(sizes(&data), [MAX_DATA]);
    }

    #[test]
    fn what_does_not_compress_is_split_one_datum_beyond_the_bound() {
        let mut noise = Noise(0x5EED);
        let data: Vec<Datum> = (0..512).map(|_| noise.datum(MAX_VALUES)).collect();
        // The first length that is too much; measuring is slow without optimisation, so it is searched by halves.
        let (mut fitting, mut over) = (256, data.len());
        while over - fitting > 1 {
            let middle = usize::midpoint(fitting, over);
            if fits("n", &data[..middle]) { fitting = middle } else { over = middle }
        }
        let bytes = wire::compressed_bytes("n", &data[..over]);
        assert!(bytes > MAX_REQUEST_BYTES && bytes < MAX_REQUEST_BYTES + wire::datum_bytes(&data[0]), "{bytes}");
        assert_eq!(sizes(&data[..fitting]), [fitting]);
        assert_eq!(sizes(&data[..over]), [over.div_ceil(2), over / 2]);
    }

    #[test]
    fn what_need_not_be_measured_fits_even_when_it_does_not_compress() {
        let mut noise = Noise(0xBAD);
        let mut data: Vec<Datum> = Vec::new();
        let mut bytes = wire::envelope_bytes("n");
        loop {
            let next = noise.datum(MAX_VALUES);
            bytes += wire::datum_bytes(&next);
            if bytes > MAX_UNMEASURED_BYTES {
                break;
            }
            data.push(next);
        }
        assert!(wire::compressed_bytes("n", &data) <= MAX_REQUEST_BYTES);
        assert_eq!(sizes(&data), [data.len()]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn nothing_is_lost_and_every_request_fits(seed in 1_u64.., shapes in prop::collection::vec((0_usize..151, 1_usize..40), 0..30)) {
            let mut noise = Noise(seed);
            let data: Vec<Datum> = shapes.into_iter().flat_map(|(values, times)| (0..times).map(|_| noise.datum(values)).collect::<Vec<_>>()).collect();
            let sizes = sizes(&data);
            prop_assert!(sizes.iter().all(|size| *size <= MAX_DATA && *size > 0));
            prop_assert_eq!(sizes.iter().sum::<usize>(), data.len());
        }
    }
}
