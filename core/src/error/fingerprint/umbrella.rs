//! Umbrella types: types under which errors of many causes are thrown, so that the type and the place say too little.

use super::last_segment;

/// Names, as the last segment of a type; sorted.
const TYPES: [&str; 59] = [
    "AggregateError",
    "AggregateException",
    "ApiError",
    "ApiException",
    "AppError",
    "ApplicationException",
    "AssertionError",
    "AxiosError",
    "BotoCoreError",
    "BoxError",
    "ClientError",
    "CompletionException",
    "DBAPIError",
    "DataError",
    "DatabaseError",
    "Error",
    "ErrorException",
    "Exception",
    "ExceptionGroup",
    "ExecutionException",
    "Failure",
    "FetchError",
    "HTTPError",
    "HTTPException",
    "HttpError",
    "HttpException",
    "IOError",
    "IOException",
    "InternalError",
    "InternalServerError",
    "InvocationTargetException",
    "MongoError",
    "MongoServerError",
    "MySQLError",
    "NSException",
    "OSError",
    "OperationalError",
    "PSQLException",
    "PgError",
    "PostgresError",
    "ProgrammingError",
    "Report",
    "RpcError",
    "RpcException",
    "RuntimeError",
    "RuntimeException",
    "SQLException",
    "SQLSTATE",
    "SdkError",
    "ServerError",
    "ServiceException",
    "StandardError",
    "StatusRuntimeException",
    "SystemError",
    "Throwable",
    "UnknownError",
    "anyhow",
    "errorString",
    "panic",
];

/// Whether errors of many causes are of this type; an empty type is.
pub(super) fn is_umbrella(kind: &str) -> bool {
    let name = last_segment(kind);
    name.is_empty() || TYPES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_read_by_the_last_segment() {
        assert!(TYPES.is_sorted());
        for kind in ["", "Error", "java.lang.RuntimeException", "*errors.errorString", "anyhow::Error", "System.Exception", "panic"] {
            assert!(is_umbrella(kind), "{kind}");
        }
        for kind in ["KeyError", "java.lang.NullPointerException", "shop::StockError", "PaymentDeclined"] {
            assert!(!is_umbrella(kind), "{kind}");
        }
    }
}
