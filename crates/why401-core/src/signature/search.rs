//! Search: by which slips of the pen a signature came about. What was signed is a recipe; each slip changes it a little.

/// So many recipes are tried at most, whatever the input.
const MOST: usize = 4_000;
/// So many at least, where each takes long.
const LEAST: usize = 80;
/// So many bytes are hashed in all, about.
const BYTES: usize = 32 << 20;

/// Tries the recipe as it is, then with each slip, then with each two of them; the first that fits, with the fewest slips.
/// `cost` is how many bytes a try hashes, about. `apply` says whether the slip changes anything at all; `fits` tells what a
/// recipe fits.
pub fn search<R: Clone, S: Clone, K>(
    plain: &R,
    slips: &[S],
    cost: usize,
    apply: impl Fn(&S, &mut R) -> bool,
    mut fits: impl FnMut(&R) -> Option<K>,
) -> Option<(Vec<S>, K)> {
    if let Some(found) = fits(plain) {
        return Some((Vec::new(), found));
    }
    let mut left = (BYTES / cost.max(1)).clamp(LEAST, MOST);
    let changed = |slips: &[&S]| {
        let mut recipe = plain.clone();
        slips.iter().all(|slip| apply(slip, &mut recipe)).then_some(recipe)
    };
    let mut singles: Vec<&S> = Vec::new();
    for slip in slips {
        let Some(recipe) = changed(&[slip]) else { continue };
        left = left.checked_sub(1)?;
        if let Some(found) = fits(&recipe) {
            return Some((vec![slip.clone()], found));
        }
        singles.push(slip);
    }
    for (index, first) in singles.iter().enumerate() {
        for second in &singles[index + 1..] {
            let Some(recipe) = changed(&[first, second]) else { continue };
            left = left.checked_sub(1)?;
            if let Some(found) = fits(&recipe) {
                return Some((vec![(*first).clone(), (*second).clone()], found));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::search;

    #[test]
    fn the_fewest_slips() {
        let apply = |slip: &u32, recipe: &mut u32| {
            *recipe += slip;
            *slip > 0
        };
        let find = |sum: u32| search(&1, &[0, 2, 4, 8], 1, apply, |recipe| (*recipe == sum).then_some(()));
        assert_eq!(find(1), Some((vec![], ())));
        assert_eq!(find(5), Some((vec![4], ())));
        assert_eq!(find(11), Some((vec![2, 8], ())));
        assert_eq!(find(15), None);
        // However much there is to try, it comes to an end.
        let slips: Vec<u32> = (1..100_000).collect();
        let mut tries = 0;
        let fits = |_: &u32| {
            tries += 1;
            None::<()>
        };
        assert_eq!(search(&1, &slips, usize::MAX, |_, _| true, fits), None);
        assert_eq!(tries, 81);
    }
}
