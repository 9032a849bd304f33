//! The options that name who is asked whether a token is still good.

use clap::Args;
use why401_core::secret::Secret;

use crate::token::Introspector;
use crate::world::Error;

// Who is asked whether a token is still good. What stands in a doc comment here would be said of the whole command.
#[derive(Debug, Args)]
pub struct Introspection {
    /// Ask this address whether the token is still good and what it may do (RFC 7662); the token is sent there
    #[arg(long, value_name = "URL")]
    introspect: Option<String>,
    /// The variable that holds the client's id for that
    #[arg(long, value_name = "NAME", requires = "introspect")]
    client_id_env: Option<String>,
    /// The variable that holds the client's secret for that
    #[arg(long, value_name = "NAME", requires = "client_id_env")]
    client_secret_env: Option<String>,
}

impl Introspection {
    /// Who is asked, where somebody is. `value` gives the value of a variable, or says why there is none.
    pub fn introspector(&self, value: impl Fn(&str) -> Result<Secret, Error>) -> Result<Option<Introspector>, Error> {
        let Some(url) = self.introspect.clone() else { return Ok(None) };
        let client = match &self.client_id_env {
            Some(id) => {
                let id = value(id)?.expose_str().unwrap_or_default().trim().to_owned();
                let secret = self.client_secret_env.as_deref().map(&value).transpose()?;
                Some((id, secret.unwrap_or_default()))
            }
            None => None,
        };
        Ok(Some(Introspector { url, client }))
    }
}
