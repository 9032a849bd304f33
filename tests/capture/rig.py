"""What the scripts about the capture proxy share: the bench's programs, a run of why401 that stays, and what a process takes."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
BED = Path(os.environ.get("WHY401_BED", CACHE / "why401" / "bed"))
CLEAN = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}


def build_bench():
    """Builds origin, load and hudsucker; the path of the program."""
    command = ["cargo", "build", "--locked", "--release", "--quiet", "--manifest-path", str(HERE / "tests/capture/bench/Cargo.toml")]
    command += ["--target-dir", str(BED / "capture-bench")]
    # hudsucker brings C along; as root a C build may replace the null device, which a mount of its own prevents.
    guard = ["unshare", "-m", "sh", "-c", 'mount --bind /dev/null /dev/null && exec "$0" "$@"']
    if os.geteuid() == 0 and shutil.which("unshare") and subprocess.run([*guard, "true"], capture_output=True).returncode == 0:
        command = guard + command
    subprocess.run(command, check=True)
    return str(BED / "capture-bench/release/capture-bench")


def build_why401():
    """Builds the release of why401; its path."""
    subprocess.run(["cargo", "build", "--locked", "--release", "--quiet", "-p", "why401"], cwd=HERE, check=True)
    return str(HERE / "target/release/why401")


class Program:
    """A program that runs until `end`, whose first line of output is waited for."""

    def __init__(self, command, env=None, lines=1, **more):
        self.process = subprocess.Popen(command, env=env or CLEAN, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, **more)
        self.lines = [self.process.stdout.readline().strip() for _ in range(lines)]
        self.pid = self.process.pid

    def seconds(self):
        """Seconds of the processor that it took so far, its threads' included."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name="VmRSS"):
        """Kibibytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        return 0

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(20)


def why401_run(binary, folder):
    """`why401 run` around a program that only waits; and what a client of it has in its environment."""
    script = 'echo "$HTTPS_PROXY"; echo "$SSL_CERT_FILE"; exec cat'
    env = dict(CLEAN, SSL_CERT_FILE=f"{folder}/origin.pem")
    run = Program([binary, "run", "--", "sh", "-c", script], env=env, lines=2, stderr=subprocess.DEVNULL, cwd=folder)
    return run, dict(CLEAN, HTTPS_PROXY=run.lines[0], SSL_CERT_FILE=run.lines[1])
