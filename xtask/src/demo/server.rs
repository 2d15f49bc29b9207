//! The server that the demo runs, from its start to its last words.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use crate::failure::{Attempt, Failure, Result};
use crate::tool;

const LISTEN: &str = "127.0.0.1:8787";
const ANY_PORT: &str = "127.0.0.1:0";
const READY: &str = "counterfoil listening on ";
/// A start takes well under a second; what is not ready by then never will be.
const START_MAX: Duration = Duration::from_secs(30);

/// What can happen while the server runs.
enum Event {
    Ready(String),
    /// It closed its stdout: it is on its way out.
    Ended,
    /// Somebody wants this program to stop.
    Stop,
}

/// A running server. It is stopped when this is dropped.
pub(super) struct Server {
    /// Where it answers, as `http://127.0.0.1:8787`.
    pub(super) url: String,
    process: Process,
    events: Receiver<Event>,
}

impl Server {
    /// Starts it on a data path and waits until it answers.
    pub(super) fn start(
        binary: &Path,
        data: &Path,
        listen: Option<OsString>,
        token: &str,
    ) -> Result<Self> {
        let (sender, events) = mpsc::channel();
        // Before the server starts: from here on no signal can leave it behind.
        listen_for_signals(sender.clone())?;
        let mut command = on_store(binary, data);
        command
            .env("COUNTERFOIL_ADMIN_TOKEN", token)
            // Somebody who tries the product wants to buy it, and not to pay.
            .env("COUNTERFOIL_TEST_PROVIDER", "true")
            .env("COUNTERFOIL_LISTEN", listen.unwrap_or_else(free_address))
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child =
            command.spawn().attempt(|| format!("Could not start {}", binary.display()))?;
        let stdout = child.stdout.take();
        let process = Process(child);
        thread::spawn(move || pass_on(stdout, &sender));
        match events.recv_timeout(START_MAX) {
            Ok(Event::Ready(url)) => Ok(Self { url, process, events }),
            Ok(Event::Stop) => Err(Failure::new("Stopped before the server was ready.")),
            Ok(Event::Ended) => {
                Err(Failure::new("The server did not start: see what it says above."))
            }
            Err(_) => Err(Failure::new("The server did not become ready.")),
        }
    }

    /// Returns when the server has ended: it was told to, or it failed.
    pub(super) fn wait(mut self) -> Result {
        let told = matches!(self.events.recv(), Ok(Event::Stop));
        let status = self.process.stop().attempt(|| "Could not stop the server".to_owned())?;
        if told || status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("The server ended by itself ({status}).")))
    }
}

/// A link that signs in at the desk of the running server, once.
pub(super) fn admin_link(binary: &Path, data: &Path, url: &str) -> Result<String> {
    let mut command = on_store(binary, data);
    let link = tool::output(command.arg("admin-link").env("COUNTERFOIL_PUBLIC_URL", url))?;
    Ok(link.trim().to_owned())
}

/// A command of the server's binary on the demo's store.
fn on_store(binary: &Path, data: &Path) -> Command {
    let mut store = OsString::from("redb:");
    store.push(data.join("counterfoil.redb"));
    let mut command = tool::new(binary);
    forget_settings(&mut command);
    command.env("COUNTERFOIL_STORE", store);
    command
}

/// Ends the server whichever way this program goes on.
struct Process(Child);

impl Process {
    /// Lets it answer what it has begun, then waits for its end.
    fn stop(&mut self) -> std::io::Result<std::process::ExitStatus> {
        if let Some(status) = self.0.try_wait()? {
            return Ok(status);
        }
        #[cfg(unix)]
        if let Ok(id) = i32::try_from(self.0.id()) {
            // It may have ended in between, and then there is nothing left to tell.
            let _ =
                nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::SIGTERM);
        }
        #[cfg(not(unix))]
        self.0.kill()?;
        self.0.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

fn listen_for_signals(sender: Sender<Event>) -> Result {
    // SIGINT, SIGTERM and SIGHUP. The send fails only when the program is ending anyway.
    ctrlc::set_handler(move || drop(sender.send(Event::Stop)))
        .attempt(|| "Could not listen for Ctrl-C".to_owned())
}

/// Shows what the server prints, and picks out the line that says where it listens.
fn pass_on(stdout: Option<ChildStdout>, sender: &Sender<Event>) {
    let lines = stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines());
    for line in lines.map_while(std::io::Result::ok) {
        println!("{line}");
        if let Some(url) = line.strip_prefix(READY) {
            let _ = sender.send(Event::Ready(url.to_owned()));
        }
    }
    let _ = sender.send(Event::Ended);
}

/// The settings of somebody's real server are not the demo's, its secret least of all.
fn forget_settings(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("COUNTERFOIL_") && text != "COUNTERFOIL_LOG" {
            command.env_remove(&name);
        }
    }
}

/// The usual address, or any free one where somebody sits on it.
fn free_address() -> OsString {
    match TcpListener::bind(LISTEN) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("{LISTEN} is taken: using another port.");
            ANY_PORT.into()
        }
        Ok(_) | Err(_) => LISTEN.into(),
    }
}
