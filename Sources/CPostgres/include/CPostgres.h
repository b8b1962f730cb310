#pragma once

// libpq as Debian installs it. Everything that is used of it is callable from Swift as it is.
#include <postgresql/libpq-fe.h>

/// The five characters of the SQLSTATE; NULL when the server gave none, which means that there was no server.
static inline const char *cpostgres_sql_state(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/// The server's one-line message, without the detail that may quote values of the row.
static inline const char *cpostgres_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}
