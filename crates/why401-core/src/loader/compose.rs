//! Compose: who decides a variable of a service, when its env file, its `environment:`, the shell and `.env` all may.
//!
//! docker-compose 1.29 and Docker Compose 2 (compose-go 2.4) agree on everything here. The files are read by the loaders
//! `compose1-env_file`, `compose1-dotenv` and `compose2-go`.

/// How `environment:` names the variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// With a value of its own: `NAME: text`.
    Literal,
    /// With nothing: `- NAME`, or `NAME:` in a mapping.
    Bare,
    /// With a reference to the same name and no default: `NAME: ${NAME}`.
    Reference,
}

/// Where a variable of a service is set. One that is set to the empty string is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// In an `env_file:` of the service, with a value.
    pub env_file: bool,
    /// Under `environment:` of the service.
    pub environment: Option<Entry>,
    /// In the shell that runs Compose.
    pub shell: bool,
    /// In the `.env` beside the Compose file.
    pub dotenv: bool,
}

/// Whose value the container gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winner {
    /// The text under `environment:`.
    Environment,
    /// The service's env file; the last one that sets the name.
    EnvFile,
    /// The shell.
    Shell,
    /// The `.env` beside the Compose file.
    Dotenv,
    /// Nobody's: it is set, and empty, with a warning that the reference leads nowhere.
    Empty,
    /// It is taken away, even where the image or the env file sets it.
    Removed,
    /// Nobody mentions it: the container has what its image says.
    Image,
}

impl Places {
    /// Whose value the container gets.
    pub fn winner(self) -> Winner {
        let nowhere = match self.environment {
            // Neither the shell nor `.env` reaches a container that does not ask for it.
            None if self.env_file => return Winner::EnvFile,
            None => return Winner::Image,
            Some(Entry::Literal) => return Winner::Environment,
            Some(Entry::Bare) => Winner::Removed,
            Some(Entry::Reference) => Winner::Empty,
        };
        match (self.shell, self.dotenv) {
            (true, _) => Winner::Shell,
            (false, true) => Winner::Dotenv,
            (false, false) => nowhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Entry::{Bare, Literal, Reference};
    use super::*;

    /// What `docker-compose config` 1.29.2 printed for each of the 32 ways to set one variable.
    #[test]
    fn all_ways_to_set_a_variable() {
        use Winner::{Dotenv, Empty, EnvFile, Environment, Image, Removed, Shell};
        // Columns: neither shell nor .env, .env, shell, both.
        let table = [
            (false, None, [Image, Image, Image, Image]),
            (false, Some(Literal), [Environment, Environment, Environment, Environment]),
            (false, Some(Bare), [Removed, Dotenv, Shell, Shell]),
            (false, Some(Reference), [Empty, Dotenv, Shell, Shell]),
            (true, None, [EnvFile, EnvFile, EnvFile, EnvFile]),
            (true, Some(Literal), [Environment, Environment, Environment, Environment]),
            (true, Some(Bare), [Removed, Dotenv, Shell, Shell]),
            (true, Some(Reference), [Empty, Dotenv, Shell, Shell]),
        ];
        for (env_file, environment, expected) in table {
            let columns = [(false, false), (false, true), (true, false), (true, true)];
            for ((shell, dotenv), expected) in columns.into_iter().zip(expected) {
                let places = Places { env_file, environment, shell, dotenv };
                assert_eq!(places.winner(), expected, "{places:?}");
            }
        }
    }
}
