//! `%cluster`: starts engines, shows their state and stops them.

use bootcamp_evaluator::Failure;
use bootcamp_protocol::Bundle;
use bootcamp_protocol::table::Table;
use jupyter_protocol::JupyterMessageContent;

use super::{Call, Form, Magic, Options, Session, usage_error};
use crate::cluster::{
    EngineStatus, Kind, PROFILE, Stopped, Wanted, find_profile, names, write_new,
};
use crate::frontend::showing;

/// The usual number of engines, as when the bootcamp started them.
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
        "%cluster start [-n N] [--profile NAME] [--keep]\n%cluster status\n%cluster stop\n\
         %cluster connect [--profile NAME] [--id ID]\n\
         %cluster profile NAME [--slurm | --ssh | --mpi]\n\n\
         Starts engines that run Rust, each a process with variables of its own; `%%px` runs \
         cells there. They are started by ipyparallel's `ipcluster` and end with the kernel, \
         or, with `--keep`, when `ipcluster stop --profile rust` does it. N is 4 as it is. `status` shows them. \
         `connect` takes engines that run already, such as those that JupyterLab's sidebar has \
         started: of an ipyparallel profile, `rust` as it is, or of the folder NAME; ID names \
         one of several clusters of a profile.\n\n\
         On other computers, engines are started as a profile of ipyparallel says. `profile` \
         writes one to begin with, for Slurm, for ssh or for MPI, and says which lines to look \
         at; `start --profile NAME` starts engines by it, and waits for them as long as it takes: \
         an interrupt gives up."
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
                let options = options(&["-n N", "--profile NAME", "--keep"])?;
                let engines = options.number("-n")?.unwrap_or(ENGINES) as usize;
                let profile = options.value("--profile");
                start(Wanted { engines, keep: options.has("--keep"), profile }, session)
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
                let profile = find_profile(name)?.cluster(options.value("--id").unwrap_or(""));
                let ids = session.cluster().connect(&profile)?;
                let found = match &ids[..] {
                    [] => "no engines yet".to_owned(),
                    ids => names(ids),
                };
                session.print(&format!("Connected: {found}\n"));
                Ok(())
            }
            "profile" => new_profile(rest, session),
            _ => Err(usage_error(
                "write `%cluster start -n 4`, `%cluster status`, `%cluster stop`, `%cluster connect` \
                 or `%cluster profile NAME`",
            )),
        }
    }
}

/// Writes the files of a new profile. Its name may come before the option or after it.
fn new_profile(arguments: &str, session: &Session<'_>) -> Result<(), Failure> {
    const KINDS: [(&str, Kind); 3] =
        [("--slurm", Kind::Slurm), ("--ssh", Kind::Ssh), ("--mpi", Kind::Mpi)];
    const EXAMPLE: &str = "write `%cluster profile NAME`, and --slurm, --ssh or --mpi if engines \
         are to run on other computers";
    let (options, names): (Vec<&str>, Vec<&str>) =
        arguments.split_whitespace().partition(|word| word.starts_with('-'));
    let [name] = names[..] else { return Err(usage_error(EXAMPLE)) };
    let kind = match options[..] {
        [] => Kind::Local,
        [option] => match KINDS.iter().find(|(known, _)| *known == option) {
            Some((_, kind)) => *kind,
            None => return Err(usage_error(&format!("there is no `{option}`: {EXAMPLE}"))),
        },
        _ => return Err(usage_error("a profile is of one kind: --slurm, --ssh or --mpi")),
    };
    if !name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
        return Err(usage_error(&format!(
            "`{name}` cannot name a profile: use letters, digits, `-`, `_` and `.`"
        )));
    }
    session.print(&write_new(name, kind)?.text(name));
    Ok(())
}

fn start(wanted: Wanted<'_>, session: &Session<'_>) -> Result<(), Failure> {
    let count = wanted.engines;
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
            showing::display(bundle, Some(id)).into()
        } else {
            showing::update(bundle, id).into()
        };
        session.publish(content);
    };
    session.cluster().start(wanted, || session.is_interrupted(), progress)
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
