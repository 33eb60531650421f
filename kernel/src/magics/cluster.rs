//! `%cluster`: starting engines, and looking after them.

use std::path::PathBuf;

use bootcamp_cell::Bundle;
use bootcamp_cell::table::Table;
use bootcamp_cluster::connection::Profile;
use jupyter_protocol::JupyterMessageContent;

use super::{Call, Form, Magic, Options, Session, usage_error};
use crate::cluster::{EngineStatus, PROFILE, Stopped, names};
use crate::evaluator::Failure;
use crate::output::media;

/// As many as the bootcamp started.
const ENGINES: u64 = 4;

#[derive(Debug)]
pub(super) struct ClusterMagic;

impl Magic for ClusterMagic {
    fn name(&self) -> &'static str {
        "cluster"
    }

    fn form(&self) -> Form {
        Form::Line
    }

    fn help(&self) -> &'static str {
        "%cluster start [-n N] [--keep]\n%cluster status\n%cluster stop\n\
         %cluster connect [--profile NAME] [--id ID]\n\n\
         Starts engines that run Rust, each a process with variables of its own; `%%px` runs \
         cells there. They are started by ipyparallel's `ipcluster` and end with the kernel, \
         or, with `--keep`, when `ipcluster stop --profile rust` does it. N is 4 as it is. `status` shows them. \
         `connect` takes engines that run already, such as those that JupyterLab's sidebar has \
         started: of an ipyparallel profile, `rust` as it is, or of the folder NAME; ID names \
         one of several clusters of a profile."
    }

    fn run(&self, call: &Call, session: &mut Session<'_>) -> Result<(), Failure> {
        let (verb, rest) = call.arguments.split_once(' ').unwrap_or((&call.arguments, ""));
        let options = |known: &[&'static str]| {
            let name = format!("%cluster {verb}");
            let options = Options::read(&name, rest, known)?;
            if options.rest.is_empty() {
                return Ok(options);
            }
            Err(usage_error(&format!("`{name}` takes no `{}`", options.rest)))
        };
        match verb {
            "start" => {
                let options = options(&["-n N", "--keep"])?;
                let count = options.number("-n")?.unwrap_or(ENGINES);
                start(count as usize, options.has("--keep"), session)
            }
            "status" => options(&[]).and_then(|_| status(session)),
            "stop" => {
                options(&[])?;
                let text = match session.cluster().stop() {
                    Stopped::Ended => "The cluster has ended.\n",
                    Stopped::Left => {
                        "Disconnected. The cluster goes on: who has started it can stop it, with \
                         JupyterLab's sidebar or `ipcluster stop --profile NAME`.\n"
                    }
                    Stopped::Nothing => "There is no cluster: `%cluster start -n 4` starts one.\n",
                };
                session.print(text);
                Ok(())
            }
            "connect" => {
                let options = options(&["--profile NAME", "--id ID"])?;
                let name = options.value("--profile").unwrap_or(PROFILE);
                let profile = profile(name)?.cluster(options.value("--id").unwrap_or(""));
                let ids = session.cluster().connect(&profile)?;
                let found = match &ids[..] {
                    [] => "no engines yet".to_owned(),
                    ids => names(ids),
                };
                session.print(&format!("Connected: {found}\n"));
                Ok(())
            }
            _ => Err(usage_error(
                "write `%cluster start -n 4`, `%cluster status`, `%cluster stop` or `%cluster connect`",
            )),
        }
    }
}

fn start(count: usize, keep: bool, session: &Session<'_>) -> Result<(), Failure> {
    let mut is_first = true;
    let progress = |joined: usize| {
        let text = if joined < count {
            format!("Starting {count} engines: {joined} joined")
        } else {
            format!("{count} engines have joined")
        };
        let bundle = Bundle::new().text("text/plain", text);
        let id = session.display_name("cluster");
        let content: JupyterMessageContent = if std::mem::take(&mut is_first) {
            media::display(bundle, Some(id)).into()
        } else {
            media::update(bundle, id).into()
        };
        session.publish(content);
    };
    session.cluster().start(count, keep, || session.is_interrupted(), progress)
}

fn status(session: &Session<'_>) -> Result<(), Failure> {
    let engines = session.cluster().status()?;
    let table = Table::new()
        .right("Engine")
        .left("Host")
        .right("Process")
        .left("State")
        .right("Queue")
        .right("Done");
    let row = |table: Table, engine: &EngineStatus| {
        let about = engine.about.as_ref();
        table.row([
            engine.id.to_string(),
            about.map_or_else(|| "?".to_owned(), |about| about.host.clone()),
            about.map_or_else(|| "?".to_owned(), |about| about.process.to_string()),
            if about.is_some() { "idle" } else { "busy" }.to_owned(),
            engine.queue.to_string(),
            engine.completed.to_string(),
        ])
    };
    session.show(engines.iter().fold(table, row).bundle());
    if let Some(file) = session.cluster().client_file() {
        session.print(&format!("Others connect with {file}\n"));
    }
    Ok(())
}

/// A profile of ipyparallel, by its name or its folder.
fn profile(name: &str) -> Result<Profile, Failure> {
    if name.contains('/') {
        return Ok(Profile::at(PathBuf::from(name)));
    }
    Profile::named(name).map_err(|error| usage_error(&error.to_string()))
}
