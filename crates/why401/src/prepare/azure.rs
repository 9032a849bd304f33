//! Requests to Azure Storage, signed with an account key.

use why401_core::clock::http_date_of;
use why401_core::exchange::Request;
use why401_core::provider::{Probe as Free, Provider};
use why401_core::secret::Secret;
use why401_core::signature::azure::{self, Target};

use super::{Prepared, Ready};
use crate::world::{self, Error};

/// The version of the service whose rules are signed by.
const VERSION: &str = "2021-08-06";

/// Whether a placement of this scheme is signed here.
pub fn is_scheme(scheme: &str) -> bool {
    scheme == "SharedKey"
}

/// Signs a request with SharedKey by the key of the variable `name`, with date and version where it has none.
pub fn sign(request: &mut Request, name: &str, key: &Secret, at: i64) -> Result<(), Error> {
    let text = key.expose_str().unwrap_or_default();
    let own = azure::account_of(text).map(str::to_owned);
    let account = Target::of(&request.url).account.or(own).unwrap_or_default();
    if request.header("x-ms-date").is_none() && request.header("date").is_none() {
        request.headers.push(("x-ms-date".to_owned(), Secret::from(&*http_date_of(at))));
    }
    if request.header("x-ms-version").is_none() {
        request.headers.push(("x-ms-version".to_owned(), Secret::from(VERSION)));
    }
    let bare = Secret::from(azure::key_of(text).unwrap_or(text));
    let (header, _) = azure::sign(request, false, &account, &bare).ok_or_else(|| {
        let why = azure::wrong_key(name, key).unwrap_or_else(|| "the account key is no base64".to_owned());
        Error::new(format!("{why}; nothing can be signed with it"))
            .hint("an account key is 88 characters that end with ==; `why401 check` looks at what became of it")
    })?;
    request.headers.push(("Authorization".to_owned(), header));
    Ok(())
}

/// The provider's own request, signed with the account key of the variable.
pub fn listing(
    mut request: Request,
    provider: &'static Provider,
    free: &'static Free,
    variable: String,
    key: &Secret,
) -> Result<Prepared, Error> {
    sign(&mut request, &variable, key, world::now())?;
    Ok(Prepared::Ready(Box::new(Ready::free(request, provider, free, variable))))
}
