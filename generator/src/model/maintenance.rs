//! Times in which the alarms of a service tell nobody.

use std::fmt::{self, Display, Formatter};

/// One window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// Name, unique in the project.
    pub name: String,
    /// When it opens.
    pub opens: Opens,
    /// For how many minutes each time.
    pub minutes: u32,
    /// IANA time zone in which it opens.
    pub zone: String,
}

/// When a window opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// On some days of every week.
    Weekly {
        /// The days, each once, in the order of [`Day::ALL`].
        days: Vec<Day>,
        /// Hour.
        hour: u8,
        /// Minute.
        minute: u8,
    },
    /// Once.
    Once {
        /// Year.
        year: u16,
        /// Month, from 1.
        month: u8,
        /// Day, from 1.
        day: u8,
        /// Hour.
        hour: u8,
        /// Minute.
        minute: u8,
    },
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    /// Sunday.
    Sunday,
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
}

impl Day {
    /// All of them, in the order in which schedules number them.
    pub const ALL: [Self; 7] = [Self::Sunday, Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday];

    /// The whole name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sunday => "Sunday",
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
        }
    }

    /// The first three letters: `Sun`.
    pub fn short(self) -> &'static str {
        self.as_str().get(..3).unwrap_or_default()
    }
}

impl Opens {
    /// Minutes between two openings that are next to each other; `None` when it opens once.
    pub fn least_gap(&self) -> Option<u32> {
        let Self::Weekly { days, .. } = self else { return None };
        let places: Vec<u32> = (0..).zip(Day::ALL).filter(|(_, day)| days.contains(day)).map(|(place, _)| place).collect();
        let next = places.iter().skip(1).copied().chain(places.first().map(|first| first + 7));
        places.iter().zip(next).map(|(here, next)| (next - here) * 1_440).min()
    }
}

impl Display for Opens {
    /// `Sun 02:00`, `daily 02:00`, `Mon-Fri 22:00`, `2027-03-01 22:00`: as it is typed.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekly { days, hour, minute } => {
                if days.len() == Day::ALL.len() {
                    out.write_str("daily")?;
                } else {
                    out.write_str(&runs(days, Day::short))?;
                }
                write!(out, " {hour:02}:{minute:02}")
            }
            Self::Once { year, month, day, hour, minute } => write!(out, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
        }
    }
}

/// Days with every run of three and more as a range: `Mon-Fri`, `Sun,Sat`.
pub(crate) fn runs(days: &[Day], word: impl Fn(Day) -> &'static str) -> String {
    let places: Vec<usize> = (0..).zip(Day::ALL).filter(|(_, day)| days.contains(day)).map(|(place, _)| place).collect();
    let runs: Vec<String> = places
        .chunk_by(|left, right| left + 1 == *right)
        .map(|run| {
            let words: Vec<&str> = run.iter().filter_map(|place| Day::ALL.get(*place)).map(|day| word(*day)).collect();
            match words.as_slice() {
                [first, _, .., last] => format!("{first}-{last}"),
                few => few.join(","),
            }
        })
        .collect();
    runs.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(days: &[Day]) -> Opens {
        Opens::Weekly { days: days.to_vec(), hour: 2, minute: 5 }
    }

    #[test]
    fn it_reads_as_it_is_typed() {
        assert_eq!(weekly(&[Day::Sunday]).to_string(), "Sun 02:05");
        assert_eq!(weekly(&Day::ALL).to_string(), "daily 02:05");
        assert_eq!(weekly(&[Day::Sunday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Saturday]).to_string(), "Sun,Tue-Thu,Sat 02:05");
        assert_eq!(Opens::Once { year: 2027, month: 3, day: 1, hour: 22, minute: 0 }.to_string(), "2027-03-01 22:00");
    }

    #[test]
    fn the_shortest_time_between_two_openings_counts() {
        assert_eq!(weekly(&[Day::Sunday]).least_gap(), Some(7 * 1_440));
        assert_eq!(weekly(&[Day::Sunday, Day::Saturday]).least_gap(), Some(1_440));
        assert_eq!(weekly(&[Day::Monday, Day::Thursday]).least_gap(), Some(3 * 1_440));
        assert_eq!(Opens::Once { year: 2027, month: 3, day: 1, hour: 22, minute: 0 }.least_gap(), None);
    }
}
