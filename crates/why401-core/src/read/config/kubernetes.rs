//! Kubernetes manifests: Secret objects, and the variables of containers.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::yaml::{Node, documents};
use super::{Facts, literal};
use crate::fact::{Fact, Setter, Value};
use crate::read::Reader;
use crate::secret::Secret;

pub(super) const MANIFEST: Reader =
    Reader { name: "Kubernetes manifests", takes: |path| path.ends_with(".yaml") || path.ends_with(".yml"), read };

/// Kinds of objects that set variables.
const KINDS: [&str; 9] =
    ["Secret", "ConfigMap", "Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "CronJob", "ReplicaSet"];

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let named = text.contains("apiVersion:") && KINDS.iter().any(|kind| text.contains(kind));
    // What sops wrote is encrypted, and decrypted before it is applied.
    if !named || text.contains("\nsops:") {
        return Vec::new();
    }
    // A template that Helm fills is no YAML yet, and what stands after the fault is not known to be any.
    let (documents, _) = documents(text);
    for object in &documents {
        match object.get("kind").and_then(Node::text) {
            Some("Secret") => secret(&mut facts, object),
            Some("ConfigMap") => plain(&mut facts, object.get("data")),
            Some(kind) if KINDS.contains(&kind) => containers(&mut facts, object, 0),
            _ => {}
        }
    }
    facts.found
}

/// `data:` in base64, `stringData:` as it is.
fn secret(facts: &mut Facts<'_>, object: &Node) {
    plain(facts, object.get("stringData"));
    let kind = object.get("type").and_then(Node::text).unwrap_or("Opaque");
    // Docker logins, certificates and Helm's own store have forms of their own.
    if kind != "Opaque" {
        return;
    }
    for (name, _, value) in object.get("data").map(Node::pairs).unwrap_or_default() {
        let Some(text) = value.text().filter(|text| !text.trim().is_empty()) else { continue };
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let seen = match STANDARD.decode(&compact) {
            Ok(bytes) if std::str::from_utf8(&bytes).is_ok() => Value::Literal(Secret::new(bytes)),
            _ if is_filled_later(text) => continue,
            _ => Value::Undecodable(Secret::from(text)),
        };
        facts.sets(value.span.clone(), name, seen, Setter::Kubernetes);
    }
}

fn plain(facts: &mut Facts<'_>, data: Option<&Node>) {
    for (name, _, value) in data.map(Node::pairs).unwrap_or_default() {
        let Some(text) = value.text().filter(|text| text.len() < 4096) else { continue };
        let seen = if is_filled_later(text) { Value::Unknown } else { literal(text) };
        facts.sets(value.span.clone(), name, seen, Setter::Kubernetes);
    }
}

/// `env:` of every container below `node`.
fn containers(facts: &mut Facts<'_>, node: &Node, depth: usize) {
    if depth > 12 {
        return;
    }
    for (name, _, value) in node.pairs() {
        if ["containers", "initContainers"].contains(&name) {
            for container in value.items() {
                env(facts, container);
            }
        } else {
            containers(facts, value, depth + 1);
        }
    }
}

fn env(facts: &mut Facts<'_>, container: &Node) {
    for entry in container.get("env").map(Node::items).unwrap_or_default() {
        let Some(name) = entry.get("name").and_then(Node::text) else { continue };
        if let Some(value) = entry.get("value") {
            let Some(text) = value.text() else { continue };
            let seen = if is_filled_later(text) { Value::Unknown } else { literal(text) };
            facts.sets(value.span.clone(), name, seen, Setter::Kubernetes);
        } else if let Some(key) = entry.at(&["valueFrom", "secretKeyRef", "key"]) {
            let seen =
                Value::Reference { name: key.text().unwrap_or_default().to_owned(), scope: "secretKeyRef".to_owned() };
            facts.sets(key.span.clone(), name, seen, Setter::Kubernetes);
        }
    }
}

/// Whether another tool fills the text in before the cluster sees it: Helm, envsubst, an Argo CD plugin, Kubernetes itself.
fn is_filled_later(text: &str) -> bool {
    ["{{", "${", "$(", "<path:", "<%", "ENC["].iter().any(|mark| text.contains(mark))
        || (text.starts_with('<') && text.ends_with('>'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Seen;

    fn said(text: &str) -> Vec<String> {
        let facts = crate::read::facts(&"k8s/x.yaml".into(), text);
        let say = |fact: &Fact| match &fact.seen {
            Seen::Sets(s) => match &s.value {
                Value::Undecodable(_) => format!("{} undecodable", s.name),
                Value::Literal(v) => {
                    format!("{} = {:?} at {}", s.name, v.expose_str().unwrap_or_default(), &text[fact.span.clone()])
                }
                Value::Reference { name, scope } => format!("{} from {scope} {name}", s.name),
                _ => format!("{} ?", s.name),
            },
            _ => String::new(),
        };
        facts.iter().map(say).collect()
    }

    #[test]
    fn secrets_and_containers() {
        assert_eq!(
            said(
                "apiVersion: v1\nkind: Secret\ndata:\n  A: eAo=\n  B: not base64!\nstringData:\n  C: y\n---\napiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            - name: D\n              value: z\n            - name: E\n              valueFrom: {secretKeyRef: {name: s, key: A}}\n"
            ),
            ["C = \"y\" at y", "A = \"x\\n\" at eAo=", "B undecodable", "D = \"z\" at z", "E from secretKeyRef A"]
        );
        assert_eq!(said("apiVersion: v1\nkind: Secret\ndata:\n  A: {{ .Values.x | b64enc }}\n").len(), 0);
        assert_eq!(said("a: Secret\n").len(), 0);
    }
}
