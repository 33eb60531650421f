//! Asking the person at the notebook.

use std::io;

use bootcamp_protocol::{Reply, Request, evcxr};

use crate::channel;

/// Asks for a line of text and waits for it. The line end is not part of the answer.
///
/// Without a bootcamp kernel the question goes to evcxr's own protocol, or to the
/// terminal: the prompt is printed and a line of standard input is read.
///
/// # Errors
/// When the front end cannot ask (as in a run without a person), or input has ended.
pub fn input(prompt: &str) -> io::Result<String> {
    ask(prompt, false)
}

/// As [`input`], with the typed text hidden.
///
/// # Errors
/// As [`input`].
pub fn password(prompt: &str) -> io::Result<String> {
    ask(prompt, true)
}

#[expect(clippy::print_stdout, reason = "evcxr's input protocol is a printed line")]
fn ask(prompt: &str, password: bool) -> io::Result<String> {
    let request = Request::Input { prompt: prompt.to_owned(), password };
    match channel::call(&request)? {
        Some(Reply::Input(line)) => return Ok(line),
        Some(Reply::Refused(why)) => return Err(io::Error::other(why)),
        Some(Reply::Published | Reply::Engines(_)) => {
            return Err(io::Error::other("the kernel gave no answer"));
        }
        None => {}
    }
    let command = if password { evcxr::PASSWORD } else { evcxr::INPUT };
    println!("{command}{prompt}");
    let mut line = String::new();
    if io::stdin().read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
