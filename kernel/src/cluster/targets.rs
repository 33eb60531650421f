//! Which engines a cell names.

/// The ids that a text names, of those that there are: `all`, `0,2`, or a slice of the list
/// of all, as `::2` or `1:3`.
pub(super) fn parse(text: &str, ids: &[u32]) -> Result<Vec<u32>, String> {
    let text = text.trim();
    let wrong =
        || format!("`{text}` names no engines: write `all`, `0,2`, or a slice such as `::2`");
    if text.is_empty() || text == "all" {
        return Ok(ids.to_vec());
    }
    if text.contains(':') {
        return slice(text, ids).ok_or_else(wrong);
    }
    let mut found = Vec::new();
    for word in text.split(',') {
        let number: i64 = word.trim().parse().map_err(|_| wrong())?;
        // From the end, as in Python.
        let id = match usize::try_from(-number) {
            Ok(back @ 1..) => ids.len().checked_sub(back).map(|at| ids[at]),
            _ => u32::try_from(number).ok().filter(|id| ids.contains(id)),
        };
        let id = id
            .ok_or_else(|| format!("there is no engine {number}: there are {}", super::ids(ids)))?;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}

/// `start:stop:step`, each of which may be left out.
fn slice(text: &str, ids: &[u32]) -> Option<Vec<u32>> {
    let mut parts = text.split(':').map(|part| match part.trim() {
        "" => Some(None),
        part => part.parse::<i64>().ok().map(Some),
    });
    let (start, stop) = (parts.next()??, parts.next()??);
    let step = parts.next().unwrap_or(Some(None))?.unwrap_or(1);
    let step = usize::try_from(step).ok().filter(|step| *step > 0)?;
    if parts.next().is_some() {
        return None;
    }
    let count = i64::try_from(ids.len()).ok()?;
    let at = |index: i64| (if index < 0 { index + count } else { index }).clamp(0, count) as usize;
    let (start, stop) = (at(start.unwrap_or(0)), at(stop.unwrap_or(count)));
    Some(ids.get(start..stop).unwrap_or_default().iter().step_by(step).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn engines_are_named_as_in_python() {
        let ids = [0, 1, 3, 7];
        for (text, found) in [
            ("all", vec![0, 1, 3, 7]),
            ("", vec![0, 1, 3, 7]),
            ("3", vec![3]),
            ("7, 0,7", vec![7, 0]),
            ("-1", vec![7]),
            ("::2", vec![0, 3]),
            ("1:", vec![1, 3, 7]),
            ("1:-1", vec![1, 3]),
            (":100", vec![0, 1, 3, 7]),
            ("3:1", vec![]),
        ] {
            assert_eq!(parse(text, &ids).as_ref(), Ok(&found), "{text}");
        }
        assert_eq!(parse("2", &ids).unwrap_err(), "there is no engine 2: there are 0, 1, 3, 7");
        for wrong in ["x", "::0", "1:2:3:4", "0,,1", "::-1"] {
            assert!(parse(wrong, &ids).unwrap_err().contains("names no engines"), "{wrong}");
        }
    }
}
