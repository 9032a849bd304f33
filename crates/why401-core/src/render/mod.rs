//! Renderers: a diagnosis in, text out; each a pure function.

pub mod json;
pub mod text;
