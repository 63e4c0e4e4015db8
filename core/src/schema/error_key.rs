//! Keys of the object `error`.

use super::keys::keys;

keys! {
    /// A key of the object `error`, in the order lines are written.
    ErrorKey, 4:
    Type "type" "Type or class of the error."
    Message "message" "Message of the error."
    Stack "stack" "Stack, causes included, as text of several lines."
    Hash "hash" "Hash of the stack: the same for errors from the same place."
}
