//! Folders that are not nice: pipes, links in a circle, gigantic, binary and unreadable files. Each is skipped with a
//! word, and the command ends in time with a documented status.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test")]

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Far more than any of these folders takes, also for an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const NOBODY: u32 = 65534;

/// Runs `why401` in `folder` under a watchdog; gives back its status and all that it wrote.
fn run_as(user: Option<u32>, folder: &Path, arguments: &[&OsStr]) -> (i32, String) {
    let output = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_why401"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .stdout(output.reopen().unwrap())
        .stderr(output.as_file().try_clone().unwrap());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{arguments:?} did not end within {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = String::from_utf8(fs::read(output.path()).unwrap()).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    (status.code().unwrap_or_else(|| panic!("{status}\n{text}")), text)
}

/// Checks `folder` with every detail; the status must be 0 or 1.
fn check(folder: &Path) -> String {
    let (status, text) = run_as(None, folder, &["check".as_ref(), "-v".as_ref()]);
    assert!(status <= 1, "status {status}\n{text}");
    text
}

/// A folder that everybody may enter.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The test fails unless `text` says that `what` was skipped, and why.
fn assert_skipped(text: &str, what: &str, why: &str) {
    assert!(text.lines().any(|line| line.contains(what) && line.contains(why)), "{what}: {why}\n{text}");
}

/// An env file with a fault, to see that the rest of the folder is looked at all the same.
fn write_fault(folder: &Path) {
    fs::write(folder.join(".env.local"), "OPENAI_API_KEY=\"your-api-key-here\"\n").unwrap();
}

fn assert_fault_found(text: &str) {
    assert!(text.contains("key/placeholder"), "{text}");
}

#[test]
fn pipes_sockets_and_devices() {
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    for name in [".env", "app.js", "Dockerfile", "package.json"] {
        assert!(Command::new("mkfifo").arg(root.join(name)).status().unwrap().success());
    }
    fs::create_dir(root.join("a")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.join("a/.env")).unwrap();
    symlink("/dev/zero", root.join("zero.env")).unwrap();
    symlink("/dev/zero", root.join("zero.js")).unwrap();
    symlink(root.join(".env"), root.join("pipe.env")).unwrap();
    let text = check(root);
    assert_fault_found(&text);
    for name in [".env", "a/.env", "zero.env", "pipe.env", "app.js", "package.json"] {
        assert_skipped(&text, name, "it is not a regular file");
    }
    let pipe = root.join(".env");
    let arguments = ["loaders", "try", "dotenv17"].map(OsStr::new);
    let (status, text) = run_as(None, root, &[&arguments[..], &[pipe.as_os_str()]].concat());
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("it is not a regular file"), "{text}");
}

#[test]
fn a_pipe_where_the_configuration_stands() {
    let folder = folder();
    assert!(Command::new("mkfifo").arg(folder.path().join(".why401.toml")).status().unwrap().success());
    let (status, text) = run_as(None, folder.path(), &[]);
    assert_eq!(status, 2, "{text}");
}

#[test]
fn links() {
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    symlink("b.env", root.join("a.env")).unwrap();
    symlink("a.env", root.join("b.env")).unwrap();
    symlink("nowhere", root.join(".env")).unwrap();
    symlink("nowhere.js", root.join("x.js")).unwrap();
    fs::create_dir(root.join("deep")).unwrap();
    symlink(root, root.join("deep/up")).unwrap();
    symlink(".", root.join("self")).unwrap();
    symlink("/", root.join("everything")).unwrap();
    let text = check(root);
    assert_fault_found(&text);
    assert_skipped(&text, "a.env", "it could not be read");
    assert_skipped(&text, ".env", "the link leads nowhere");
    assert!(!text.contains("deep/up/") && !text.contains("everything/"), "{text}");
}

