//! Where the token comes from: an argument, standard input, a file, or a variable of the project.

use std::path::Path;

use why401_core::fact::Origin;
use why401_core::project::Project;
use why401_core::provider::Registry;
use why401_core::read::token::wrapped::{Wrapping, bare};
use why401_core::read::token::{Kind, kind};
use why401_core::secret::Secret;

use crate::collect::{self, credential};
use crate::world::{self, Error};

/// A token, and where it was.
#[derive(Debug)]
pub struct Given {
    /// The token alone.
    pub text: String,
    /// Where it was.
    pub origin: Origin,
    /// What was taken off.
    pub off: Vec<Wrapping>,
    /// The project that it comes from.
    pub project: Option<Project>,
    /// The variable that holds it; empty where none does.
    pub variable: String,
    /// Whether it stood on the command line.
    pub is_argument: bool,
}

/// No token is longer.
const LIMIT: u64 = 1 << 20;

/// The token that `what` means.
pub fn given(what: &str, root: &Path, registry: &Registry) -> Result<Given, Error> {
    if what == "-" {
        return of_bytes(&world::standard_input(LIMIT)?, Origin::Given("standard input".to_owned()));
    }
    let found = bare(what);
    let is_name = is_variable_name(what);
    let is_token = !matches!(kind(&found.text), Kind::Opaque) || !found.off.is_empty();
    if is_token && !is_name {
        let given = of_bytes(what.as_bytes(), Origin::Given("the argument".to_owned()))?;
        return Ok(Given { is_argument: true, ..given });
    }
    let path = Path::new(what);
    let is_path = !is_name || path.is_file();
    if is_path && path.is_file() {
        let bytes = world::read(path, LIMIT).map_err(|why| Error::new(format!("{what}: {why}")))?;
        return of_bytes(&bytes, Origin::Given(what.to_owned()));
    }
    if is_name {
        let project = collect::project(root, registry);
        if let Some(found) = credential::values(&project, what).into_iter().find(|found| !found.value.is_empty()) {
            let given = of_bytes(found.value.expose(), Origin::Variable(what.to_owned()))?;
            return Ok(Given { project: Some(project), variable: what.to_owned(), ..given });
        }
    }
    if !is_name && registry.recognise(&found.text).is_some() {
        let given = of_bytes(what.as_bytes(), Origin::Given("the argument".to_owned()))?;
        return Ok(Given { is_argument: true, ..given });
    }
    let why = if is_name {
        "it is set neither in this shell nor by an env file here, and it is no file"
    } else {
        "it is no token that can be told by its form, no file and no variable"
    };
    Err(Error::new(format!("{what}: {why}")).hint("an opaque token comes from standard input: why401 token - < FILE"))
}

/// The token in a text.
fn of_bytes(bytes: &[u8], origin: Origin) -> Result<Given, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Error::new(format!("what was given is no text from byte {} on", error.valid_up_to() + 1))
            .hint("a token is text: letters, digits, dots, `-` and `_`")
    })?;
    let found = bare(text);
    if found.text.is_empty() {
        return Err(
            Error::new("no token was given: there is nothing but blanks").hint("pipe one in, or name a variable")
        );
    }
    Ok(Given { text: found.text, origin, off: found.off, project: None, variable: String::new(), is_argument: false })
}

/// The value of a variable of the project or of this shell, or why there is none.
pub fn value_of(name: &str, given: Option<&Project>, root: &Path, registry: &Registry) -> Result<Secret, Error> {
    let of_project = |project: &Project| credential::values(project, name).into_iter().next().map(|found| found.value);
    // What the shell has needs no walk through the project.
    let shell = || world::environment().get(name).cloned();
    let value = match given {
        Some(project) => of_project(project),
        None => shell().or_else(|| of_project(&collect::project(root, registry))),
    };
    value.ok_or_else(|| {
        Error::new(format!("{name} is set neither in this shell nor by an env file here"))
            .hint("--project FOLDER says where to look")
    })
}

fn is_variable_name(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
