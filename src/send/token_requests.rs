//! Tokens of accounts, and the headers that are made of them.
//!
//! In: an account and what a request is to prove of it. Out: an Authorization header, or why there is none. A token is asked for once, and
//! again where its answer was lost.

use secrecy::SecretString;

use super::{Allowance, Sender, token_answer, tokens};
use crate::model::{
    credential::{AccountRole, Credential},
    exchange::{NoAnswer, NoAnswerKind, Outcome},
};

/// The number of times that a token is asked for at first, each time with its retries, where the target hangs up.
const FIRST_ROUNDS: u32 = 3;

impl Sender {
    /// The Authorization header of a credential.
    pub(super) async fn authorization(
        &self,
        by: Allowance,
        credential: &Credential,
        role: AccountRole,
    ) -> Result<Option<SecretString>, NoAnswer> {
        let no_token = |says: String| NoAnswer { kind: NoAnswerKind::NoToken, says };
        let account =
            || self.accounts.get(&role).ok_or_else(|| format!("there is no account of the role {}", role.word()));
        let token = match tokens::needs_token(credential) {
            true => {
                account().map_err(no_token)?;
                Some(self.token(by, role).await?)
            }
            false => None,
        };
        tokens::header(credential, account(), token.as_ref(), &self.secrets).map_err(no_token)
    }

    /// The token of an account, a new one where there is none. Where the answer with the token was lost, the request for which it was
    /// asked did not reach the target.
    async fn token(&self, by: Allowance, role: AccountRole) -> Result<SecretString, NoAnswer> {
        if let Some(token) = self.tokens.current(role, self.now_ms()) {
            return Ok(token);
        }
        if let Some(says) = self.tokens.unusable(role) {
            return Err(NoAnswer { kind: NoAnswerKind::NoToken, says });
        }
        let outcome = self.ask_for_token(by, role).await;
        let kind = match &outcome {
            Outcome::Nothing(NoAnswer { kind: NoAnswerKind::Spent, .. }) => NoAnswerKind::Spent,
            _ if outcome.was_stopped() => NoAnswerKind::Guarded,
            _ if outcome.is_lost() => NoAnswerKind::Unreachable,
            _ => NoAnswerKind::NoToken,
        };
        self.tokens.keep(role, &outcome, self.now_ms(), &self.secrets).map_err(|says| NoAnswer { kind, says })
    }

    /// The first request of a run: a token for the main account. Its answer tells whether anybody is there and whether the
    /// credentials are taken. Nothing else shows yet whether a target that hangs up is there, so it is asked for longer.
    pub async fn first_contact(&self) -> Outcome {
        let role = self.acting(AccountRole::Full);
        let mut outcome = self.ask_for_token(Allowance::Budget, role).await;
        for _ in 1..FIRST_ROUNDS {
            if !matches!(&outcome, Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Broken) {
                break;
            }
            outcome = self.ask_for_token(Allowance::Budget, role).await;
        }
        // Where there is none, the first call that needs one says so.
        let _ = self.tokens.keep(role, &outcome, self.now_ms(), &self.secrets);
        token_answer::keep_shape(&mut outcome);
        self.secrets.clean_outcome(&mut outcome);
        outcome
    }

    /// Creates a token as p. 6 has it.
    async fn ask_for_token(&self, by: Allowance, role: AccountRole) -> Outcome {
        let Some(account) = self.accounts.get(&role) else {
            return Outcome::nothing(NoAnswerKind::NoToken, "there is no such account");
        };
        let outgoing = account.token_request(by);
        let mut again = 0;
        loop {
            self.pace.slot(role, self.transport.as_ref()).await;
            let outcome = self.put_for_token(&outgoing).await;
            let Some(ms) = self.again_after_ms(None, &outcome, again) else {
                self.count_lost(None, &outcome);
                return outcome;
            };
            again += 1;
            self.transport.wait(ms).await;
        }
    }
}
