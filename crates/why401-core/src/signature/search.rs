//! Search: by which slips of the pen a signature came about. What was signed is a recipe; each slip changes it a little.

/// Tries the recipe as it is, then with each slip, then with each two of them; the first that fits, with the fewest slips.
/// `apply` says whether the slip changes anything at all; `fits` tells what a recipe fits.
pub fn search<R: Clone, S: Clone, K>(
    plain: &R,
    slips: &[S],
    apply: impl Fn(&S, &mut R) -> bool,
    mut fits: impl FnMut(&R) -> Option<K>,
) -> Option<(Vec<S>, K)> {
    if let Some(found) = fits(plain) {
        return Some((Vec::new(), found));
    }
    let changed = |slip: &S, recipe: &R| {
        let mut recipe = recipe.clone();
        apply(slip, &mut recipe).then_some(recipe)
    };
    let singles: Vec<(&S, R)> = slips.iter().filter_map(|slip| Some((slip, changed(slip, plain)?))).collect();
    for (slip, recipe) in &singles {
        if let Some(found) = fits(recipe) {
            return Some((vec![(*slip).clone()], found));
        }
    }
    for (index, (first, recipe)) in singles.iter().enumerate() {
        for (second, _) in &singles[index + 1..] {
            let Some(recipe) = changed(second, recipe) else { continue };
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
        let find = |sum: u32| search(&1, &[0, 2, 4, 8], apply, |recipe| (*recipe == sum).then_some(()));
        assert_eq!(find(1), Some((vec![], ())));
        assert_eq!(find(5), Some((vec![4], ())));
        assert_eq!(find(11), Some((vec![2, 8], ())));
        assert_eq!(find(15), None);
    }
}
