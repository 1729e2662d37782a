//! A step that talks over a WebSocket.
//!
//! In: a request for one, and what is to be said. Out: an [`Outcome`] with what was heard. A connection that a later step goes on with is
//! kept; one that no step went on with is ended with its case.

use std::collections::VecDeque;

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::{
    Outgoing, Sender,
    converse::Talking,
    handshake::{self, Handshake},
};
use crate::model::{
    conversation::Talk,
    exchange::{NoAnswerKind, Outcome},
};

impl Sender {
    /// Asks for a WebSocket, or takes the one that an earlier step kept, and talks over it.
    pub(super) async fn talk(&self, outgoing: &Outgoing, talk: &Talk, number: usize) -> Outcome {
        // A header is how HTTP carries what stands in a message here.
        let token = outgoing.authorization.as_ref().map(|header| {
            let text = header.expose_secret();
            SecretString::from(text.strip_prefix("Bearer ").unwrap_or(text))
        });
        let transport = self.transport.as_ref();
        let kept = talk.kept.as_ref().filter(|_| talk.goes_on).and_then(|name| self.longest_kept(name));
        let mut talking = match kept {
            Some(talking) => talking,
            None if talk.goes_on => {
                return Outcome::nothing(NoAnswerKind::Guarded, "the connection that it goes on with was not opened");
            }
            None if let Some(says) = self.quiet.why_none() => return Outcome::nothing(NoAnswerKind::Mute, says),
            None => match self.asked_for_websocket(outgoing, talk, token.as_ref(), number).await {
                Ok(talking) => talking,
                Err(outcome) => return self.came(outcome),
            },
        };
        talking.go_on(transport, talk, token.as_ref()).await;
        self.quiet.note(&talking.waited.so_far());
        let outcome = talking.outcome(talk);
        match &talk.kept {
            Some(name) if talk.stays => {
                self.kept.borrow_mut().entry(name.clone()).or_default().push_back(talking);
            }
            _ => talking.hang_up().await,
        }
        self.came(outcome)
    }

    /// Of the connections that are kept under a name the one that waits longest.
    fn longest_kept(&self, name: &str) -> Option<Talking> {
        self.kept.borrow_mut().get_mut(name).and_then(VecDeque::pop_front)
    }

    /// Its key is made of what is asked for, so that the same case sends the same.
    async fn asked_for_websocket(
        &self,
        outgoing: &Outgoing,
        talk: &Talk,
        token: Option<&SecretString>,
        number: usize,
    ) -> Result<Talking, Outcome> {
        self.about_to_send(outgoing).map_err(Outcome::Nothing)?;
        let opened = self.transport.open().await.map_err(Outcome::Nothing)?;
        let asked = format!("{} {} {number} {talk:?}", outgoing.method, outgoing.target);
        let key = STANDARD.encode(&Sha256::digest(asked)[..16]);
        let handshake = Handshake::of(outgoing, &opened.host, talk, key, token);
        handshake::opened(self.transport.as_ref(), opened, &handshake, talk).await
    }

    /// Ends the connections of a case that no step went on with, by the word in their names.
    pub async fn hang_up(&self, word: &str) {
        let names: Vec<String> = self.kept.borrow().keys().filter(|name| name.starts_with(word)).cloned().collect();
        for name in names {
            let all = self.kept.borrow_mut().remove(&name);
            for talking in all.into_iter().flatten() {
                talking.hang_up().await;
            }
        }
    }
}
