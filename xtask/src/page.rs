//! The part of a page that a tool writes.

use std::{fs, path::Path};

use anyhow::Context as _;

/// Where the part begins and ends: whole lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Markers {
    pub(crate) begin: &'static str,
    pub(crate) end: &'static str,
}

impl Markers {
    /// Puts a text between the markers.
    pub(crate) fn write(self, page: &Path, between: &str) -> anyhow::Result<()> {
        let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
        let [before, _, after] = self.parts(page, &text)?;
        fs::write(page, [before, self.begin, "\n", between, "\n", self.end, after].concat())?;
        Ok(())
    }

    /// The text between the markers.
    pub(crate) fn read(self, page: &Path) -> anyhow::Result<String> {
        let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
        let [_, between, _] = self.parts(page, &text)?;
        Ok(between.trim().to_owned())
    }

    /// What is before, between and after the markers.
    fn parts<'t>(&self, page: &Path, text: &'t str) -> anyhow::Result<[&'t str; 3]> {
        let (before, rest) = text.split_once(self.begin).with_context(|| format!("{} has no line `{}`", page.display(), self.begin.trim()))?;
        let (between, after) = rest.split_once(self.end).with_context(|| format!("{} has no line `{}`", page.display(), self.end.trim()))?;
        Ok([before, between, after])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_replaced_and_nothing_around_it() {
        let markers = Markers { begin: "<!-- from here -->\n", end: "<!-- to here -->\n" };
        let page = std::env::temp_dir().join(format!("skywarden-page-{}.md", std::process::id()));
        fs::write(&page, "# Faults\n<!-- from here -->\nold\n<!-- to here -->\nafter\n").unwrap();
        markers.write(&page, "| new |\n").unwrap();
        assert_eq!(fs::read_to_string(&page).unwrap(), "# Faults\n<!-- from here -->\n\n| new |\n\n<!-- to here -->\nafter\n");
        assert_eq!(markers.read(&page).unwrap(), "| new |");
        fs::write(&page, "# Faults\n").unwrap();
        assert!(markers.write(&page, "").unwrap_err().to_string().ends_with("has no line `<!-- from here -->`"));
        fs::remove_file(page).unwrap();
    }
}
