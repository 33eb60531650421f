//! What a peer says about its run; the crates among the peers include this file, too.

/// One run of a peer, which it prints as its last line.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Steps of all chains, or points.
    pub(crate) steps: u64,
    /// CPU time of the user's kind, of all threads.
    pub(crate) seconds: f64,
    /// The share of accepted proposals, and the mean point; none where nothing walked.
    pub(crate) walk: Option<[f64; 3]>,
    /// How many steps are worth one draw of y, where the peer has a walk of its own.
    pub(crate) steps_per_draw: Option<f64>,
}

impl Outcome {
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{{\"steps\": {}, \"seconds\": {}", self.steps, self.seconds);
        if let Some([accepted, x, y]) = self.walk {
            line.extend([format!(", \"accepted\": {accepted}, \"x\": {x}, \"y\": {y}")]);
        }
        if let Some(steps) = self.steps_per_draw {
            line.extend([format!(", \"steps_per_draw\": {steps}")]);
        }
        line + "}"
    }
}

/// The share of accepted proposals and the mean of a chain: a point that repeats the one
/// before it was a rejection.
pub(crate) fn summary(points: impl IntoIterator<Item = [f64; 2]>) -> [f64; 3] {
    let (mut n, mut accepted, mut sum, mut last) = (0.0, 0.0, [0.0; 2], None);
    for [x, y] in points {
        accepted += f64::from(u8::from(last != Some([x, y])));
        sum = [sum[0] + x, sum[1] + y];
        last = Some([x, y]);
        n += 1.0;
    }
    [accepted / n, sum[0] / n, sum[1] / n]
}

/// The CPU time of this process so far, in its own code, in seconds.
pub(crate) fn user_seconds() -> f64 {
    // SAFETY: plain numbers, which may be zero.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a whole `rusage`.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
    usage.ru_utime.tv_sec as f64 + usage.ru_utime.tv_usec as f64 * 1e-6
}
