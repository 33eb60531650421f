//! What a cell's last expression shows, and evcxr's commands.

use super::compare::{Case, Gives, better, fails, same};

/// Why nothing is shown for a cell that ends in `()`.
const UNIT: &str = "a `()` under every loop and every print tells nothing";
const NOTHING: Gives = Gives::Success { stdout: "", result: "" };

pub(super) const CASES: &[Case] = &[
    Case {
        name: "plain results",
        cells: &[
            same("\"a \\\"quoted\\\" text\\nin two lines\""),
            same("Some(vec![(1, 'a'), (2, 'b')])"),
            same("let x = 2.0_f64; x.sqrt()"),
            same("if x > 1.0 { \"more\" } else { \"less\" }"),
            same("x; // nothing to show"),
            better(
                "print!(\"no end of line\");",
                Gives::Success { stdout: "no end of line", result: "" },
                "stock keeps the text back until a later cell ends the line",
            ),
            better(
                "print!(\"before \"); println!(\"it\"); 7",
                Gives::Success { stdout: "before it", result: "7" },
                "stock puts the text of the cell before it in front",
            ),
            same("(vec![0; 300], \"{} {{}} {0}\")"),
        ],
    },
    Case {
        name: "the unit as a result",
        cells: &[
            better("()", NOTHING, UNIT),
            same("let u = ();"),
            better("u", NOTHING, UNIT),
            better("println!(\"printed\")", Gives::Success { stdout: "printed", result: "" }, UNIT),
            better(
                "for i in 0..2 { println!(\"{i}\"); }",
                Gives::Success { stdout: "0\n1", result: "" },
                UNIT,
            ),
            better("if false { println!(\"no\"); }", NOTHING, UNIT),
        ],
    },
    Case {
        name: "a type with its own evcxr_display",
        cells: &[
            same(
                "struct Picture(u8);\nimpl Picture { pub fn evcxr_display(&self) { println!(\"EVCXR_BEGIN_CONTENT text/plain\\npicture {}\\nEVCXR_END_CONTENT\", self.0); } }",
            ),
            same("Picture(1)"),
            same("let p = Picture(2);"),
            same("p"),
            same("&p"),
            same("Box::new(Picture(3))"),
            same("println!(\"text and a picture\");\nPicture(4)"),
            same("let q = &*Box::leak(Box::new(Picture(5)));\nq"),
            same("p;"),
            fails("Some(Picture(6))"),
        ],
    },
    Case {
        name: "a type with evcxr_display and Debug",
        cells: &[
            same(
                "#[derive(Debug)]\nstruct Both;\nimpl Both { fn evcxr_display(&self) { println!(\"EVCXR_BEGIN_CONTENT text/plain\\nshown\\nEVCXR_END_CONTENT\"); } }\nBoth",
            ),
            same("&Both"),
            same("vec![Both]"),
            same(
                "#[derive(Debug)]\nstruct Taken;\nimpl Taken { fn evcxr_display(self) { println!(\"EVCXR_BEGIN_CONTENT text/plain\\ntaken\\nEVCXR_END_CONTENT\"); } }\nTaken",
            ),
            better(
                "#[derive(Debug)]\nstruct Asks;\nimpl Asks { fn evcxr_display(&self, size: u8) { println!(\"{size}\"); } }\nAsks",
                Gives::Success { stdout: "", result: "Asks" },
                "a method of that name that takes more is not for showing: the debug format is",
            ),
            same(
                "#[derive(Debug)]\nstruct Changes(i32);\nimpl Changes { fn evcxr_display(&mut self) { self.0 += 1; println!(\"changed to {}\", self.0); } }\nChanges(1)",
            ),
        ],
    },
    Case {
        name: "a trait with evcxr_display, for types with Debug",
        cells: &[
            same("trait Show { fn evcxr_display(&self); }\n#[derive(Debug)]\nstruct Thing(i32);"),
            same(
                "impl Show for Thing { fn evcxr_display(&self) { println!(\"EVCXR_BEGIN_CONTENT text/plain\\nthing {}\\nEVCXR_END_CONTENT\", self.0); } }",
            ),
            same("Thing(1)"),
            same("let thing = Thing(2);\n&thing"),
            same(
                "impl Show for Vec<i32> { fn evcxr_display(&self) { println!(\"a vector of {}\", self.len()); } }\nvec![1, 2]",
            ),
            better(
                "vec![1.5]",
                Gives::Success { stdout: "", result: "[1.5]" },
                "a trait of the same name for other types does not hide the debug format",
            ),
            same(
                "impl<T: Show> Show for Option<T> { fn evcxr_display(&self) { println!(\"perhaps\"); } }\nSome(Thing(3))",
            ),
        ],
    },
    Case {
        name: "types without Debug",
        cells: &[
            same("struct Silent;\nlet s = Silent;"),
            fails("s"),
            fails("&s"),
            fails("vec![Silent]"),
            same("let n = 1;\ns;"),
            fails("|x: i32| x + 1"),
        ],
    },
    Case {
        name: "how results are written",
        cells: &[
            same("#[derive(Debug)]\nstruct Pair { a: i32, b: Vec<u8> }"),
            same("Pair { a: 1, b: vec![2] }"),
            same(":fmt {:#?}"),
            same("Pair { a: 1, b: vec![2] }"),
            same(":fmt {}"),
            same("\"by Display\""),
            fails("Pair { a: 1, b: vec![2] }"),
            same(":fmt {:?}"),
            same("Pair { a: 1, b: vec![2] }"),
            same(":types"),
            same("vec![Pair { a: 1, b: vec![] }]"),
            same("let name = String::from(\"n\");\nname"),
            same("&name"),
            same(":types"),
            same("1.5"),
        ],
    },
    Case {
        name: "commands that tell",
        cells: &[
            same("let only = vec![1];"),
            same(":vars"),
            same(":type only"),
            same(":version"),
            same(":opt 0"),
            same("(0..10).sum::<i32>()"),
            same(":opt 2"),
            fails(":no_such_command"),
            same(":efmt {:?}"),
            same(":efmt {}"),
            better(
                ":vars\nonly.len()",
                Gives::Success { stdout: "", result: "1\nonly: Vec<i32>" },
                "the value is shown when it is there; evcxr hands the table over at the end",
            ),
            fails("let more = 1;\n:vars"),
        ],
    },
    Case {
        name: "after :clear",
        cells: &[
            same("let gone = 1;\nfn lost() -> i32 { 2 }"),
            same(":clear"),
            fails("gone"),
            fails("lost()"),
            same("let fresh = 3;"),
            same("fresh"),
            same(":restart"),
            fails("fresh"),
        ],
    },
];
