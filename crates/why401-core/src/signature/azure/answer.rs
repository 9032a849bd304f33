//! What the service says of a signature that it turns down: the text that it signed itself.

use std::borrow::Cow;

/// The text to sign that the answer repeats.
pub fn string_to_sign(body: &str) -> Option<String> {
    let after = |mark: &str| body.find(mark).map(|at| &body[at + mark.len()..]);
    let raw = if let Some(rest) = after("Server used following string to sign: '") {
        let end = ["'.</AuthenticationErrorDetail>", "'.\n", "'.\""].iter().filter_map(|end| rest.find(end)).min();
        &rest[..end.or_else(|| rest.rfind("'."))?]
    } else {
        let rest = after("Signature did not match. String to sign used was ")?;
        let end =
            ["</AuthenticationErrorDetail>", "</Message>", "\nRequestId:"].iter().filter_map(|end| rest.find(end));
        &rest[..end.min().unwrap_or(rest.len())]
    };
    let text = unescaped(raw);
    // Logs write the breaks of lines as JSON and code do.
    let text = if text.contains('\n') {
        text.replace("\r\n", "\n")
    } else {
        text.replace("\\r\\n", "\n").replace("\\n", "\n")
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The text of an XML element, with its references replaced.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#xA;", "\n"),
        ("&#10;", "\n"),
        ("&#xD;", ""),
        ("&#13;", ""),
    ];
    let mut out = text.to_owned();
    for (escaped, plain) in pairs {
        out = out.replace(escaped, plain);
    }
    Cow::Owned(out.replace("&amp;", "&"))
}

/// The code of the error.
pub fn code(body: &str) -> Option<&str> {
    let rest = &body[body.find("<Code>")? + "<Code>".len()..];
    Some(&rest[..rest.find("</Code>")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_signed() {
        let xml = "<Error><Code>AuthenticationFailed</Code><Message>Server failed</Message><AuthenticationErrorDetail>The MAC signature found in the HTTP request 'x=' is not the same as any computed signature. Server used following string to sign: 'GET\n\nx-ms-meta-a:&lt;it&apos;s&gt; &amp;amp;\n/acme/'.</AuthenticationErrorDetail></Error>";
        assert_eq!(string_to_sign(xml).as_deref(), Some("GET\n\nx-ms-meta-a:<it's> &amp;\n/acme/"));
        assert_eq!(code(xml), Some("AuthenticationFailed"));
        let sas = "<AuthenticationErrorDetail>Signature did not match. String to sign used was r\n\n2030\n</AuthenticationErrorDetail>";
        assert_eq!(string_to_sign(sas).as_deref(), Some("r\n\n2030\n"));
        let log = r#"Server used following string to sign: 'GET\n\n/acme/'."}"#;
        assert_eq!(string_to_sign(log).as_deref(), Some("GET\n\n/acme/"));
        for text in ["", "Server used following string to sign: '", "String to sign used was "] {
            assert_eq!(string_to_sign(text), None);
        }
    }
}
