//! The build that people and CI run: `cargo xtask`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a build tool talks to its user")]

mod apt;
mod bench;
mod cargo;
mod chromium;
mod demo;
mod failure;
mod fuzz;
mod node;
mod npm;
mod pages;
mod php;
mod python;
mod test;
mod tool;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg;

use failure::{Attempt, Failure, Result};
use node::Node;

const HELP: &str = "\
cargo xtask COMMAND

  demo   build everything and start a server with sample licenses
           --data DIR      keep the store in DIR instead of a temporary folder
           --listen ADDR   listen there (127.0.0.1:8787, or a free port when that is taken)
           --build-only    stop after building
  test   run every check and every test, and end with a table
  npm    build the npm package into wasm/pkg
  pages  build the npm package, then the pages into www/dist
           --pictures DIR  take pictures of every page and screen into DIR
  bench  run the benchmarks and print the sizes of the npm package
           NAME …          only these: checks, activations, lists, leases, replies, start
  fuzz   fuzz the parsers of the old systems' dialects, and keep what was found
           --runs N        inputs for each parser (10000000)
           NAME …          only these: gumroad, packedge, …

demo and test need Rust; with Node 20 or newer they also build and prove the pages and the npm
package. What else is missing they install.";

fn main() -> ExitCode {
    match dispatch() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command that was asked for; `false` when it has already said what failed.
fn dispatch() -> Result<bool> {
    let mut args = lexopt::Parser::from_env();
    match next(&mut args)? {
        Some(Arg::Value(command)) if command == "demo" => demo::run(demo_options(&mut args)?)?,
        Some(Arg::Value(command)) if command == "bench" => bench::run(&benches(&mut args)?)?,
        Some(Arg::Value(command)) if command == "pages" => {
            let pictures = pictures(&mut args)?;
            let node = Node::require()?;
            npm::build(&node)?;
            pages::build(&node)?;
            if let Some(folder) = pictures {
                pages::take_pictures(&node, &folder)?;
            }
        }
        Some(Arg::Value(command)) if command == "fuzz" => {
            let (runs, named) = fuzzed(&mut args)?;
            fuzz::run(runs, &named)?;
        }
        Some(Arg::Value(command)) => {
            if let Some(extra) = next(&mut args)? {
                return Err(unexpected(extra));
            }
            match command.to_str() {
                Some("test") => return Ok(test::run()),
                Some("npm") => {
                    npm::build(&Node::require()?)?;
                    npm::check_size()?;
                }
                _ => return Err(unexpected(Arg::Value(command))),
            }
        }
        None | Some(Arg::Long("help") | Arg::Short('h')) => println!("{HELP}"),
        Some(other) => return Err(unexpected(other)),
    }
    Ok(true)
}

fn demo_options(args: &mut lexopt::Parser) -> Result<demo::Options> {
    let mut options = demo::Options::default();
    while let Some(arg) = next(args)? {
        match arg {
            Arg::Long("data") => options.data = Some(value(args)?.into()),
            Arg::Long("listen") => options.listen = Some(value(args)?),
            Arg::Long("build-only") => options.build_only = true,
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(unexpected(arg)),
        }
    }
    Ok(options)
}

/// The folder for pictures of the pages, if somebody wants some.
fn pictures(args: &mut lexopt::Parser) -> Result<Option<PathBuf>> {
    let mut folder = None;
    while let Some(arg) = next(args)? {
        match arg {
            Arg::Long("pictures") => folder = Some(value(args)?.into()),
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(unexpected(arg)),
        }
    }
    Ok(folder)
}

fn benches(args: &mut lexopt::Parser) -> Result<Vec<String>> {
    let mut named = Vec::new();
    while let Some(arg) = next(args)? {
        match &arg {
            Arg::Value(name) if name.to_str().is_some_and(bench::is_known) => {
                named.push(name.to_string_lossy().into_owned());
            }
            Arg::Long(_) | Arg::Short(_) | Arg::Value(_) => return Err(unexpected(arg)),
        }
    }
    Ok(named)
}

fn fuzzed(args: &mut lexopt::Parser) -> Result<(u64, Vec<String>)> {
    let (mut runs, mut named) = (fuzz::RUNS, Vec::new());
    while let Some(arg) = next(args)? {
        match arg {
            Arg::Long("runs") => {
                let count = value(args)?;
                let count = count.to_str().and_then(|count| count.parse().ok());
                runs = count.ok_or_else(|| Failure::new("--runs takes a whole number."))?;
            }
            Arg::Value(name) => named.push(name.to_string_lossy().into_owned()),
            Arg::Long(_) | Arg::Short(_) => return Err(unexpected(arg)),
        }
    }
    Ok((runs, named))
}

fn next(args: &mut lexopt::Parser) -> Result<Option<Arg<'_>>> {
    args.next().attempt(|| "Could not read the command line".to_owned())
}

fn value(args: &mut lexopt::Parser) -> Result<std::ffi::OsString> {
    args.value().attempt(|| "Could not read the command line".to_owned())
}

fn unexpected(arg: Arg<'_>) -> Failure {
    let problem = arg.unexpected();
    Failure::new(format!("{problem}. `cargo xtask` alone lists the commands."))
}
