// A Swift package target needs one source file; the wrappers live in the header so that they are inlined.
#include "CPostgres.h"
