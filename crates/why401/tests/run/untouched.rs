//! The program does not notice: its input and output, its exit status, its signals and its variables are its own, and nothing
//! is left behind.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::stand::{RULES, Stand, ended, has};

fn stand() -> Stand {
    Stand::new(&["api.acme.test"], RULES)
}

/// What is left in the folder for temporary files.
fn left(stand: &Stand) -> usize {
    fs::read_dir(stand.path().join("tmp")).unwrap().count()
}

fn why401(stand: &Stand, options: &[&str], line: &str) -> Command {
    let tmp = stand.path().join("tmp");
    fs::create_dir_all(&tmp).unwrap();
    let mut command = stand.why401();
    command.env("TMPDIR", tmp).arg("run").args(options).args(["--", "sh", "-c", line]);
    command
}

#[test]
fn the_exit_status_is_its_own() {
    let stand = stand();
    for (line, code) in [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)] {
        assert_eq!(ended(why401(&stand, &[], line)).status.code(), Some(code), "{line}");
        assert_eq!(left(&stand), 0);
    }
    let mut unknown = stand.why401();
    unknown.args(["run", "--", "no-such-program"]);
    assert_eq!(ended(unknown).status.code(), Some(2));
}

#[test]
fn a_refusal_changes_the_exit_status_only_where_that_is_asked() {
    let stand = stand();
    let call = "curl -s https://api.acme.test/ -o answer";
    for (options, line, code) in [
        (&[][..], call.to_owned(), 0),
        (&["--fail-on-refusal"], call.to_owned(), 1),
        (&["--fail-on-refusal"], format!("{call}; exit 3"), 3),
        (&["--fail-on-refusal"], "true".to_owned(), 0),
    ] {
        assert_eq!(ended(why401(&stand, options, &line)).status.code(), Some(code), "{options:?} {line}");
    }
}

#[test]
fn input_and_output_are_its_own() {
    let stand = stand();
    let mut command = why401(&stand, &[], "tr a-z A-Z; echo to-error >&2");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let text = "some lines\n".repeat(20_000);
    let mut input = child.stdin.take().unwrap();
    let sent = text.clone();
    let writer = thread::spawn(move || input.write_all(sent.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), text.to_uppercase());
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("to-error\n"));
}

#[test]
fn signals_reach_it_and_nothing_is_left_behind() {
    let stand = stand();
    for (signal, line, code) in [
        ("TERM", "trap 'echo got it; exit 5' TERM; echo ready; while :; do sleep 0.05; done", 5),
        ("HUP", "trap 'echo got it; exit 6' HUP; echo ready; while :; do sleep 0.05; done", 6),
        ("INT", "trap 'echo got it; exit 7' INT; echo ready; while :; do sleep 0.05; done", 7),
        ("TERM", "echo ready; exec sleep 60", 143),
    ] {
        // Without a terminal, as under a supervisor: nobody else would send it. A signal that whoever started the tests ignores
        // (nohup, a job in the background) would stay ignored, and no shell could catch it.
        let mut command = Command::new("env");
        let inner = why401(&stand, &[], line);
        command.args(["--default-signal=HUP,INT,TERM", "setsid"]).arg(inner.get_program()).args(inner.get_args());
        command.current_dir(stand.project()).env_clear();
        command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut told = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut told).unwrap();
        assert_eq!(told, "ready\n");
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert_eq!(left(&stand), 0);
    }
}

#[test]
fn the_users_own_settings_stay_in_force() {
    let stand = stand();
    stand.write("own/sitecustomize.py", "print('own sitecustomize')\n");
    stand.write("own/module_of_mine.py", "NAME = 'mine'\n");
    stand.write("own.cjs", "console.log('own preload');\n");
    let line = "python3 -c 'import module_of_mine; print(module_of_mine.NAME)'; node -e 'console.log(1)' < /dev/null";
    if !has("python3") || !has("node") {
        return;
    }
    let mut command = why401(&stand, &[], line);
    command.env("PYTHONPATH", stand.project().join("own")).env("NODE_OPTIONS", "--require ./own.cjs");
    let output = ended(command);
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(out, "own sitecustomize\nmine\nown preload\n1\n");
}

#[test]
fn another_program_is_not_served() {
    let stand = stand();
    // `env -i` takes the credential out of the environment, as a program of somebody else would not have it.
    let line = r#"curl -s -x "http://127.0.0.1:${HTTPS_PROXY##*:}" -o answer https://api.acme.test/ -w '%{http_connect}';
        env -i PATH="$PATH" sh -c 'curl -s -x "http://127.0.0.1:$0" -o answer https://api.acme.test/ -w " %{http_connect}"' "${HTTPS_PROXY##*:}""#;
    let output = ended(why401(&stand, &[], line));
    let out = String::from_utf8(output.stdout).unwrap();
    // Where the system tells whose a connection is, programs of this run are known by themselves.
    let own = if cfg!(target_os = "linux") { "200" } else { "407" };
    assert_eq!(out, format!("{own} 407"), "{}", String::from_utf8_lossy(&output.stderr));
}
