//! ROUGE-L (Lin 2004) of a caption, as `pycocoevalcap` 1.2 computes it: the longest common
//! subsequence with each reference gives a precision and a recall; the largest of each, taken
//! separately, make the score with beta 1.2.

/// Weight of recall.
const BETA: f64 = 1.2;

/// ROUGE-L of a caption against its references, all as words.
#[must_use]
pub fn rouge_l<'a>(caption: &[u32], references: impl Iterator<Item = &'a [u32]>) -> f64 {
    let (mut precision, mut recall) = (0.0_f64, 0.0_f64);
    for reference in references {
        let common = common(caption, reference) as f64;
        precision = precision.max(common / caption.len().max(1) as f64);
        recall = recall.max(common / reference.len().max(1) as f64);
    }
    if precision == 0.0 || recall == 0.0 {
        return 0.0;
    }
    (1.0 + BETA * BETA) * precision * recall / (recall + BETA * BETA * precision)
}

/// Length of the longest common subsequence.
fn common(a: &[u32], b: &[u32]) -> usize {
    // A row of the usual table: entry `j` is the length for the words of `a` so far and `j` of `b`.
    let mut row = vec![0; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        for (j, other) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if word == other { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_common_subsequence_may_have_gaps() {
        assert_eq!(common(&[1, 2, 3, 4, 5], &[2, 9, 4, 1, 5]), 3);
        assert_eq!(common(&[1, 1, 1], &[1, 1]), 2);
        assert_eq!(common(&[], &[1]), 0);
    }

    #[test]
    fn precision_and_recall_may_come_from_different_references() {
        // Precision 1 from the first, recall 1 from the second.
        let score = rouge_l(&[1, 2], [[1, 2, 3, 4].as_slice(), &[1]].into_iter());
        assert!((score - 1.0).abs() < 1e-12, "{score}");
        assert_eq!(rouge_l(&[1], [[2].as_slice()].into_iter()), 0.0);
    }
}
