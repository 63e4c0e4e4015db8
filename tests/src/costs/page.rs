//! The tables of the documentation.

use std::fmt::Write as _;

use super::{
    price::{self, Bill, FORWARDERS, INGESTION_A_GB, LINE_BYTES, TERABYTE},
    report::{Costs, FunctionCosts, PACKAGE_MB, PEAK_MIB, START_MS, Work},
};

impl Costs {
    /// What was measured, and what it makes for a terabyte of log lines, as the documentation has it.
    pub fn page(&self) -> String {
        [self.programs(), self.invocations(), self.terabytes()].join("\n")
    }

    fn programs(&self) -> String {
        let mut text = "| function | from start to first poll | CPU time until then | most memory | package |\n|---|---|---|---|---|\n".to_owned();
        for function in &self.functions {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "| {} | {:.1} ms | {:.1} ms | {:.1} MiB | {:.2} MB |",
                function.function,
                function.start_ms,
                function.start_cpu_ms,
                function.peak_mib(),
                function.package_mb()
            );
        }
        let _ = writeln!(text, "| wanted below | {START_MS:.0} ms | | {PEAK_MIB:.0} MiB | {PACKAGE_MB:.0} MB |");
        text
    }

    fn invocations(&self) -> String {
        let mut text = "| function | delivery | events | payload | CPU time | an event | calls |\n|---|---|---|---|---|---|---|\n".to_owned();
        for (function, work) in self.works() {
            let events = if work.events == 0 { String::new() } else { work.events.to_string() };
            let _ = writeln!(
                text,
                "| {} | {} | {events} | {} B | {:.2} ms | {} | {} |",
                function.function,
                work.name,
                work.payload_bytes,
                work.cpu_ms,
                work.cpu_an_event(),
                work.calls_told()
            );
        }
        text
    }

    fn terabytes(&self) -> String {
        let mut text = "| of a terabyte of lines | invocations | CPU time | Lambda: CPU | Lambda: waiting | Lambda: invocations | other services | together |\n|---|---|---|---|---|---|---|---|\n".to_owned();
        for (function, work) in self.works() {
            if let Some(bill) = price::terabyte(function, work) {
                let _ = writeln!(text, "| {}, {} | {}", function.function, work.name, row(&bill));
            }
        }
        for forwarder in FORWARDERS {
            let cpu_seconds = TERABYTE / LINE_BYTES * forwarder.nanoseconds / 1e9;
            let _ = writeln!(text, "| {} | | {cpu_seconds:.0} s | ${:.2} | not measured | | not measured | |", forwarder.what, price::compute(cpu_seconds));
        }
        let _ = writeln!(text, "| taking the lines in, CloudWatch Logs | | | | | | ${:.2} | ${:.2} |", INGESTION_A_GB * 1e3, INGESTION_A_GB * 1e3);
        text
    }

    fn works(&self) -> impl Iterator<Item = (&FunctionCosts, &Work)> {
        self.functions.iter().flat_map(|function| function.work.iter().map(move |work| (function, work)))
    }
}

fn row(bill: &Bill) -> String {
    format!(
        "{:.2} M | {:.0} s | ${:.2} | ${:.2} | ${:.2} | ${:.2} | **${:.2}** |",
        bill.million_invocations,
        bill.cpu_seconds,
        bill.compute,
        bill.waiting,
        bill.invocations,
        bill.calls,
        bill.total()
    )
}
