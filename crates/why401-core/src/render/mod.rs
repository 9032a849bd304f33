//! Renderers: a diagnosis in, text out; each a pure function.

pub mod github;
pub mod html;
pub mod json;
pub mod markdown;
pub mod record;
pub mod sarif;
pub mod text;

/// Whether escape sequences are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paint {
    /// Plain text.
    #[default]
    Plain,
    /// ANSI colours.
    Colour,
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Bad,
    Warn,
    Note,
    Good,
    Strong,
    Dim,
}

impl Paint {
    pub(crate) fn tone(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Bad => "1;31",
            Tone::Warn => "1;33",
            Tone::Note => "1;36",
            Tone::Good => "32",
            Tone::Strong => "1",
            Tone::Dim => "2",
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