#[test]
fn what_may_not_be_read() {
    // Permissions bind nobody but root, who drops to a user without rights; another user is bound as it is.
    let root_user = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let user = root_user.then_some(NOBODY);
    let binary = Path::new(env!("CARGO_BIN_EXE_why401"));
    let reachable = binary.ancestors().skip(1).all(|folder| {
        folder.as_os_str().is_empty() || fs::metadata(folder).is_ok_and(|folder| folder.mode() & 0o001 != 0)
    });
    if root_user && !reachable {
        // Said with the test's output, where a person looks who wonders.
        let _ = writeln!(std::io::stderr(), "not run: another user cannot reach {}", binary.display());
        return;
    }
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    let (no_file, no_code, no_folder) = (root.join(".env"), root.join("app.js"), root.join("closed"));
    fs::write(&no_file, "A=1\n").unwrap();
    fs::write(&no_code, "fetch(1)\n").unwrap();
    fs::create_dir(&no_folder).unwrap();
    fs::write(no_folder.join(".env"), "A=1\n").unwrap();
    let close = |mode| {
        for path in [&no_file, &no_code, &no_folder] {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
    };
    close(0o000);
    let (status, text) = run_as(user, root, &["check".as_ref(), "-v".as_ref()]);
    let (fix, fixed) = run_as(user, root, &["check".as_ref(), "--fix".as_ref()]);
    let (status_closed, said) = run_as(user, root, &["check".as_ref(), no_folder.as_os_str()]);
    close(0o755);
    assert_eq!(status, 1, "{text}");
    assert_fault_found(&text);
    for name in [".env", "app.js", "closed"] {
        assert_skipped(&text, name, "ermission denied");
    }
    assert_eq!(fix, 1, "{fixed}");
    // A folder that was asked for and cannot be read is no clean project.
    assert_eq!(status_closed, 2, "{said}");
}

#[test]
fn gigantic_files() {
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    for name in [".env", "app.js", "settings.json", "Dockerfile"] {
        File::create(root.join(name)).unwrap().set_len(1 << 30).unwrap();
    }
    let text = check(root);
    assert_fault_found(&text);
    for name in [".env", "app.js"] {
        assert_skipped(&text, name, "it is larger than");
    }
    let arguments = ["loaders", "try", "dotenv17", ".env"].map(OsStr::new);
    let (status, text) = run_as(None, root, &arguments);
    assert_eq!(status, 2, "{text}");
}

#[test]
fn binary_files_and_names() {
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    let noise: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for name in [".env", "app.js", "main.py", "Dockerfile", "docker-compose.yml", "package.json", "x.md"] {
        fs::write(root.join(name), &noise).unwrap();
    }
    let strange = root.join(OsStr::from_bytes(b"na\xffme"));
    fs::create_dir(&strange).unwrap();
    fs::write(strange.join(".env"), "OPENAI_API_KEY=changeme\n").unwrap();
    fs::write(root.join(OsStr::from_bytes(b"\xfe.env")), "OPENAI_API_KEY=changeme\n").unwrap();
    fs::write(root.join(OsStr::from_bytes(b"\xfe.js")), "process.env.A\n").unwrap();
    fs::write(root.join("new\nline.env"), "OPENAI_API_KEY=changeme\n").unwrap();
    fs::write(root.join("\u{1b}[31mred.env"), "OPENAI_API_KEY=changeme\n").unwrap();
    let text = check(root);
    assert_fault_found(&text);
    assert_skipped(&text, "app.js", "it is not UTF-8");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    for format in ["json", "sarif", "github", "markdown", "html"] {
        let (status, text) = run_as(None, root, &["check", "--format", format].map(OsStr::new));
        assert!(status <= 1, "{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
    let (status, text) = run_as(None, root, &["check".as_ref(), "-v".as_ref(), strange.as_os_str()]);
    assert_eq!(status, 1, "{text}");
    let (status, text) = run_as(None, root, &["check".as_ref(), OsStr::from_bytes(b"no\xffwhere")]);
    assert_eq!(status, 2, "{text}");
    run_as(None, root, &["check".as_ref(), "--fix".as_ref()]);
}

#[test]
fn very_deep_folders() {
    let folder = folder();
    let mut path = folder.path().to_owned();
    // As deep as the longest path that the system takes (4,096 bytes).
    while path.as_os_str().len() < 3_900 {
        path.push("d");
    }
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join(".env"), "OPENAI_API_KEY=changeme\n").unwrap();
    assert_fault_found(&check(folder.path()));
}

#[test]
fn very_long_lines() {
    let full = std::env::var_os("WHY401_FULL").is_some();
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    // What is still read is as long as a file may be; in the full test also far beyond.
    let length = if full { 100 << 20 } else { 1 << 19 };
    for (name, start, unit) in [
        (".env", "OPENAI_API_KEY=", "a"),
        ("quote.env", "OPENAI_API_KEY=\"", "\\\""),
        ("dollar.env", "OPENAI_API_KEY=", "${A"),
        ("a.js", "fetch('", "x"),
        ("b.js", "`", "${`"),
        ("c.py", "x = ", "f'{"),
        ("d.go", "a := ", "(\""),
        ("e.rb", "a = ", "#{"),
        ("f.sh", "curl ", "-H '"),
        ("h.ts", "headers: ", "{ a: "),
        ("g.json", "", "["),
        ("package.json", "", "{\"a\":"),
        ("docker-compose.yml", "", "- "),
        ("values.yaml", "a: ", "{b: "),
        ("Dockerfile", "ENV ", "A=\\\n"),
        ("README.md", "", "`"),
    ] {
        let text = start.to_owned() + &unit.repeat(length / unit.len());
        fs::write(root.join(name), text).unwrap();
    }
    assert_fault_found(&check(root));
}

#[test]
fn broken_repositories_and_empty_ones() {
    let folder = folder();
    let root = folder.path();
    let (status, text) = run_as(None, root, &[]);
    assert_eq!(status, 0, "{text}");
    write_fault(root);
    for broken in ["file", "empty folder", "nonsense", "pipe"] {
        let git = root.join(".git");
        match broken {
            "file" => fs::write(&git, "gitdir: /nowhere/at/all\n").unwrap(),
            "empty folder" => fs::create_dir(&git).unwrap(),
            "nonsense" => {
                fs::create_dir(&git).unwrap();
                fs::write(git.join("HEAD"), b"\xff\x00").unwrap();
                fs::write(git.join("config"), b"[core\nworktree = /\n").unwrap();
                fs::write(git.join("index"), b"DIRC\xff\xff\xff\xff").unwrap();
            }
            _ => assert!(Command::new("mkfifo").arg(&git).status().unwrap().success()),
        }
        assert_fault_found(&check(root));
        if git.is_dir() { fs::remove_dir_all(&git) } else { fs::remove_file(&git) }.unwrap();
    }
    fs::write(root.join(".gitignore"), b"\xff\xfe[[[\n**/**/**\n!\n").unwrap();
    assert_fault_found(&check(root));
}

#[test]
fn a_repository_may_not_run_programs() {
    let folder = folder();
    let root = folder.path();
    write_fault(root);
    assert!(Command::new("git").args(["init", "-q"]).current_dir(root).status().unwrap().success());
    let mark = root.join("was-run");
    let program = format!("touch {}", mark.display());
    for name in ["core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "credential.helper"] {
        assert!(Command::new("git").args(["config", name, &program]).current_dir(root).status().unwrap().success());
    }
    check(root);
    assert!(!mark.exists());
}

#[test]
fn paths_that_are_no_folder() {
    let folder = folder();
    fs::write(folder.path().join("file"), "x").unwrap();
    for path in ["file", "file/below", "nowhere", "", "\u{1b}[31m", "/dev/null"] {
        let (status, text) = run_as(None, folder.path(), &["check".as_ref(), path.as_ref()]);
        assert_eq!(status, 2, "{path}: {text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
    // Where standard output is gone, nobody is told and nothing panics.
    let mut child = Command::new(env!("CARGO_BIN_EXE_why401"))
        .args(["providers", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 2), "{}", output.status);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
