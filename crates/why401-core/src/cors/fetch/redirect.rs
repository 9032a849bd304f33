//! "HTTP-redirect fetch": where a redirect leads, and what does not go there.

use super::{Fetch, State, Step};
use crate::cors::address::Url;
use crate::cors::verdict::{Dropped, Rule};
use crate::cors::{Mode, Origin, header, remarks};
use crate::exchange::Answer;
use crate::secret::Secret;

impl Fetch {
    /// "HTTP-redirect fetch".
    pub(super) fn redirect(&mut self, there: Url, answer: &Answer) {
        let (from, to) = (self.url.as_ref().map_or(Origin::Null, Url::origin), there.origin());
        let rule = if !there.is_web() {
            let scheme = there.scheme.clone();
            (self.hops, self.url) = (self.hops + 1, Some(there));
            return self.block(vec![Rule::RedirectScheme(scheme)], Step::Real, Some(answer));
        } else if self.hops >= 20 {
            Some(Rule::TooManyRedirects)
        } else if self.mode == Mode::Cors && there.has_user && (self.cross || !self.page.same(&to)) {
            Some(Rule::RedirectUser)
        } else {
            None
        };
        if let Some(rule) = rule {
            return self.block(vec![rule], Step::Real, Some(answer));
        }
        let becomes_get = match answer.status {
            Some(301 | 302) => self.method == "POST",
            Some(303) => !matches!(self.method.as_str(), "GET" | "HEAD"),
            _ => false,
        };
        if becomes_get {
            "GET".clone_into(&mut self.method);
            self.headers.retain(|(name, _)| !header::is_of_body(name));
            self.body = Secret::default();
        }
        if from != to {
            let (lost, kept) =
                std::mem::take(&mut self.headers).into_iter().partition(|(name, _)| header::is_non_wildcard(name));
            self.headers = kept;
            self.dropped
                .extend(lost.into_iter().map(|(name, _): (String, _)| Dropped::Redirect(name, there.to_string())));
            if !self.page.same(&from) {
                self.tainted = true;
                self.remark(remarks::of_taint(&from, &to));
            }
        }
        self.url = Some(there);
        self.hops += 1;
        self.state = State::Enter;
    }
}
