//! Middleware for `tower`: servers built with axum, hyper or `lambda_http`, and clients.
