//! Late loads: a program makes a client, or imports what makes one or takes its key at once, and loads the key only then.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// The load that comes too late, or the import that comes too early for a variable which the program sets itself.
pub(super) fn loaded(text: &str) -> Option<Range<usize>> {
    static LOADS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^\s*(?:load_dotenv\(|(?:require\(.dotenv.\)|dotenv)\.config\()").ok());
    static MAKES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?m)^\w+\s*=\s*(?:\w+\.)?(?:\w*(?:OpenAI|Anthropic|Client|Groq|Cohere|Mistral|Stripe|Pinecone)\w*)\(",
            r"|^\s*(?:export )?(?:const|let|var) \w+ = new \w*(?:OpenAI|Anthropic|Client|Groq|Stripe|API|Api)\w*\(",
            // These take what they need from the environment when they are imported.
            r"|^(?:import|from) (?:replicate|langsmith|agentops|helicone)\b",
            // `import` runs before every other line, wherever the call stands.
            r#"|^\s*import [^\n]* from ["']\.{1,2}/[^\n]*"#,
            // So may the program's own parts.
            r"|^from (?:\.+\w*|\w*(?:rag|llm|agent|chat|ai|client|config|settings|services?|chain|embed|index)\w*(?:\.\w+)+) import",
        ))
        .ok()
    });
    // A program that is nothing but imports and the call shows its order for that order's sake.
    static ONLY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^\s*(?:#[^\n]*\n\s*)*import (\w+)[^\n]*\n(?:\s*(?:import|from) [^\n]+\n)*\s*load_dotenv\([^\n]*\)\s*$",
        )
        .ok()
    });
    let Some(load) = LOADS.as_ref()?.find(text) else { return set_late(text) };
    let made = MAKES.as_ref()?.find(text).is_some_and(|made| made.end() <= load.start());
    let only = ONLY.as_ref()?.captures(text).is_some_and(|found| {
        !["os", "sys", "json", "re", "logging", "pathlib", "time", "asyncio", "dotenv"].contains(&&found[1])
    });
    (made || only).then(|| load.range())
}

/// The first version of OpenAI's library took its settings from the environment once, when it was imported.
fn set_late(text: &str) -> Option<Range<usize>> {
    static IMPORTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^\s*import (?:openai|replicate)\b").ok());
    static OLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\bopenai\.(?:Completion|ChatCompletion|Embedding|Image|Audio|error)\b|\breplicate\.run\(").ok()
    });
    static SETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^\s*os\.environ\[["'](?:OPENAI_API_KEY|OPENAI_API_BASE|REPLICATE_API_TOKEN)["']\]\s*="#).ok()
    });
    static GIVEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bopenai\.api_key\s*=|\bapi_(?:key|token)\s*=").ok());
    let import = IMPORTS.as_ref()?.find(text)?;
    let set = SETS.as_ref()?.find(text).filter(|set| import.end() <= set.start())?;
    (OLD.as_ref()?.is_match(text) && !GIVEN.as_ref()?.is_match(text)).then(|| set.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_loaded_late() {
        for (text, late) in [
            ("import replicate\nfrom dotenv import load_dotenv\n\nload_dotenv()\n", true),
            ("import replicate\nfrom dotenv import load_dotenv\n\nload_dotenv()\nreplicate.run(model)\n", true),
            ("client = OpenAI()\nload_dotenv()\n", true),
            ("const ai = new OpenAI({})\nrequire('dotenv').config()\n", true),
            ("import { ai } from './ai.js'\nimport dotenv from 'dotenv'\ndotenv.config()\n", true),
            ("from dotenv import load_dotenv\nfrom rag_chatbot.indexing import Indexing\nload_dotenv()\n", true),
            ("import os\nfrom dotenv import load_dotenv\n\nload_dotenv()\n", false),
            ("import dotenv from 'dotenv'\nimport express from 'express'\ndotenv.config()\n", false),
            ("load_dotenv()\nclient = OpenAI()\n", false),
            ("load_dotenv()\nimport replicate\n", false),
            ("import openai\nos.environ['OPENAI_API_KEY'] = key\nopenai.Completion.create()\n", true),
            ("import openai\nopenai.api_key = key\nopenai.Completion.create()\n", false),
            ("import openai\nos.environ['OPENAI_API_KEY'] = key\nclient = openai.OpenAI()\n", false),
        ] {
            assert_eq!(loaded(text).is_some(), late, "{text}");
        }
    }
}
