//! key/unexpanded: a reference stands where its value should.

use crate::case::{Case, Held, Stop};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Operand, Remark, Seen, Sends, Setter};
use crate::value::{Plainly, Reference, plainly};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held).or_else(|| braced(case, held))?.into()));
    let written = written.chain(echoes(case).filter_map(|echoed| Some(repeated(&echoed)?.into())));
    let sent =
        case.sends.iter().filter_map(|(fact, sends)| in_quotes(fact, sends).or_else(|| in_settings(fact, sends)));
    let told = without_a_shell(case)
        .into_iter()
        .chain([&SINGLE, &CALL, &BARE, &SHELL].into_iter().filter_map(|known| known_by(case, "key/unexpanded", known)));
    written.chain(sent.map(Into::into)).chain(told.map(Evidence::from)).collect()
}

/// PHP fills nothing in between single quotes.
const SINGLE: Known = Known {
    remark: Remark::SingleQuoted,
    standing: Standing::Proven,
    stop: Stop::Sent,
    title: "a variable stands between single quotes, and is sent by its name",
    why: "PHP puts values into texts in double quotes alone; between single ones `$name` stays as it is written.",
    remedy: "Write double quotes, or join the parts with a dot.",
    weight: 30,
};

/// Nobody runs what stands in a text.
const CALL: Known = Known {
    remark: Remark::CallInQuotes,
    standing: Standing::Likely,
    stop: Stop::Read,
    title: "the call that reads the variable stands between quotes",
    why: "Between quotes it is a text like any other, and that text is sent as the key.",
    remedy: "Take the quotes away in code; in a settings file write the form that its program knows, such as `${NAME}`, or the key itself.",
    weight: 40,
};

/// A shell takes what stands between single quotes as it is.
const SHELL: Known = Known {
    remark: Remark::SingleInShell,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "a variable stands between single quotes, and is written by its name",
    why: "A shell fills in `$NAME` within double quotes and without any; between single ones it is text.",
    remedy: "Write double quotes round it, and `\\\"` for those of the text within.",
    weight: 60,
};

/// A workflow fills in expressions alone.
const BARE: Known = Known {
    remark: Remark::BareSecret,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "the name of the secret is handed on, and not its value",
    why: "GitHub fills in what stands in `${{ }}`; anything else is text, and the step gets these very letters.",
    remedy: "Write `${{ secrets.NAME }}`.",
    weight: 60,
};

/// A command is started without a shell, and its argument is the reference itself.
fn without_a_shell(case: &Case<'_>) -> Option<Finding> {
    let mut facts = case.project.facts.iter();
    let fact =
        facts.find(|fact| matches!(&fact.seen, Seen::Verbatim(name) if *name == case.name && !name.is_empty()))?;
    let finding = Finding::new(
        Standing::Proven,
        Stop::Loaded,
        format!("the reference to {} is handed to the program as it is written", case.name),
        fact.origin.clone(),
        "The exec form starts the program without a shell, so nobody puts the variable's value in.",
    );
    Some(finding.mend(Remedy::new("Let the program read the variable itself, or start it through a shell: `[\"sh\", \"-c\", \"exec … \\\"$NAME\\\"\"]`.")))
}

/// A setting beside the refusal holds a reference, and whether its reader knows such is not seen.
fn in_a_setting(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    case.refusal.as_ref().filter(|_| held.by == Some(Setter::CredentialFile))?;
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Loaded,
        format!("{} is a reference, and nothing shows that it is filled in", case.name),
        held.origin.clone(),
        "Not every program puts variables into its configuration; one that does not sends the reference itself.",
    );
    // The variable is there, so that only the filling in is left to fail.
    if matches!(held.plainly(), Plainly::Reference(Reference::Variable(name)) if case.project.writes(&name)) {
        finding.weight = 14;
    }
    Some(
        finding
            .mend(Remedy::new("Look up whether this program expands variables here; if not, render the file first.")),
    )
}

/// `{NAME}` without a dollar sign, and a variable is called so: whoever wrote it meant its value.
fn braced(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let name = held.value.expose_str()?.strip_prefix('{')?.strip_suffix('}')?.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name || !case.project.writes(name) {
        return None;
    }
    let finding = Finding::new(
        Standing::Likely,
        Stop::Loaded,
        format!("the braces round {name} are text, and it is sent by its name"),
        held.origin.clone(),
        "Compose, shells and loaders put a value in where a dollar sign stands before the brace.",
    );
    Some(finding.mend(Remedy::new(format!("Write `${{{name}}}`."))))
}

