//! `why401 causes`: the catalogue of causes.

use std::fmt::Write;

use clap::Args;
use serde_json::json;
use why401_core::cause::Cause;

use super::{Output, Verdict};
use crate::shown::Shown;
use crate::world::Error;

#[derive(Debug, Args)]
pub struct Causes {
    /// A cause, such as key/whitespace
    slug: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Output,
}

impl Causes {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let Some(slug) = self.slug else {
            if self.format == Output::Json {
                let all: Vec<_> =
                    Cause::all().map(|cause| json!({ "slug": cause.slug, "title": cause.title() })).collect();
                return Shown::known(super::json(&json!(all))).print().map(|()| Verdict::Nothing);
            }
            let mut text = String::new();
            for cause in Cause::all() {
                let _ = writeln!(text, "{:28} {}", cause.slug, cause.title());
            }
            return Shown::known(text).print().map(|()| Verdict::Nothing);
        };
        let cause = Cause::find(&slug)
            .ok_or_else(|| Error::new(format!("there is no cause {slug:?}")).hint("`why401 causes` lists them all"))?;
        if self.format == Output::Json {
            let page = json!({ "slug": cause.slug, "title": cause.title(), "page": cause.text() });
            return Shown::known(super::json(&page)).print().map(|()| Verdict::Nothing);
        }
        Shown::known(cause.text()).print().map(|()| Verdict::Nothing)
    }
}
