//! Everything about some walks, in one table.

use std::fmt;
use std::mem::ManuallyDrop;

use bootcamp_cell::Bundle;
#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::draws::FEWEST_DRAWS;
use super::parts::Parts;
use super::{Coordinate, DiagnosticsError, acceptance, advice, table, x_chains, y_chains};
use crate::Point;

/// What is known about some walks: a table of all diagnostics, and in plain words what speaks
/// against them. As the last expression of a cell it is shown.
///
/// ```
/// use bootcamp::prelude::*;
///
/// let f = Gaussian::new([0.5, 0.5], [0.1, 0.1]);
/// let starts: Vec<Point> = (0..4).map(|k| random_start(&mut walker_rng(7, k))).collect();
/// let walk = |k| random_walker(f, 20_000, starts[k], 1000, &mut walker_rng(1, k as u64));
/// let walks: Vec<Vec<Point>> = (0..4).map(walk).collect();
///
/// let summary = Summary::new(&walks)?.starts(&starts);
/// assert_eq!(summary.warnings(), [""; 0]);
/// assert!((summary.x().mean - 0.5).abs() < 4.0 * summary.x().mcse.unwrap());
/// # Ok::<(), DiagnosticsError>(())
/// ```
#[cfg_attr(
    feature = "serde",
    derive(Serialize, Deserialize),
    serde(from = "Parts", into = "Parts")
)]
pub struct Summary(ManuallyDrop<Box<Parts>>);

impl Summary {
    /// Looks at walks of one length: the points of one walker after the other.
    ///
    /// # Errors
    /// When there are no walks, they have different lengths or fewer than four points, or a
    /// coordinate is not finite.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let walks = [0, 1].map(|k| vec![Point { x: f64::from(k), y: 0.0 }; 50]);
    /// let summary = Summary::new(&walks)?;
    /// assert_eq!((summary.chains(), summary.draws(), summary.acceptance()), (2, 50, 0.0));
    /// assert_eq!(summary.x().rhat, Some(f64::INFINITY));
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    pub fn new(chains: &[Vec<Point>]) -> Result<Self, DiagnosticsError> {
        let draws = chains.first().ok_or(DiagnosticsError::NoChains)?.len();
        for (chain, walk) in chains.iter().enumerate() {
            if walk.len() != draws {
                return Err(DiagnosticsError::Lengths { chain, draws: walk.len(), first: draws });
            }
            if let Some(draw) = walk.iter().position(|point| !point.is_finite()) {
                return Err(DiagnosticsError::NotFinite { chain, draw, point: walk[draw] });
            }
        }
        if draws < FEWEST_DRAWS {
            return Err(DiagnosticsError::TooShort { draws });
        }
        let (x, y) = rayon::join(
            || Coordinate::new(&x_chains(chains)),
            || Coordinate::new(&y_chains(chains)),
        );
        let moved: f64 = chains.iter().filter_map(|walk| acceptance(walk)).sum();
        let acceptance = moved / chains.len() as f64;
        let (chains, starts) = (chains.len(), Vec::new());
        Ok(Self::of(Parts { chains, draws, thinning: 1, acceptance, x, y, starts }))
    }

    /// Of draws that are so many steps apart; so the steps that were accepted are not seen in
    /// them.
    pub(crate) fn thinned(mut self, thinning: usize, acceptance: f64) -> Self {
        self.0.thinning = thinning;
        self.0.acceptance = acceptance;
        self
    }

    fn of(parts: Parts) -> Self {
        Self(ManuallyDrop::new(Box::new(parts)))
    }

