//! Clusters that are started by ipyparallel's profiles.

use std::fs;
use std::path::Path;

use super::{descendants, left, path};
use bootcamp_testkit::FrontEnd;

/// A front end whose profiles are in `home`.
fn front_end(home: &Path) -> FrontEnd {
    FrontEnd::start_with(|command| {
        command.env("PATH", path()).env("IPYTHONDIR", home);
    })
}

#[test]
fn a_profile_is_written_once_and_starts_engines() {
    let home = tempfile::tempdir().unwrap();
    let mut front_end = front_end(home.path());
    let (_, evalue, _) = front_end.run("%cluster start --profile mine").error();
    assert!(evalue.starts_with("there is no profile `mine` (no "), "{evalue}");
    assert!(evalue.contains("`%cluster profile NAME` writes one"), "{evalue}");

    let folder = home.path().join("profile_mine");
    let run = front_end.run("%cluster profile mine");
    let expected = format!(
        "Wrote the profile `mine` to {}\nThen `%cluster start -n 4 --profile mine` starts engines by it.\n",
        folder.display()
    );
    assert_eq!(run.stdout(), expected);
    // A person's own change; it is seen, and it stays.
    let file = folder.join("ipcluster_config.py");
    let text = fs::read_to_string(&file).unwrap() + "import os\nos.environ['MINE'] = 'changed'\n";
    fs::write(&file, &text).unwrap();
    let (_, evalue, _) = front_end.run("%cluster profile mine --slurm").error();
    assert!(evalue.starts_with("there is a profile `mine` already: edit "), "{evalue}");

    assert!(front_end.run("%cluster start -n 2 --profile mine").is_ok());
    let run = front_end.run("%px std::env::var(\"MINE\").unwrap()");
    assert_eq!(run.stdout(), "Out[0]: \"changed\"\nOut[1]: \"changed\"\n");
    let of_cluster = descendants(front_end.kernel.id(), |command| command.contains("engine"));
    assert!(front_end.run("%cluster stop").is_ok());
    assert_eq!(left(&of_cluster), [""; 0]);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    // Nothing is left that would keep it from being started again.
    assert!(front_end.run("%cluster start -n 1 --profile mine").is_ok());
}

#[test]
fn profiles_for_other_computers_say_which_lines_to_look_at() {
    let home = tempfile::tempdir().unwrap();
    let mut front_end = front_end(home.path());
    for (name, kind, settings) in [
        ("night", "--slurm", vec!["c.SlurmEngineSetLauncher.queue", "c.Cluster.controller_ip"]),
        ("lab", "--ssh", vec!["c.SSHEngineSetLauncher.engines", "c.SSHLauncher.remote_python"]),
        ("big", "--mpi", vec!["c.MPILauncher.mpi_args", "c.Cluster.controller_ip"]),
    ] {
        let run = front_end.run(&format!("%cluster profile {name} {kind}"));
        let told = run.stdout();
        let file = home.path().join(format!("profile_{name}/ipcluster_config.py"));
        let text = fs::read_to_string(file).unwrap();
        for setting in settings {
            let said = told.lines().find(|line| line.contains(setting)).unwrap();
            let (number, line) = said.trim().split_once("  ").unwrap();
            assert_eq!(text.lines().nth(number.parse::<usize>().unwrap() - 1), Some(line));
        }
        assert!(told.contains(&format!("`%cluster start -n 4 --profile {name}`")), "{told}");
    }
    for (cell, why) in [
        ("%cluster profile", "write `%cluster profile NAME`"),
        ("%cluster profile a b", "write `%cluster profile NAME`"),
        ("%cluster profile a --pbs", "there is no `--pbs`"),
        ("%cluster profile --ssh --mpi a", "a profile is of one kind"),
        ("%cluster profile ../a", "`../a` cannot name a profile"),
    ] {
        let (ename, evalue, _) = front_end.run(cell).error();
        assert_eq!(ename, "UsageError");
        assert!(evalue.starts_with(why), "{cell}: {evalue}");
    }
}
