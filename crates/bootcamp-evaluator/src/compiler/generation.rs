//! The name of a cell's crate for the compiler: that of the cells before, if possible.
//!
//! rustc tells types apart by their paths and by the `-C metadata` of their crate. cargo's value
//! changes with each new dependency; from then on, a variable of a type that a cell defines would
//! have another type. Here the value changes only if the name of a dependency means another crate.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::files::read_if_there;
use crate::packages::STUB;

/// The file with the session's generations, in its working folder.
const FILE: &str = "generations.json";

/// Crates by name, as the cells of one generation saw them. No type of these cells contains a crate
/// that differs between them.
type Crates = BTreeMap<String, String>;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Generations(Vec<Crates>);

impl Generations {
    /// Returns the newest generation that agrees with these crates, or a new one.
    fn number_for(&mut self, crates: Crates) -> usize {
        let agree = |known: &Crates| {
            crates.iter().all(|(name, file)| known.get(name).is_none_or(|known| known == file))
        };
        let number = self.0.iter().rposition(agree).unwrap_or(self.0.len());
        match self.0.get_mut(number) {
            Some(known) => known.extend(crates),
            None => self.0.push(crates),
        }
        number
    }
}

/// Replaces cargo's metadata in rustc's arguments by the name of the generation.
pub(super) fn name(arguments: &mut [String], work: &Path) -> io::Result<()> {
    let file = work.join(FILE);
    let known = read_if_there(&file)?.map(|text| serde_json::from_slice(&text)).transpose()?;
    let mut generations: Generations = known.unwrap_or_default();
    let number = generations.number_for(crates(arguments));
    fs::write(&file, serde_json::to_vec(&generations)?)?;
    for argument in arguments.iter_mut().filter(|text| text.starts_with("metadata=")) {
        *argument = format!("metadata=generation-{number}");
    }
    Ok(())
}

/// Returns the crates that `--extern` names, without the stub. The stub has no types, and its file
/// changes with the features of any crate. A crate is known by the name of its file, which cargo makes of
/// all that decides what is in it: it has the same one in each set of dependencies.
fn crates(arguments: &[String]) -> Crates {
    let named = arguments.windows(2).filter(|pair| pair[0] == "--extern");
    let split = named.filter_map(|pair| pair[1].split_once('='));
    let split = split.filter(|(name, _)| *name != STUB.replace('-', "_"));
    let name_of = |file| Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    split.map(|(name, file)| (name.to_owned(), name_of(file).into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the metadata of cells that are compiled with these crates, one after another.
    fn metadata(cells: &[&[&str]]) -> Vec<String> {
        let work = tempfile::tempdir().unwrap();
        let one = |externs: &&[&str]| {
            let mut arguments = vec!["-C".to_owned(), "metadata=1234".to_owned()];
            for named in *externs {
                arguments.extend(["--extern".to_owned(), (*named).to_owned()]);
            }
            name(&mut arguments, work.path()).unwrap();
            arguments[1].clone()
        };
        cells.iter().map(one).collect()
    }

    #[test]
    fn one_more_dependency_changes_no_type() {
        let (first, second) = (&["a=a-1.rlib", "bootcamp_deps=1"][..], ["bootcamp_deps=2"]);
        let of = metadata(&[&[], first, &["b=b-1.rlib", "a=a-1.rlib"], &second]);
        assert!(of.iter().all(|text| *text == "metadata=generation-0"), "{of:?}");
    }

    #[test]
    fn another_crate_of_the_same_name_does() {
        let (old, new) = (&["a=a-1.rlib"][..], &["a=a-2.rlib"][..]);
        let of = metadata(&[old, new, &["a=a-2.rlib", "b=b-1.rlib"], old, new]);
        let numbers = of.iter().map(|text| text.rsplit('-').next().unwrap());
        assert_eq!(numbers.collect::<Vec<_>>(), ["0", "1", "1", "0", "1"]);
    }
}
