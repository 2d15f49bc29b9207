//! The real binary, as an operator runs it.

use std::path::{Path, PathBuf};
use std::process::{Command as Build, Stdio};
use std::sync::OnceLock;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::{ADMIN_TOKEN, Client};

/// A running `counterfoil`.
#[derive(Debug)]
pub struct Binary {
    child: Child,
    url: String,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Binary {
    /// A command for the binary, on the store in `folder`, with a free port and the tests' token.
    pub fn command(folder: &Path) -> Command {
        let mut command = Command::new(path());
        command
            .env_clear()
            .env("COUNTERFOIL_LISTEN", "127.0.0.1:0")
            .env("COUNTERFOIL_STORE", format!("redb:{}", folder.join("k.redb").display()))
            .env("COUNTERFOIL_ADMIN_TOKEN", ADMIN_TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Starts the binary and waits for its ready line.
    pub async fn start(folder: &Path) -> Self {
        Self::start_command(&mut Self::command(folder)).await
    }

    /// Starts a command that was made by [`Binary::command`].
    pub async fn start_command(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("a binary that starts");
        let stdout = child.stdout.take().expect("its standard output");
        let mut stdout = BufReader::new(stdout).lines();
        let ready = stdout.next_line().await.expect("readable output");
        let url = ready.as_deref().and_then(|line| line.strip_prefix("counterfoil listening on "));
        match url {
            Some(url) => Self { child, url: url.to_owned(), stdout },
            None => panic!("not the ready line: {ready:?}"),
        }
    }

    /// Talks to it with the admin token.
    pub fn admin(&self) -> Client {
        Client::new(&self.url, Some(ADMIN_TOKEN))
    }

    /// Talks to it with nothing.
    pub fn public(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("a process that runs")
    }

    /// Ends it without a word, as a power cut would.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("a process to kill");
    }

    /// Tells it to go down.
    pub fn terminate(&self) {
        let kill = Build::new("kill").arg("-TERM").arg(self.pid().to_string()).status();
        assert!(kill.is_ok_and(|status| status.success()), "the signal was sent");
    }

    /// Waits for its end; gives the exit code and what it logged.
    pub async fn wait(mut self) -> (Option<i32>, String) {
        while let Ok(Some(_)) = self.stdout.next_line().await {}
        let mut log = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut log).await.expect("a readable log");
        }
        (self.child.wait().await.expect("an exit").code(), log)
    }
}

/// The binary, which cargo builds once if it is not there: another package's binary is not built
/// for its tests by itself.
fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let built = Build::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "counterfoil-server", "--bin", "counterfoil"])
            .status();
        assert!(built.is_ok_and(|status| status.success()), "cargo built the binary");
        // Tests lie in `<target>/debug/deps`.
        let test = std::env::current_exe().expect("this test's path");
        let profile = test.ancestors().nth(2).expect("the profile's folder");
        profile.join("counterfoil")
    })
}
