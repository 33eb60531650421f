use bootcamp::prelude::*;
use png::{BlendOp, Decoder, DisposeOp, Transformations};

/// The picture before the film, the film's last picture, and how many the film has, in pixels
/// of red, green, blue and how much they cover.
fn played(file: &[u8]) -> (Vec<u8>, Vec<u8>, u32) {
    let mut decoder = Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let width = reader.info().width as usize;
    let frames = reader.info().animation_control.unwrap().num_frames;
    let mut still = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut still).unwrap();
    let mut screen = vec![0; still.len()];
    for _ in 0..frames {
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let frame = reader.info().frame_control.unwrap();
        assert_eq!(frame.dispose_op, DisposeOp::None);
        let row = 4 * frame.width as usize;
        for (y, row) in pixels[..row * frame.height as usize].chunks_exact(row).enumerate() {
            let first = 4 * ((frame.y_offset as usize + y) * width + frame.x_offset as usize);
            let below = screen[first..first + row.len()].chunks_exact_mut(4);
            for (below, above) in below.zip(row.chunks_exact(4)) {
                if frame.blend_op == BlendOp::Source || above[3] == 255 {
                    below.copy_from_slice(above);
                }
            }
        }
    }
    (still, screen, frames)
}

fn walk(steps: usize) -> Vec<Point> {
    random_walker(Mixture::bootcamp(), steps, [0.0, 0.0], 0, &mut rng(1))
}

#[test]
fn the_last_picture_is_the_complete_walk_and_so_is_the_still_one() {
    let file = animate_walk(Mixture::bootcamp(), &walk(1000)).png();
    assert!(file.len() < 300_000, "{}", file.len());
    let (still, last, frames) = played(&file);
    assert_eq!(frames, 61);
    assert!(still == last, "the film ends with another picture");
}

#[test]
fn a_short_walk_has_a_picture_for_each_step() {
    let (still, last, frames) = played(&animate_walk(|_, _| 1.0, &walk(4)).png());
    assert_eq!(frames, 4);
    assert!(still == last);
}

#[test]
fn what_does_not_move_is_one_picture() {
    let stay = [Point { x: 0.5, y: 0.5 }; 3];
    let lost = [Point { x: f64::NAN, y: 0.5 }; 3];
    assert_eq!(played(&animate_walk(|_, _| f64::NAN, &stay).png()).2, 3);
    assert_eq!(played(&animate_walk(|_, _| 0.0, &lost).png()).2, 3);
    for points in [&stay[..0], &stay[..1]] {
        let file = animate_walk(|_, _| 1.0, points).png();
        assert!(!file.windows(4).any(|chunk| chunk == b"acTL"));
    }
}

#[test]
fn an_animation_is_shown_as_png_and_text() {
    let animation = animate_walk(Mixture::bootcamp(), &walk(50)).title("A <walk>");
    let bundle = animation.bundle();
    let mimes: Vec<_> = bundle.data().keys().cloned().collect();
    assert_eq!(mimes, ["image/png", "text/plain"]);
    assert_eq!(bundle.metadata()["image/png"]["width"], 486);
    assert!(animation.still().svg().contains("A &lt;walk&gt;"));
}
