//! Signs of values that were written down in the wrong form: a reader's call or a variable's name between quotes, an
//! encoding put on twice, an assignment of nothing.

use crate::fact::Remark;

/// The signs, each with an expression.
pub(super) const SIGNS: &[(Remark, &str)] = &[
    // The call that reads a variable is a text; `os.environ/NAME` is LiteLLM's own form, and known to it.
    (
        Remark::CallInQuotes,
        r#"(?i:api_?key|token|secret|authorization|password|auth)["']?\]?\s*(?:[:=]|=>)\s*["'](?:(?i:bearer|token) )?(?:os\.getenv\(|os\.environ[\[.]|process\.env[.\[]|import\.meta\.env\.|Deno\.env\.|ENV\[|getenv\(|System\.getenv\(|env\(['"\\])[^\n]{0,60}?["']"#,
    ),
    // The name of the variable is handed over as the key. What is someone's own, such as YOUR_API_KEY, is a stand-in.
    (
        Remark::NameInQuotes,
        r#"\b(?:api_?[kK]ey|auth_?[tT]oken|access_?[tT]oken|apiToken|api_token)\s*[:=]\s*["'](?:OPENAI|ANTHROPIC|CLAUDE|GEMINI|GOOGLE|GROQ|MISTRAL|DEEPSEEK|OPENROUTER|COHERE|CO|HF|HUGGINGFACE\w*|AZURE_OPENAI|TAVILY|PINECONE|REPLICATE|ELEVEN\w*|DASHSCOPE|MOONSHOT|TOGETHER|PERPLEXITY|XAI|LANGSMITH|LANGCHAIN|STRIPE|SUPABASE|SENDGRID|GITHUB|GITLAB|NOTION|SLACK)_(?:\w+_)?(?:KEY|TOKEN|SECRET)["']"#,
    ),
    // One of the two encoders is too many.
    (
        Remark::EncodedTwice,
        r"\bb64enc\s*\|\s*b64enc\b|\bbase64(?: -w ?0| --wrap=0| -i \S+)?\s*\|\s*base64\b(?: -[^dD]|\s*[\n)]|$)|\bbase64encode\(\s*base64encode\(|\bb64encode\(\s*(?:base64\.)?b64encode\(|\bbtoa\(\s*btoa\(",
    ),
    // The shell has the variable, and nothing in it; or somebody says so beside what he shows. What follows an "if" is a
    // case, and not this one.
    (
        Remark::AssignsNothing,
        r#"(?m)^[ \t]*(?:[$>] )?(?:export|setx?|ENV|\$env:)[ \t]*[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET)[ \t]*=[ \t]*(?:""|'')?[ \t]*$|(?m)(?:^[ \t#/>*-]*|[.;,] )`?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET)`? (?:(?:env|environment) var(?:iable)? )?(?:is|was) (?:not set|unset|undefined|empty)\b"#,
    ),
    // The last line of a traceback is the claim that failed.
    (
        Remark::AssertsBeginning,
        r#"assert [\w.\[\]"']+\.startswith\(\s*\(?["'][^"'\n]+["'][^\n]*\n[^\n]{0,60}\bAssertionError\b"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Regex;

    #[test]
    fn values_in_the_wrong_form() {
        for (remark, text, other) in [
            (
                Remark::CallInQuotes,
                "\"apiKey\": \"process.env.OPENAI_API_KEY\"",
                "apiKey: process.env['OPENAI_API_KEY']",
            ),
            (Remark::CallInQuotes, "api_key='os.getenv(\"A_KEY\")'", "api_key=os.getenv('A_KEY')"),
            (
                Remark::CallInQuotes,
                "Authorization: 'Bearer process.env.KEY'",
                "Authorization: `Bearer ${process.env.KEY}`",
            ),
            (Remark::CallInQuotes, "token: \"os.environ['KEY']\"", "api_key: \"os.environ/OPENAI_API_KEY\""),
            (Remark::NameInQuotes, "OpenAI(api_key='OPENAI_API_KEY')", "OpenAI(api_key='YOUR_API_KEY')"),
            (Remark::NameInQuotes, "apiKey: \"GROQ_API_KEY\"", "apiKeyEnv: \"GROQ_API_KEY\""),
            (Remark::EncodedTwice, "{{ .Values.key | b64enc | b64enc }}", "{{ .Values.key | b64enc | quote }}"),
            (Remark::EncodedTwice, "echo -n x | base64 | base64\n", "cat x | base64 -w0 | base64 -d"),
            (Remark::AssignsNothing, "export OPENAI_API_KEY=\nnpm start", "export OPENAI_API_KEY=abc"),
            (Remark::AssignsNothing, "ENV API_KEY=\"\"\n", "OPENAI_API_KEY=\n"),
            (
                Remark::AssertsBeginning,
                "    assert api_key.startswith(\"sk-\")  # no hashes\nAssertionError\n",
                "    assert api_key.startswith(\"sk-\")\nValueError\n",
            ),
            (Remark::AssignsNothing, "# A_TOKEN is not set\n", "if A_TOKEN is not set\n"),
        ] {
            let own = SIGNS.iter().find(|(own, _)| *own == remark);
            let fires = |text: &str| own.is_some_and(|(_, expression)| Regex::new(expression).unwrap().is_match(text));
            assert!(fires(text), "{remark:?}: {text}");
            assert!(!fires(other), "{remark:?}: {other}");
        }
    }
}
