//! Messages that go to one topic in one request.

use super::OutgoingMessage;

/// Most messages of one request (SNS `PublishBatch`).
pub const MAX_BATCH: usize = 10;

/// Most bytes of one request, over all its bodies, subjects and attributes: SNS counts 256 KiB over all messages of a batch as over a single one.
pub const MAX_BATCH_BYTES: usize = 256 * 1024;

/// The places of messages by request, in the order of the messages: each request is for one topic, of at most [`MAX_BATCH`] messages and
/// [`MAX_BATCH_BYTES`]. A message is never larger than a request by itself.
pub fn batches(messages: &[OutgoingMessage]) -> Vec<Vec<usize>> {
    let mut batches: Vec<(Vec<usize>, usize)> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        let bytes = message.bytes();
        let of_topic = |batch: &(Vec<usize>, usize)| batch.0.first().and_then(|first| messages.get(*first)).is_some_and(|first| first.topic == message.topic);
        // The newest of its topic only: one that is full stays behind, so that the order on a topic is kept.
        let open = batches.iter_mut().rev().find(|batch| of_topic(batch)).filter(|(places, size)| places.len() < MAX_BATCH && size + bytes <= MAX_BATCH_BYTES);
        match open {
            Some((places, size)) => {
                places.push(place);
                *size += bytes;
            }
            None => batches.push((vec![place], bytes)),
        }
    }
    batches.into_iter().map(|(places, _)| places).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::notify::MAX_BODY_BYTES;

    fn message(topic: usize, bytes: usize) -> OutgoingMessage {
        let attributes = BTreeMap::from([("severity".to_owned(), "critical".to_owned())]);
        OutgoingMessage::new(&format!("topic-{topic}"), "subject", "x".repeat(bytes), attributes)
    }

    #[test]
    fn ten_messages_go_together_and_the_eleventh_does_not() {
        let messages: Vec<_> = (0..11).map(|_| message(0, 100)).collect();
        let sizes: Vec<usize> = batches(&messages).iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 1]);
    }

    #[test]
    fn the_sum_of_a_request_is_bounded_to_the_byte() {
        let half = message(0, MAX_BATCH_BYTES / 2 - message(0, 0).bytes());
        assert_eq!(half.bytes(), MAX_BATCH_BYTES / 2);
        assert_eq!(batches(&[half.clone(), half.clone()]), [[0, 1]]);
        assert_eq!(batches(&[half.clone(), half, message(0, 0)]), [vec![0, 1], vec![2]]);
    }

    proptest! {
        #[test]
        fn every_message_is_in_one_request_of_its_topic(sizes in prop::collection::vec((0_usize..3, 0_usize..MAX_BODY_BYTES * 2), 0..40)) {
            let messages: Vec<_> = sizes.iter().map(|&(topic, bytes)| message(topic, bytes)).collect();
            let batches = batches(&messages);
            for batch in &batches {
                prop_assert!(!batch.is_empty() && batch.len() <= MAX_BATCH);
                prop_assert!(batch.iter().map(|place| messages[*place].bytes()).sum::<usize>() <= MAX_BATCH_BYTES);
                prop_assert!(batch.iter().all(|place| messages[*place].topic == messages[batch[0]].topic));
            }
            for topic in 0..3 {
                let order: Vec<usize> = batches.iter().flatten().copied().filter(|place| messages[*place].topic == format!("topic-{topic}")).collect();
                prop_assert!(order.is_sorted());
            }
            let mut all: Vec<usize> = batches.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..messages.len()).collect::<Vec<_>>());
        }
    }
}
