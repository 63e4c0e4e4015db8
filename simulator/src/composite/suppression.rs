//! Suppression of the actions of a composite alarm (CloudWatch user guide, suppressing composite alarm actions).

/// What is held back of one composite alarm. Times are in any unit, as long as it is the same.
///
/// * A change of state waits for the suppressor, which may come a little later; each change begins the wait anew.
/// * While the suppressor is in ALARM nothing is done.
/// * Once it has left ALARM, what is held back waits for the extension; a change of state meanwhile waits as any other does.
/// * What has been done is done: a suppressor that comes after the wait changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression<T> {
    wait: i64,
    extension: i64,
    suppressed: bool,
    held: Option<T>,
    until: Option<i64>,
}

impl<T> Suppression<T> {
    /// Nothing held back yet, the suppressor not in ALARM.
    pub const fn new(wait: i64, extension: i64) -> Self {
        Self { wait, extension, suppressed: false, held: None, until: None }
    }

    /// The suppressor is in ALARM, or is not.
    pub fn suppress(&mut self, suppressed: bool, at: i64) {
        if suppressed == self.suppressed {
            return;
        }
        self.suppressed = suppressed;
        self.until = (!suppressed && self.held.is_some()).then_some(at + self.extension);
    }

    /// The composite alarm changes its state.
    pub fn change(&mut self, change: T, at: i64) {
        self.held = Some(change);
        self.until = (!self.suppressed).then_some(at + self.wait);
    }

    /// The change to act on, once its time has come.
    pub fn due(&mut self, now: i64) -> Option<T> {
        self.until.filter(|until| *until <= now)?;
        self.until = None;
        self.held.take()
    }
}
