//! What why401 knows and how it reasons about a refused API credential: no file, socket, clock or terminal.

pub mod case;
pub mod cause;
pub mod client;
pub mod clock;
pub mod conceal;
pub mod cors;
pub mod diagnosis;
pub mod excerpt;
pub mod exchange;
pub mod expression;
pub mod fact;
pub mod form;
pub mod framework;
pub mod loader;
pub mod mend;
pub mod probe;
pub mod project;
pub mod provider;
pub mod read;
pub mod render;
pub mod secret;
pub mod signature;
pub mod symptom;
pub mod url;
pub mod value;
pub mod words;
