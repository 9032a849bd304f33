//! env/not-exposed: browser code reads a variable that the framework keeps from the browser by its name.

use crate::case::{Case, Stop};
use crate::cause::asked::in_tests;
use crate::cause::names::frameworks;
use crate::cause::{Edit, Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Reads};
use crate::framework::Framework;
use crate::provider::Kind;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let frameworks: Vec<&Framework> = frameworks(case.project, case.unit).collect();
    if frameworks.is_empty() || case.intents.is_empty() && case.refusal.is_none() {
        return Vec::new();
    }
    if let Some(finding) = by_another_name(case, &frameworks) {
        return vec![finding.into()];
    }
    // Astro, Nuxt and their kin run part of what looks like browser code on a server.
    let found = case.reads.iter().find_map(|(fact, reads)| {
        let framework = frameworks.iter().find(|framework| hides(framework, fact, reads, &case.name))?;
        (!in_tests(fact)).then_some((*fact, *framework))
    });
    found.map(|(fact, framework)| Evidence::from(finding(case, fact, framework))).into_iter().collect()
}

/// Beside a refusal code asks `process.env`, where the framework has the variables of a page elsewhere.
fn by_another_name(case: &Case<'_>, frameworks: &[&Framework]) -> Option<Finding> {
    let refusal = case.refusal.as_ref().filter(|refusal| refusal.fits("env/not-exposed"))?;
    let framework = frameworks.iter().find(|framework| framework.through == "import.meta.env")?;
    // A framework that runs on a server has both.
    let on_server = ["nextjs", "next", "nuxt", "astro", "sveltekit", "remix", "node", "express", "github-actions"];
    let words = &case.project.hints.stack;
    if !case.project.is_excerpt || words.iter().any(|word| on_server.contains(&word.as_str())) {
        return None;
    }
    let (fact, _) = case.reads.iter().find(|(fact, reads)| {
        let path = fact.origin.place().map_or("", |place| &*place.path);
        reads.through == "process.env" && !["config", "server", "api/"].iter().any(|part| path.contains(part))
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Read,
        format!("the page asks process.env for {}, and {} has no such thing there", case.name, framework.name),
        fact.origin.clone(),
        format!(
            "{} puts variables into `{}` alone, and only those whose names begin with {}.",
            framework.name, framework.through, framework.prefix
        ),
    );
    finding.weight = if refusal.main.is_none() { 10 } else { 6 };
    Some(finding.mend(Remedy::new(format!(
        "Read `{}.{}{}` if anyone may see the value; otherwise make the call on a server.",
        framework.through,
        framework.prefix,
        case.name.trim_start_matches(framework.prefix)
    ))))
}

/// Whether the framework leaves the variable out of what the browser gets, and the code that reads it runs there.
fn hides(framework: &Framework, fact: &Fact, reads: &Reads, name: &str) -> bool {
    let path = fact.origin.place().map_or("", |place| &*place.path);
    let server = ["server", "api/", "scripts/", ".config.", "functions/"].iter().any(|part| path.contains(part));
    let all_browser = matches!(framework.name, "Create React App" | "Vue CLI" | "Gatsby" | "Expo");
    let browser = reads.browser || all_browser && (path.contains("src/") || framework.name == "Expo");
    let shown = name.starts_with(framework.prefix)
        || ["NODE_ENV", "PUBLIC_URL", "BASE_URL"].contains(&name)
        // SvelteKit and Astro show `PUBLIC_`, and each shows what Vite shows.
        || name.starts_with("PUBLIC_")
        || framework.through == "import.meta.env" && name.starts_with("VITE_");
    browser && !server && reads.through == framework.through && !shown
}

fn finding(case: &Case<'_>, fact: &Fact, framework: &Framework) -> Finding {
    let (name, prefix) = (&case.name, framework.prefix);
    let set = case.intents.iter().any(|(file, _)| !file.is_template());
    let standing = if set { Standing::Likely } else { Standing::Possible };
    let finding = Finding::new(
        standing,
        Stop::Read,
        format!("{} keeps {name} from the browser, and this code reads it there", framework.name),
        fact.origin.clone(),
        format!("Only names that begin with {prefix} get into the code for the browser; this one is undefined there."),
    );
    let finding = match case.intents.first() {
        Some((file, intent)) => {
            finding.and(format!("{name} is set here."), Some(crate::fact::Origin::File(file.place(&intent.name_span))))
        }
        None => finding,
    };
    if is_for_browsers(case) {
        let mut remedy = Remedy::new(format!("Call it {prefix}{name}, in the file and in the code."));
        let insert =
            |place: crate::fact::Place, at: usize| Edit { place, span: at..at, replacement: prefix.to_owned() };
        remedy.edits.extend(
            case.intents.iter().map(|(file, intent)| insert(file.place(&intent.name_span), intent.name_span.start)),
        );
        let reads = case.reads.iter().filter(|(fact, _)| fact.span.len() == name.len());
        remedy.edits.extend(reads.filter_map(|(fact, _)| Some(insert(fact.origin.place()?.clone(), fact.span.start))));
        return finding.mend(remedy);
    }
    finding.mend(Remedy::new(format!(
        "If the value is a secret, make the call on a server, which may read {name} as it is. If anyone may see it, call \
         it {prefix}{name}."
    )))
}

/// Whether the registry says that anyone may see the value.
fn is_for_browsers(case: &Case<'_>) -> bool {
    let public = case.provider.is_some_and(|provider| provider.variables.public.contains(&case.name));
    let mut values = case.effective().filter_map(|held| case.registry.recognise(held.value.expose_str()?));
    public || values.any(|found| found.credential.kind == Kind::Publishable)
}
