use bootcamp::prelude::*;

fn walk(steps: usize) -> Vec<Point> {
    random_walker(Mixture::bootcamp(), steps, [0.0, 0.0], 0, &mut rng(1))
}

/// Width, height and pixels (red, green, blue) of a PNG.
pub(crate) fn decoded(file: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (info.width as usize, info.height as usize, pixels)
}

/// The colour at a position in CSS pixels.
fn colour(plot: &Plot, x: usize, y: usize) -> [u8; 3] {
    let (width, _, pixels) = decoded(&plot.png());
    let first = 3 * (2 * y * width + 2 * x);
    pixels[first..first + 3].try_into().unwrap()
}

const LOWEST: [u8; 3] = [0x44, 0x01, 0x54];
const HIGHEST: [u8; 3] = [0xfd, 0xe7, 0x25];
const MISSING: [u8; 3] = [0xc4; 3];
const CARD: [u8; 3] = [255; 3];

#[test]
fn a_bundle_has_three_formats_and_a_size() {
    let bundle = plot_points(&walk(1000)).bundle();
    let mimes: Vec<_> = bundle.data().keys().cloned().collect();
    assert_eq!(mimes, ["image/png", "image/svg+xml", "text/plain"]);
    assert_eq!(bundle.metadata()["image/png"]["width"], 560);
    let (width, height, _) = decoded(&plot_points(&[]).png());
    assert_eq!((width, height), (1120, 1024));
}

#[test]
fn files_are_small_and_an_svg_holds_one_raster() {
    for plot in [plot_density(Mixture::bootcamp()), plot_points(&walk(20_000))] {
        let svg = plot.svg();
        assert!(svg.len() < 40_000, "{}", svg.len());
        assert!(plot.png().len() < 40_000, "{}", plot.png().len());
        // The heat map and the colour bar.
        assert_eq!(svg.matches("<image ").count(), 2);
        assert!(svg.matches("<rect ").count() < 40);
    }
    let path = plot_path(&walk(20_000));
    assert!(path.svg().len() < 60_000, "{}", path.svg().len());
    assert!(path.svg().contains("the first 5000 of 20000 points"));
}

#[test]
fn y_grows_upwards_and_x_to_the_right() {
    // The axes are 400 x 400 from (62, 62) on.
    let points = plot_points(&[Point { x: 0.99, y: 0.01 }]);
    assert_eq!(colour(&points, 458, 458), HIGHEST);
    assert_eq!(colour(&points, 458, 66), LOWEST);
    let step = plot_density(|x: f64, y: f64| f64::from(x < 0.5 && y > 0.5));
    assert_eq!(colour(&step, 100, 100), HIGHEST);
    assert_eq!(colour(&step, 400, 100), LOWEST);
    assert_eq!(colour(&step, 100, 400), LOWEST);
}

#[test]
fn what_is_not_finite_is_grey() {
    let half = plot_density(|x: f64, _: f64| if x < 0.5 { f64::NAN } else { x });
    assert_eq!(colour(&half, 100, 200), MISSING);
    assert_eq!(colour(&half, 460, 200), HIGHEST);
    assert!(half.svg().contains("20000 of 40000 values not finite (grey)"));
    let none = plot_density(|_, _| f64::INFINITY);
    assert_eq!(colour(&none, 100, 200), MISSING);
    assert!(none.svg().contains("no finite value on the unit square"));
}

#[test]
fn nothing_one_point_and_extremes_are_defined() {
    let zero = plot_density(|_, _| 0.0);
    assert!(zero.svg().contains("0 everywhere on the unit square"));
    assert_eq!(colour(&zero, 200, 200), LOWEST);
    for value in [1e308, -1e308, 5e-324, -3.0] {
        let plot = plot_density(|x: f64, _: f64| if x < 0.5 { value } else { 0.0 });
        let (low, high) = if value < 0.0 { (100, 400) } else { (400, 100) };
        assert_eq!(colour(&plot, low, 200), LOWEST, "{value}");
        assert_eq!(colour(&plot, high, 200), HIGHEST, "{value}");
    }
    let one = [Point { x: 0.5, y: 0.5 }];
    assert!(plot_points(&one).svg().contains("1 point · 50 × 50 bins · 0 outside"));
    assert!(plot_path(&one).svg().contains("1 point · 0 outside"));
    let lost = [Point { x: f64::NAN, y: 0.5 }, Point { x: 0.5, y: f64::INFINITY }];
    assert!(plot_points(&lost).svg().contains("2 points · 50 × 50 bins · 2 outside"));
    assert!(plot_path(&lost).svg().contains("2 points · 2 outside"));
    for plot in [plot_points(&[]), plot_path(&[])] {
        assert!(plot.svg().contains("no points yet"));
        assert!(plot.plain().contains(" of 0 points"));
        assert!(!plot.png().is_empty());
    }
}

#[test]
fn a_path_is_drawn_where_the_points_are() {
    let points = [Point { x: 0.25, y: 0.5 }, Point { x: 0.75, y: 0.5 }];
    let plot = plot_path(&points);
    assert_ne!(colour(&plot, 262, 262), CARD, "the line");
    assert_eq!(colour(&plot, 162, 262), CARD, "the white disc at the start");
    assert_ne!(colour(&plot, 157, 262), CARD, "its rim");
    assert_eq!(colour(&plot, 362, 262), [0x1f; 3], "the dark disc at the end");
    assert_eq!(colour(&plot, 262, 300), CARD);
}

#[test]
fn titles_are_escaped_and_fitted() {
    let title = "A <b> & \"c\"\n".to_owned() + &"long ".repeat(60);
    let plot = plot_points(&[]).title(title).size(300, 300);
    let svg = plot.svg();
    assert!(svg.contains("A &lt;b&gt; &amp; &quot;c&quot;"), "{svg}");
    assert!(!svg.contains("<b>"));
    assert!(svg.contains('…'));
    // The right edge of the card is clean: nothing is cut off.
    let (width, height, pixels) = decoded(&plot.png());
    assert_eq!((width, height), (600, 600));
    let edge = (0..height).map(|y| &pixels[3 * (y * width + width - 1)..][..3]);
    assert!(edge.into_iter().all(|pixel| pixel == CARD));
}

#[test]
fn sizes_are_kept_within_reason() {
    let (width, height, _) = decoded(&plot_path(&[]).size(0, 0).png());
    assert_eq!((width, height), (480, 480));
    let metadata = plot_path(&[]).size(u32::MAX, 300).bundle();
    assert_eq!(metadata.metadata()["image/png"]["width"], 2000);
}

#[test]
fn the_text_picture_shows_where_the_points_are() {
    let points = [Point { x: 0.01, y: 0.01 }, Point { x: 0.99, y: 0.99 }];
    let text = plot_points(&points).plain();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "heat map of 2 points, 50 x 50 bins, 0 outside");
    assert_eq!(lines.len(), 29);
    assert_eq!(lines[2].find('@'), Some(50));
    assert_eq!(lines[26].find('@'), Some(1));
    assert_eq!(text.matches('@').count(), 3, "two points and the legend");
    let path = plot_path(&points).plain();
    assert!(path.lines().nth(2).unwrap().ends_with("E|"));
    assert!(path.lines().nth(26).unwrap().starts_with("|S"));
}

#[test]
fn debug_is_one_short_line() {
    let text = format!("{:?}", plot_points(&walk(10)).title("T"));
    let summary = "heat map of 10 points, 50 x 50 bins, ";
    assert!(text.starts_with(&format!("Plot {{ title: \"T\", summary: \"{summary}")), "{text}");
    assert!(text.len() < 120);
}
