//! What libraries and services really write, and the category a person would put it in. The lines are copied from documentation, issue trackers and
//! source of the libraries named, and are not those of the catalogue's own examples.

use skywarden_core::{error::classify::Classifier, plan::TaxonomyRule};
use skywarden_generator::config::{Evidence, Templates, error_catalogue};

/// Type, message, code, expected rule.
const ERRORS: &[(&str, &str, &str, &str)] = &[
    // AWS SDKs
    (
        "botocore.errorfactory.ProvisionedThroughputExceededException",
        "An error occurred (ProvisionedThroughputExceededException) when calling the Query operation (reached max retries: 10): The level of configured provisioned throughput for the table was exceeded.",
        "",
        "throttling.throughput",
    ),
    (
        "botocore.exceptions.ClientError",
        "An error occurred (RequestLimitExceeded) when calling the DescribeInstances operation (reached max retries: 4): Request limit exceeded.",
        "",
        "throttling",
    ),
    (
        "botocore.exceptions.ClientError",
        "An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired.",
        "",
        "auth.authn.expired",
    ),
    ("botocore.exceptions.ClientError", "An error occurred (404) when calling the HeadObject operation: Not Found", "", "not_found"),
    ("botocore.exceptions.EndpointConnectionError", "Could not connect to the endpoint URL: \"https://sqs.eu-west-1.amazonaws.com/\"", "", "network"),
    ("botocore.exceptions.ReadTimeoutError", "Read timeout on endpoint URL: \"https://dynamodb.eu-west-1.amazonaws.com/\"", "", "timeout.dependency"),
    (
        "com.amazonaws.services.dynamodbv2.model.AmazonDynamoDBException",
        "The provided key element does not match the schema (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: 5RA; Proxy: null)",
        "",
        "validation.aws",
    ),
    ("software.amazon.awssdk.services.s3.model.S3Exception", "Access Denied (Service: S3, Status Code: 403, Request ID: X)", "", "auth.authz.aws"),
    (
        "",
        "operation error DynamoDB: PutItem, exceeded maximum number of attempts, 3, https response error StatusCode: 400, RequestID: X, api error ThrottlingException: Rate exceeded",
        "",
        "throttling",
    ),
    ("", "operation error S3: GetObject, https response error StatusCode: 404, RequestID: X, HostID: Y, NoSuchKey: ", "", "not_found.aws"),
    (
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]",
        "",
        "conflict.concurrent_write",
    ),
    ("CredentialsProviderError", "Could not load credentials from any providers", "", "auth.authn.aws"),
    ("SdkError", "unhandled error (ThrottlingException)", "", "throttling"),
    ("KMSInvalidStateException", "arn:aws:kms:::key/x is pending deletion.", "", "unknown"),
    // Lambda
    ("Runtime.ImportModuleError", "Error: Cannot find module 'index'\nRequire stack:\n- /var/runtime/index.mjs", "", "init.module"),
    ("Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: exit status 139", "", "crash"),
    ("Runtime.MarshalError", "Unable to marshal response: Object of type datetime is not JSON serializable", "", "serialization"),
    ("Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token '}'", "", "init.entrypoint"),
    (
        "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>",
        "error trying to connect: dns error: failed to lookup address information: Name or service not known",
        "",
        "network.dns",
    ),
    ("alloc::string::String", "order 17 is not paid", "", "unknown"),
    // Python
    ("requests.exceptions.ConnectionError", "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))", "", "network.reset"),
    (
        "requests.exceptions.ConnectionError",
        "HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded with url: /v1 (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
        "",
        "network.refused",
    ),
    ("urllib.error.HTTPError", "HTTP Error 503: Service Unavailable", "", "dependency"),
    ("httpx.HTTPStatusError", "Client error '401 Unauthorized' for url 'https://api.example.com/'", "", "auth.authn"),
    ("httpx.ConnectTimeout", "", "", "timeout.dependency.connect"),
    ("httpx.PoolTimeout", "", "", "database.pool"),
    ("aiohttp.client_exceptions.ServerDisconnectedError", "Server disconnected", "", "network.reset"),
    ("aiohttp.client_exceptions.ClientResponseError", "500, message='Internal Server Error', url=URL('http://x')", "", "dependency"),
    ("asyncio.exceptions.TimeoutError", "", "", "timeout.dependency"),
    ("psycopg.errors.UniqueViolation", "duplicate key value violates unique constraint \"users_email_key\"", "", "conflict.duplicate"),
    ("psycopg.OperationalError", "connection failed: connection to server at \"10.0.0.3\", port 5432 failed: Connection refused", "", "database.connection"),
    ("sqlalchemy.exc.ProgrammingError", "(psycopg2.errors.UndefinedColumn) column orders.note does not exist", "", "database.statement"),
    (
        "sqlalchemy.exc.OperationalError",
        "(pymysql.err.OperationalError) (1213, 'Deadlock found when trying to get lock; try restarting transaction')",
        "",
        "database.deadlock",
    ),
    ("sqlalchemy.exc.DataError", "(psycopg2.errors.StringDataRightTruncation) value too long for type character varying(10)", "", "validation.constraint"),
    ("django.db.utils.IntegrityError", "null value in column \"name\" of relation \"shop_item\" violates not-null constraint", "", "validation.constraint"),
    ("redis.exceptions.ConnectionError", "Error 111 connecting to redis:6379. Connection refused.", "", "database.connection"),
    ("pymongo.errors.DuplicateKeyError", "E11000 duplicate key error collection: shop.orders index: _id_ dup key", "", "conflict.duplicate"),
    ("pydantic_core._pydantic_core.ValidationError", "2 validation errors for Settings", "", "validation"),
    ("jwt.exceptions.ExpiredSignatureError", "Signature has expired", "", "auth.authn.expired"),
    (
        "ssl.SSLCertVerificationError",
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)",
        "",
        "network.tls",
    ),
    (
        "grpc._channel._InactiveRpcError",
        "<_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.DEADLINE_EXCEEDED\n\tdetails = \"Deadline Exceeded\"",
        "",
        "timeout.dependency",
    ),
    ("json.decoder.JSONDecodeError", "Extra data: line 1 column 5 (char 4)", "", "serialization.json"),
    ("OSError", "[Errno 24] Too many open files: '/proc/stat'", "", "quota.files"),
    ("RuntimeError", "CUDA out of memory. Tried to allocate 2.00 MiB", "", "oom"),
    ("openai.RateLimitError", "Error code: 429 - {'error': {'message': 'You exceeded your current quota'}}", "", "throttling"),
    // Java and Kotlin
    ("java.net.SocketTimeoutException", "Read timed out", "", "timeout.dependency"),
    ("java.net.ConnectException", "Connection refused (Connection refused)", "", "network.refused"),
    ("javax.net.ssl.SSLHandshakeException", "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException", "", "network.tls"),
    ("org.postgresql.util.PSQLException", "ERROR: duplicate key value violates unique constraint \"orders_pkey\"", "23505", "conflict.duplicate"),
    ("java.sql.SQLTransientConnectionException", "HikariPool-1 - Connection is not available, request timed out after 30000ms.", "", "database.pool"),
    (
        "org.springframework.dao.DataIntegrityViolationException",
        "could not execute statement; SQL [n/a]; constraint [null]; nested exception is ConstraintViolationException",
        "",
        "conflict",
    ),
    ("org.springframework.web.client.HttpClientErrorException$NotFound", "404 Not Found: [no body]", "", "not_found"),
    ("org.springframework.web.client.HttpServerErrorException$BadGateway", "502 Bad Gateway: [no body]", "", "dependency"),
    ("feign.FeignException$ServiceUnavailable", "[503 Service Unavailable] during [GET] to [http://stock/items]", "", "dependency"),
    ("io.grpc.StatusRuntimeException", "RESOURCE_EXHAUSTED: gRPC message exceeds maximum size 4194304", "", "throttling"),
    (
        "com.fasterxml.jackson.databind.exc.MismatchedInputException",
        "Cannot deserialize value of type `java.lang.Integer` from String \"a\"",
        "",
        "serialization.json",
    ),
    ("kotlinx.coroutines.JobCancellationException", "Job was cancelled", "", "cancelled"),
    ("org.hibernate.StaleObjectStateException", "Row was updated or deleted by another transaction", "", "conflict.concurrent_write"),
    ("java.lang.NoClassDefFoundError", "com/shop/Order", "", "init.module"),
    // Node
    ("Error", "getaddrinfo EAI_AGAIN db.internal", "EAI_AGAIN", "network.dns"),
    ("Error", "connect ETIMEDOUT 10.0.0.9:443", "ETIMEDOUT", "timeout.dependency"),
    ("AxiosError", "Request failed with status code 404", "ERR_BAD_REQUEST", "not_found"),
    ("AxiosError", "timeout of 3000ms exceeded", "ECONNABORTED", "timeout.dependency"),
    ("TypeError", "Cannot destructure property 'id' of 'undefined' as it is undefined.", "", "bug.missing_value"),
    ("TypeError [ERR_INVALID_ARG_TYPE]", "The \"path\" argument must be of type string. Received undefined", "", "bug"),
    ("SyntaxError", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", "", "serialization.json"),
    (
        "PrismaClientKnownRequestError",
        "Invalid `prisma.user.create()` invocation: Unique constraint failed on the fields: (`email`)",
        "P2002",
        "conflict.duplicate",
    ),
    ("PrismaClientInitializationError", "Can't reach database server at `db`:`5432`", "P1001", "database.connection"),
    ("MongoServerError", "E11000 duplicate key error collection: shop.users", "11000", "conflict.duplicate"),
    ("JsonWebTokenError", "invalid signature", "", "auth.authn"),
    ("Error", "Request failed: 14 UNAVAILABLE: No connection established", "", "dependency"),
    ("Error", "EACCES: permission denied, mkdir '/var/task/tmp'", "EACCES", "auth.authz.file"),
    // Go
    ("", "Get \"https://api/x\": dial tcp: lookup api on 10.0.0.2:53: no such host", "", "network.dns"),
    ("", "Get \"https://api/x\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)", "", "timeout.dependency"),
    ("", "rpc error: code = PermissionDenied desc = missing scope", "", "auth.authz"),
    ("", "pq: deadlock detected", "", "database.deadlock"),
    ("", "ERROR: relation \"orders\" does not exist (SQLSTATE 42P01)", "", "database.statement"),
    ("", "invalid character '<' looking for beginning of value", "", "serialization.json"),
    ("", "write tcp 10.0.0.1:80->10.0.0.2:443: write: broken pipe", "", "network.reset"),
    ("*errors.errorString", "sql: no rows in result set", "", "not_found.record"),
    // Rust
    ("reqwest::Error", "error sending request for url (https://pay/): operation timed out", "", "timeout.dependency"),
    ("sqlx::Error", "error returned from database: duplicate key value violates unique constraint \"a\"", "", "conflict.duplicate"),
    ("", "error returned from database: duplicate key value violates unique constraint \"a\"", "", "conflict.duplicate"),
    ("tonic::Status", "status: Unavailable, message: \"transport error\", details: [], metadata: MetadataMap { headers: {} }", "", "dependency"),
    ("serde_json::Error", "invalid type: string \"a\", expected u32 at line 1 column 8", "", "serialization.json"),
    ("shop::PayError", "gateway answered with status 503", "", "dependency"),
    ("", "error trying to connect: tcp connect error: Connection refused (os error 111)", "", "network.refused"),
    // .NET, Ruby, PHP
    ("System.NullReferenceException", "Object reference not set to an instance of an object.", "", "bug.missing_value"),
    ("System.Net.Http.HttpRequestException", "Response status code does not indicate success: 503 (Service Unavailable).", "", "dependency"),
    ("System.Threading.Tasks.TaskCanceledException", "A task was canceled.", "", "cancelled"),
    ("Npgsql.PostgresException", "40001: could not serialize access due to concurrent update", "", "database.serialization"),
    (
        "Microsoft.Data.SqlClient.SqlException",
        "Transaction (Process ID 52) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.",
        "",
        "database.deadlock",
    ),
    ("NoMethodError", "undefined method `total' for nil:NilClass", "", "bug.missing_value"),
    ("ActiveRecord::RecordNotFound", "Couldn't find Order with 'id'=17", "", "not_found.record"),
    ("PG::ConnectionBad", "connection to server at \"10.0.0.3\", port 5432 failed: FATAL: too many connections", "", "database.connection"),
    ("Net::OpenTimeout", "execution expired", "", "timeout.dependency.connect"),
    ("PDOException", "SQLSTATE[HY000] [2002] Connection refused", "", "database.connection"),
    (
        "Illuminate\\Database\\QueryException",
        "SQLSTATE[23000]: Integrity constraint violation: 1062 Duplicate entry 'a' for key 'users.email'",
        "",
        "conflict.duplicate",
    ),
    ("GuzzleHttp\\Exception\\ConnectException", "cURL error 28: Operation timed out after 5001 milliseconds", "", "timeout.dependency"),
    ("Doctrine\\DBAL\\Exception", "SQLSTATE[HY000]: NOT NULL constraint failed: a.b", "", "validation.constraint"),
    ("Function<NoMethodError>", "undefined method 'fetch' for nil", "", "bug.missing_value"),
    ("Fatal error", "Allowed memory size of 134217728 bytes exhausted (tried to allocate 4096 bytes)", "", "oom.heap"),
    // Swift, Dart, C++
    ("Fatal error", "Unexpectedly found nil while unwrapping an Optional value", "", "crash"),
    ("fatal error", "concurrent map read and map write", "", "crash"),
    ("std::bad_alloc", "std::bad_alloc", "", "oom"),
    ("", "Null check operator used on a null value", "", "bug.missing_value"),
    // Look-alikes
    ("", "processed 503 records of order 404", "", "unknown"),
    ("", "status is fine", "", "unknown"),
    ("PaymentDeclined", "card declined", "", "unknown"),
];

#[test]
fn what_libraries_write_goes_where_a_person_would_put_it() {
    let taxonomy: Vec<TaxonomyRule> =
        error_catalogue(&Templates::builtin()).map_err(|broken| broken.diagnostics).unwrap().into_iter().map(|rule| rule.rule).collect();
    let classifier = Classifier::new(&[], &taxonomy).unwrap();
    let mut wrong = Vec::new();
    for &(kind, message, code, expected) in ERRORS {
        let evidence = Evidence { r#type: kind.to_owned(), message: message.to_owned(), code: code.to_owned(), ..Evidence::default() };
        let class = classifier.classify(&evidence.fault(), "shop");
        if class.rule != expected {
            wrong.push(format!("{kind}: {message}\n    leads to {} by {}, expected {expected}", class.rule, class.evidence));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ERRORS.len(), wrong.join("\n"));
}