/// A header of a configuration file holds a reference that the file's reader may not know.
fn in_settings(fact: &Fact, sends: &Sends) -> Option<Finding> {
    let Operand::Literal(value) = &sends.credential else { return None };
    let Plainly::Reference(reference) = plainly(value.expose_str()?) else { return None };
    // Many programs know the form of a shell or of templates; the other forms are each one program's own.
    let common = matches!(reference, Reference::Variable(_) | Reference::Template);
    let mut finding = Finding::new(
        if common { Standing::Possible } else { Standing::Likely },
        Stop::Sent,
        "a header's value is a reference, and nothing shows that it is filled in",
        fact.origin.clone(),
        "Where the program that reads the file does not know this form, the reference itself is sent as the key.",
    );
    // Whoever shows the file beside a refusal means that line of it.
    finding.weight = if common { 34 } else { 0 };
    Some(
        finding.mend(Remedy::new("Look up how this program writes a variable in a header, or let a shell fill it in.")),
    )
}

/// What the server or the client repeats is a reference, or what a mask leaves of one.
fn repeated(echoed: &Echoed<'_>) -> Option<Finding> {
    let bare = echoed.bare();
    let opens = ["${", "{{", "$(", "{env:", "<%", "op://", "%{", "secrets.", "process.env", "os.environ"];
    let variable = bare.strip_prefix('$').is_some_and(|name| {
        name.len() > 2 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_*.".contains(&b))
    });
    let closes = echoed.masked().is_some_and(|(head, tail)| tail.ends_with('}') && !head.contains('{'));
    // A mask cuts the words short.
    let cut = echoed.masked().is_some_and(|(head, _)| {
        head.len() >= 6
            && ["process.env", "os.environ", "os.getenv", "secrets.", "import.meta"]
                .iter()
                .any(|open| open.starts_with(head))
    });
    let windows = bare.len() > 4 && bare.starts_with('%') && bare.ends_with('%');
    if !(opens.iter().any(|open| bare.starts_with(open)) || variable || closes || windows || cut) {
        return None;
    }
    let finding = echoed.finding(
        Standing::Proven,
        "a reference was sent in place of its value",
        "What is repeated here begins or ends as a reference does, and no key: nobody put the value in.",
    );
    Some(
        finding
            .mend(Remedy::new("Let something expand it: a shell, a loader that knows references, a template engine.")),
    )
}

/// A shell's single quotes round a reference: it is sent as it is written.
fn in_quotes(fact: &Fact, sends: &Sends) -> Option<Finding> {
    let Operand::Unexpanded(name) = &sends.credential else { return None };
    let finding = Finding::new(
        Standing::Proven,
        Stop::Sent,
        format!("the reference to {name} stands in single quotes and is sent as it is"),
        fact.origin.clone(),
        "A shell puts no value into what stands in single quotes, so the server gets the dollar sign and the name.",
    );
    let mut remedy = Remedy::new("Use double quotes.");
    let quotes = &sends.slot.span;
    if let Some(place) = fact.origin.place()
        && quotes.len() > 1
    {
        remedy = remedy.edit(place, quotes.start..quotes.start + 1, "\"").edit(place, quotes.end - 1..quotes.end, "\"");
    }
    Some(finding.mend(remedy))
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let Plainly::Reference(reference) = held.plainly() else { return None };
    let Some(file) = held.file else { return in_a_setting(case, held) };
    let reader = held.reader();
    let known = held.load.is_some_and(|load| load.seen.is_some());
    let (standing, what, remedy) = match reference {
        Reference::Variable(name) => (
            if known { Standing::Proven } else { Standing::Likely },
            format!("the reference to {name}"),
            format!("Write the value itself, or use a loader that expands references; {reader} does not."),
        ),
        Reference::Command => (
            if known { Standing::Proven } else { Standing::Possible },
            "a command between $( and )".to_owned(),
            format!("Run the command before the program starts and export its output; {reader} runs nothing."),
        ),
        Reference::Template => (
            Standing::Likely,
            "a template's expression".to_owned(),
            format!("Render the template first: {} is read as it stands.", file.name()),
        ),
        // A wrapper such as `op run` may put the value in before the program starts.
        Reference::Store(store) => (
            Standing::Possible,
            format!("an address in {store}"),
            format!(
                "Start the program through the tool that resolves {store} references, or fetch the value into the file."
            ),
        ),
    };
    let finding = Finding::new(
        standing,
        Stop::Loaded,
        format!("{} holds {what} and not a key", case.name),
        held.origin.clone(),
        format!("{reader} hands the text on as it is, so the reference itself is sent as the key."),
    );
    Some(finding.mend(Remedy::new(remedy)))
}
