/** The limits of a runtime that more than one part of it keeps. */

/** A mailbox this long is reported, and HTTP requests to its actor get 503. */
export const MAILBOX_HIGH = 100_000;
/** Above this, messages from other runtimes are dropped. */
export const MAILBOX_MAX = 1_000_000;
/** The largest HTTP body that is read before a handler is called. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;
