//! The stock evcxr Jupyter kernel, unchanged, built from this workspace's
//! `Cargo.lock`. Tests and benchmarks compare `bootcamp-kernel` with it. It is a
//! package of its own because `evcxr_jupyter` declares a global allocator.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(evcxr_jupyter::main()?)
}
