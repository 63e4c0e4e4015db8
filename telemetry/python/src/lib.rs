//! The native part of the Python package `skywarden`: everything that is done for each line and each request.
//!
//! Rules that hold everywhere here: no lock is held while Python code may run; nothing raises because of what is logged; nothing waits without bound.

#![expect(clippy::needless_pass_by_value, reason = "arguments are extracted for the call, and belong to it")]

mod capture;
mod clock;
mod context;
mod detached;
mod error;
mod incoming;
mod invocation;
mod json;
mod known;
mod metric;
mod pipeline;
mod record;
mod renderer;
mod request;
mod settings;
mod slot;
mod text;
mod value;

use pyo3::{create_exception, exceptions::PyValueError, prelude::*};

create_exception!(skywarden._native, SettingsError, PyValueError, "Settings that cannot be used: which, where, and what to do.");

/// The native part of `skywarden`; not for use by itself.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{
        SettingsError,
        capture::Capture,
        clock::{hold_time, seed_ids},
        context::{bind, clear, outgoing_headers, request_id, unbind, with_fields},
        invocation::begin_invocation,
        metric::{flush_metrics, metric},
        pipeline::{Pipeline, after_fork, configure, flush, levels, lost, set_level, tells_requests},
        record::{context_line, format_record, is_record_attribute, write_at_once, write_error, write_record},
        renderer::Renderer,
        request::Request,
    };
    use pyo3::{
        Bound, PyResult,
        types::{PyModule, PyModuleMethods as _},
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        super::context::add(module)
    }
}
