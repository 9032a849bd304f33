//! key/: the value itself.

mod whitespace;

use super::Cause;

pub(super) const CAUSES: &[Cause] = &[Cause {
    slug: "key/whitespace",
    page: "# key/whitespace: A blank or line break clings to the key\n",
    judge: Some(whitespace::judge),
}];
