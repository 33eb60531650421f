//! The crate `bootcamp`, which every cell has without asking for it.

use bootcamp_evaluator::Prelude;

/// `bootcamp`. Its sources are inside this program; `build.rs` lists them.
pub(crate) static PRELUDE: Prelude = Prelude {
    name: "bootcamp",
    sources: include!(concat!(env!("OUT_DIR"), "/sources.rs")),
    folder: "crates/bootcamp",
    features: "course",
    // The public types of `bootcamp` are made of the types of these packages. Others would cost
    // time and memory without use.
    packages: &[
        "bootcamp",
        "bootcamp-cell",
        "bootcamp-protocol",
        "bootcamp-runtime",
        "cfg-if",
        "either",
        "ndarray",
        "num-complex",
        "num-integer",
        "num-traits",
        "rand",
        "rand_core",
        "rayon",
        "rayon-core",
        "serde_core",
    ],
    runtime: "::bootcamp::runtime",
    reexports: &["ndarray", "rand", "rayon"],
    public_types: &[
        ("ndarray::ArrayBase", "bootcamp::ndarray::ArrayBase"),
        ("ndarray::data_repr::OwnedRepr", "bootcamp::ndarray::OwnedRepr"),
        ("ndarray::dimension::dim::Dim", "bootcamp::ndarray::Dim"),
    ],
    // The loop works on four vectors in turn, so that none waits for the exponential of the one
    // before.
    macro_arguments: &[("density", "-Cllvm-args=-force-vector-interleave=4")],
    warm_up: "let points = vec![bootcamp::Point::from((0.0, 0.0))];\n\
        let sum: f64 = points.iter().map(|point| point.x).sum();\n\
        points.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_ask_for_nothing_that_only_tests_need() {
        let text = |name: &str| {
            let file = PRELUDE.sources.iter().find(|(path, _)| *path == name).unwrap();
            str::from_utf8(file.1).unwrap()
        };
        let bootcamp = text("crates/bootcamp/Cargo.toml");
        assert!(!bootcamp.contains("proptest") && bootcamp.contains("[lints]"), "{bootcamp}");
        assert!(!text("crates/bootcamp-cell/Cargo.toml").contains("dev-dependencies"));
        assert!(text("Cargo.toml").contains("members = [\"crates/*\"]"));
        assert!(text("Cargo.lock").contains("name = \"bootcamp-cell\""));
    }
}
