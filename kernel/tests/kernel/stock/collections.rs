//! Cells that keep what they take out of a collection: its type is found by nobody but
//! rust-analyzer.

use super::compare::{Case, fails, same};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "what maps give",
        cells: &[
            same(
                "use std::collections::{BTreeMap, HashMap};\nlet mut ages = HashMap::from([(\"Ada\".to_owned(), 36_u32)]);\nlet ordered: BTreeMap<u8, f64> = (1..4).map(|n| (n, 0.5 * f64::from(n))).collect();",
            ),
            same(
                "let found = ages.get(\"Ada\").copied();\nlet lost = ages.get(\"Bo\").cloned().unwrap_or_default();\nlet known = ages.contains_key(\"Ada\");\n(found, lost, known)",
            ),
            same(
                "let values: Vec<_> = ages.values().copied().collect();\nlet keys = ages.keys().cloned().collect::<Vec<_>>();\nlet total = ages.values().sum::<u32>();\nlet oldest = ages.iter().max_by_key(|(_, age)| **age).map(|(name, _)| name.clone());\n(values, keys, total, oldest)",
            ),
            same(
                "let counted = *ages.entry(\"Cy\".to_owned()).or_insert(1);\nlet replaced = ages.insert(\"Cy\".to_owned(), 2);\nlet removed = ages.remove(\"Cy\");\nlet pair = ages.get_key_value(\"Ada\").map(|(k, v)| (k.len(), *v));\n(counted, replaced, removed, pair)",
            ),
            same(
                "let first = ordered.first_key_value().map(|(k, v)| (*k, *v));\nlet range = ordered.range(2..).map(|(k, _)| *k).collect::<Vec<_>>();\nlet half = ordered.get(&1).copied();\nlet list = ordered.clone().into_iter().collect::<Vec<_>>();\n(first, range, half, list)",
            ),
            same(
                "let sorted = { let mut all = ages.clone().into_iter().collect::<Vec<_>>(); all.sort(); all };\nlet drained = ages.drain().count();\n(sorted, drained, ages.len())",
            ),
            fails("let borrowed = ordered.get(&1);"),
        ],
    },
    Case {
        name: "what sets give",
        cells: &[
            same(
                "use std::collections::{BTreeSet, HashSet};\nlet odd = HashSet::from([1, 3, 5]);\nlet small: HashSet<i32> = (0..4).collect();\nlet ordered = BTreeSet::from(['b', 'a']);",
            ),
            same(
                "let both = { let mut both = odd.intersection(&small).copied().collect::<Vec<_>>(); both.sort(); both };\nlet either = odd.union(&small).count();\nlet only = &odd - &small;\nlet largest = odd.iter().max().copied();\n(both, either, only, largest)",
            ),
            same(
                "let has = odd.get(&3).copied();\nlet first = ordered.first().copied();\nlet letters = ordered.iter().rev().collect::<String>();\n(has, first, letters)",
            ),
        ],
    },
    Case {
        name: "what sequences give",
        cells: &[
            same(
                "use std::collections::{BinaryHeap, VecDeque};\nlet mut queue: VecDeque<_> = [1.5, 2.5].into();\nlet mut heap = BinaryHeap::from(vec![2, 9, 4]);\nlet list = vec![3_i64, 1, 2];",
            ),
            same(
                "let front = queue.pop_front();\nlet back = queue.back().copied();\nlet top = heap.pop();\nlet peek = heap.peek().copied();\nlet all = heap.clone().into_sorted_vec();\n(front, back, top, peek, all)",
            ),
            same(
                "let first = list.first().copied();\nlet pairs = list.windows(2).map(|w| w[1] - w[0]).collect::<Vec<_>>();\nlet halves = list.split_at(1).1.to_vec();\nlet chunks = list.chunks(2).map(<[i64]>::to_vec).collect::<Vec<_>>();\nlet at = list.iter().position(|x| *x == 1);\nlet least = list.iter().min().copied();\n(first, pairs, halves, chunks, at, least)",
            ),
            same(
                "let zipped: Vec<_> = list.iter().zip(\"abc\".chars()).map(|(n, c)| (*n, c)).collect();\nlet (low, high): (Vec<_>, Vec<_>) = list.iter().copied().partition(|x| *x < 2);\nlet folded = list.iter().fold(String::new(), |text, n| format!(\"{text}{n}\"));\nlet steps = list.iter().scan(0_i64, |sum, n| { *sum += *n; Some(*sum) }).collect::<Vec<_>>();\n(zipped, low, high, folded, steps)",
            ),
        ],
    },
];
