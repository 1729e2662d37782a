//! Defects of tokens and rates that were thought of one by one: a name, and what is wrong.
//!
//! In: nothing. Out: rows in the order of the guide. Each has its hook in the code under the same name.

use super::commands_by_hand::Rows;

/// p. 6
pub(super) const TOKEN: Rows = &[
    ("post-refused", "POST to the token endpoint is refused"),
    ("basic-header-not-read", "credentials in the Basic header are not read"),
    ("wrong-secret-accepted", "any secret makes a token"),
    ("empty-secret-accepted", "an empty secret makes a token"),
    ("secret-case-ignored", "a secret in another case makes a token"),
    ("secret-prefix-accepted", "the beginning of a secret makes a token"),
    ("unknown-client-accepted", "an unknown client id makes a token"),
    ("missing-credentials-accepted", "a token is made without credentials"),
    ("refusal-with-200", "bad credentials are answered with 200"),
    ("access-token-empty", "the token is empty"),
    ("token-type-wrong", "token_type is MAC"),
    ("expires-in-wrong", "expires_in is half an hour"),
    ("json-without-commas", "the token answer is no JSON: its members have no commas between them"),
    ("token-never-works", "a new token is not accepted"),
    ("token-works-once", "a token is accepted for one request only"),
    ("only-the-first-token-works", "only the first token that an account gets is ever accepted"),
    ("second-evicts-first", "a second token invalidates the first"),
    ("thirtieth-evicts", "the thirtieth token invalidates the oldest"),
    ("thirty-first-refused", "a thirty-first token is refused"),
    ("thirty-first-evicts-newest", "a thirty-first token invalidates the newest instead of the oldest"),
    ("thirty-first-evicts-all", "a thirty-first token invalidates all others"),
    ("thirty-first-evicts-none", "an account can have more than thirty valid tokens"),
    ("limit-shared-by-accounts", "tokens of other accounts count towards the thirty"),
    ("runs-as-another-account", "every token has the permissions of the first account"),
];

/// p. 7
pub(super) const ERRORS: Rows = &[
    ("missing-token-accepted", "a request without a token gets in"),
    ("unknown-token-accepted", "a token that was never issued gets in"),
    ("expired-token-accepted", "an expired token gets in"),
    ("evicted-token-accepted", "an invalidated token gets in"),
    ("ended-token-accepted", "a token gets in that is from before the client secret was made anew"),
    ("token-case-ignored", "a token in another case gets in"),
    ("token-tail-not-compared", "a token with another end gets in"),
    ("status-200", "the answer to a bad token has status 200"),
    ("status-500", "the answer to a bad token has status 500"),
    ("error-changed", "error is not access_denied"),
    ("message-changed", "message is not the printed one"),
    ("body-empty", "the answer to a bad token has no body"),
    ("body-as-text", "the answer to a bad token is plain text"),
    ("body-as-xml", "the answer to a bad token is XML"),
    ("json-without-commas", "the answer to a bad token is no JSON: its members have no commas between them"),
];

/// p. 7
pub(super) const RATE: Rows = &[
    ("limit-wrong", "X-RateLimit-Limit is 1000"),
    ("limit-per-second", "X-RateLimit-Limit is the limit of a second"),
    ("remaining-stands-still", "X-RateLimit-Remaining does not fall"),
    ("remaining-rises", "X-RateLimit-Remaining rises"),
    ("remaining-above-limit", "X-RateLimit-Remaining is above the limit"),
    ("remaining-negative", "X-RateLimit-Remaining is below nought"),
    ("posts-not-counted", "POST requests are not counted"),
    ("headers-of-commands-only", "the other APIs answer without the two headers"),
    ("shared-by-accounts", "all accounts share the requests of a second and of an hour"),
    ("second-not-enforced", "more than 20 requests a second get in"),
    ("sixth-in-a-second-refused", "the sixth request of a second is refused"),
    ("hour-not-enforced", "more than 15,000 requests an hour get in"),
    ("hour-ends-early", "requests are refused while some of the hour remain"),
    ("hour-never-over", "an account that has used up its hour is never served again"),
];
