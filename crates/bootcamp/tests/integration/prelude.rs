use bootcamp::prelude::*;
// What a notebook may well import besides.
use bootcamp::rand::prelude::*;
use std::iter::*;

#[test]
fn the_prelude_goes_with_other_preludes() {
    let mut rng = rng(1);
    let numbers: Vec<f64> = repeat_with(|| rng.random_range(0.0..1.0)).take(100).collect();
    let largest = numbers.par_iter().copied().reduce(|| 0.0, f64::max);
    assert_eq!(numbers.iter().copied().fold(0.0, f64::max), largest);
    assert!(numbers.choose(&mut rng).is_some());
    let array = Array1::from(numbers);
    assert_eq!((array.len(), Array2::<f64>::zeros((2, 3)).len()), (100, 6));
    assert_eq!(Duration::from_millis(3).as_secs_f64(), 0.003);
    let mut seeded = Xoshiro256PlusPlus::seed_from_u64(1);
    assert_eq!(seeded.next_u64(), bootcamp::rng(1).next_u64());
    assert_eq!(Bundle::new(), Bundle::default());
    assert_eq!(progress(1..=4).sum::<i32>(), 10);
    let bar = Progress::new(2);
    let handle: DisplayHandle = display_with_id(&Bundle::new().text("text/plain", "a plot"));
    bar.add(1);
    clear_output(true);
    assert_eq!((bar.done(), handle.id().is_empty()), (1, false));
}
