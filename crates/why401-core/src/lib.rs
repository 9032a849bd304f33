//! What why401 knows and how it reasons about a refused API credential: no file, socket, clock or terminal.

pub mod loader;
pub mod provider;
pub mod secret;
