//! Header fields of an answer as the Fetch standard gets them: all fields of a name as one value, and lists of names.

/// "Get" of the standard: the values of every field with this name, joined by a comma and a space; `None` where there is
/// none. Blanks round each value are no part of it.
pub(super) fn get(headers: &[(String, String)], name: &str) -> Option<String> {
    let own = headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
    let values: Vec<&str> = own.map(|(_, value)| trim(value)).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// A value without the blanks round it.
pub(super) fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t', '\r', '\n'])
}

/// "Extract header list values" for a list of names: `Ok(None)` where the header is absent, `Err` with the value where it
/// is no list of names.
pub(super) fn names(headers: &[(String, String)], name: &str) -> Result<Option<Vec<String>>, String> {
    let Some(value) = get(headers, name) else { return Ok(None) };
    let parts = value.split(',').map(|part| part.trim_matches([' ', '\t'])).filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(str::to_owned).collect();
    if parts.iter().all(|part| is_token(part)) { Ok(Some(parts)) } else { Err(value) }
}

/// RFC 9110, "token": what a header's name and a method are made of.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{get, names};

    fn head(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_of_one_name_are_one_value() {
        let headers = head(&[("A", " x "), ("b", "1"), ("a", "y\t")]);
        assert_eq!(get(&headers, "a").as_deref(), Some("x, y"));
        assert_eq!(get(&headers, "c"), None);
        assert_eq!(get(&head(&[("a", "")]), "A").as_deref(), Some(""));
    }

    #[test]
    fn lists_of_names() {
        let of = |value: &str| names(&head(&[("n", value)]), "N");
        assert_eq!(of("a, B ,,*"), Ok(Some(vec!["a".into(), "B".into(), "*".into()])));
        assert_eq!(of(""), Ok(Some(Vec::new())));
        assert_eq!(names(&[], "n"), Ok(None));
        for wrong in ["a; b", "a b", "\"a\"", "GET,é"] {
            assert_eq!(of(wrong), Err(wrong.to_owned()));
        }
    }
}
