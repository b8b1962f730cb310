#pragma once

// libcurl's option setters are variadic, which Swift cannot call. Each wrapper below takes one kind of value.
// curl's own type-checking macros are switched off: the wrappers' signatures do that work.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

static inline CURLcode ccurl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_ALL);
}

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// libcurl keeps a copy of the string; NULL restores the option's default or clears it.
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/// For option values that libcurl keeps as they are: contexts of callbacks, CURLOPT_PRIVATE.
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// libcurl does not copy the list: it must outlive the transfer.
static inline CURLcode ccurl_set_headers(CURL *easy, struct curl_slist *list) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

/// libcurl does not copy the list: it must outlive the transfer.
static inline CURLcode ccurl_set_recipients(CURL *easy, struct curl_slist *list) {
    return curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, list);
}

/// A POST with a copy of `count` bytes. The size goes first: libcurl copies that many when it gets the bytes.
static inline CURLcode ccurl_set_post(CURL *easy, const void *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, count);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes ? (const char *)bytes : "");
}

/// A GET; frees the copy of an earlier POST's body.
static inline CURLcode ccurl_set_get(CURL *easy) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, (char *)0);
    if (code != CURLE_OK) return code;
    code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)-1);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
}

/// `option` is CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION.
static inline CURLcode ccurl_on_bytes(CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_on_read(CURL *easy, curl_read_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_READFUNCTION, callback);
}

/// Takes effect with CURLOPT_VERBOSE only; nothing is printed then, everything goes to the callback.
static inline CURLcode ccurl_on_debug(CURL *easy, curl_debug_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, callback);
}

/// Takes effect with CURLOPT_NOPROGRESS 0 only.
static inline CURLcode ccurl_on_progress(CURL *easy, curl_xferinfo_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode ccurl_on_open_socket(CURL *easy, curl_opensocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode ccurl_on_attempt(CURL *easy, curl_prereq_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

static inline long ccurl_info_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t ccurl_info_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline void *ccurl_info_private(CURL *easy) {
    char *value = 0;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : 0;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The next finished transfer and its result; NULL when there is none. Every message of this libcurl is CURLMSG_DONE.
static inline CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return 0;
}