    /// With the places where the walks started, before any burn-in: walks that all start in
    /// one place may agree and be wrong.
    ///
    /// ```
    /// use bootcamp::prelude::*;
    ///
    /// let f = Mixture::bootcamp();
    /// let start = Point { x: 0.0, y: 0.0 };
    /// let walk = |k| random_walker(&f, 1000, start, 100, &mut walker_rng(1, k));
    /// let walks: Vec<Vec<Point>> = (0..10).map(walk).collect();
    /// let summary = Summary::new(&walks)?.starts(&[start; 10]);
    /// assert!(summary.warnings()[0].starts_with("all 10 chains started in one place"));
    /// # Ok::<(), DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn starts(mut self, starts: &[Point]) -> Self {
        self.0.starts = starts.to_vec();
        self
    }

    /// The number of chains: one for each walker.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// assert_eq!(Summary::new(&[vec![Point::default(); 9]])?.chains(), 1);
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn chains(&self) -> usize {
        self.0.chains
    }

    /// The number of draws of each chain.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// assert_eq!(Summary::new(&[vec![Point::default(); 9]])?.draws(), 9);
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn draws(&self) -> usize {
        self.0.draws
    }

    /// The share of steps that went somewhere, of all walks.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let walk: Vec<Point> = (0..9).map(|k| Point { x: 0.0, y: f64::from(k) }).collect();
    /// assert_eq!(Summary::new(&[walk])?.acceptance(), 1.0);
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn acceptance(&self) -> f64 {
        self.0.acceptance
    }

    /// The diagnostics of x.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let walk = vec![Point { x: 0.5, y: 0.25 }; 9];
    /// assert_eq!(Summary::new(&[walk])?.x().mean, 0.5);
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn x(&self) -> &Coordinate {
        &self.0.x
    }

    /// The diagnostics of y.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let walk = vec![Point { x: 0.5, y: 0.25 }; 9];
    /// assert_eq!(Summary::new(&[walk])?.y().mean, 0.25);
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn y(&self) -> &Coordinate {
        &self.0.y
    }

    /// What speaks against these walks and what to do about it, a line each; the worst first.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let summary = Summary::new(&[vec![Point { x: 0.5, y: 0.25 }; 9]])?;
    /// assert!(summary.warnings()[0].starts_with("no step was accepted"));
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        advice::warnings(&self.0)
    }

    /// The table and the warnings as `text/html` and as `text/plain`.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let bundle = Summary::new(&[vec![Point { x: 0.5, y: 0.25 }; 9]])?.bundle();
    /// assert!(bundle.get("text/html").unwrap().starts_with("<table"));
    /// assert!(bundle.get("text/plain").unwrap().starts_with("1 chain of 9 draws"));
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    #[must_use]
    pub fn bundle(&self) -> Bundle {
        Bundle::new().text("text/html", table::html(&self.0)).text("text/plain", self.to_string())
    }

    /// Shows the table and the warnings under the running cell, at once.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let summary = Summary::new(&[vec![Point { x: 0.5, y: 0.25 }; 9]])?;
    /// summary.show();
    /// assert!(summary.to_string().contains("R-hat"));
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    pub fn show(&self) {
        bootcamp_cell::display(&self.bundle());
    }

    /// The kernel calls this for the last expression of a cell.
    ///
    /// ```
    /// use bootcamp::{Point, diagnostics::Summary};
    ///
    /// let summary = Summary::new(&[vec![Point { x: 0.5, y: 0.25 }; 9]])?;
    /// summary.evcxr_display();
    /// assert_eq!(summary.bundle().data().len(), 2);
    /// # Ok::<(), bootcamp::diagnostics::DiagnosticsError>(())
    /// ```
    pub fn evcxr_display(&self) {
        self.show();
    }
}

impl From<Parts> for Summary {
    fn from(parts: Parts) -> Self {
        Self::of(parts)
    }
}

impl From<Summary> for Parts {
    fn from(summary: Summary) -> Self {
        Self::clone(&summary.0)
    }
}

impl Clone for Summary {
    fn clone(&self) -> Self {
        Self::of(Parts::clone(&self.0))
    }
}

impl PartialEq for Summary {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

/// Written out, so that a cell that shows a summary does not compile how each part is dropped.
impl Drop for Summary {
    #[inline(never)]
    fn drop(&mut self) {
        // SAFETY: nothing else drops the parts, and nobody can use them after this.
        unsafe { ManuallyDrop::drop(&mut self.0) }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&table::plain(&self.0))
    }
}

impl fmt::Debug for Summary {
    /// The same as `Display`: a notebook may show either.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&table::plain(&self.0))
    }
}
