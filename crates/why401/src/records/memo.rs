//! What was said of refusals before: a log tells the same one a million times.
//!
//! Two generations bound it: where the young one is full, it becomes the old one, and what nobody asked for since goes.

use std::collections::HashMap;
use std::rc::Rc;

/// A generation holds so many entries,
const ENTRIES: usize = 2048;
/// and so many bytes of keys.
const BYTES: usize = 2 << 20;
/// Longer keys do not come back.
const LONGEST: usize = 16 << 10;

/// Values by their keys, the latest that were asked for.
pub(super) struct Memo<V> {
    young: HashMap<Box<[u8]>, Rc<V>>,
    old: HashMap<Box<[u8]>, Rc<V>>,
    bytes: usize,
}

impl<V> Memo<V> {
    pub(super) fn new() -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), bytes: 0 }
    }

    /// The value of `key`, made where it is not known.
    pub(super) fn get(&mut self, key: &[u8], make: impl FnOnce() -> V) -> Rc<V> {
        if let Some(value) = self.young.get(key) {
            return value.clone();
        }
        let value = self.old.remove(key).unwrap_or_else(|| Rc::new(make()));
        if key.len() <= LONGEST {
            if self.young.len() >= ENTRIES || self.bytes + key.len() > BYTES {
                self.old = std::mem::take(&mut self.young);
                self.bytes = 0;
            }
            self.bytes += key.len();
            self.young.insert(key.into(), value.clone());
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_is_made_once() {
        let mut memo = Memo::new();
        let mut made = 0;
        for round in 0..3 {
            for number in 0..ENTRIES * 4 {
                for key in [format!("{number}"), "always".to_owned()] {
                    let value = memo.get(key.as_bytes(), || {
                        made += 1;
                        key.clone()
                    });
                    assert_eq!(*value, key, "{round}");
                }
                assert!(memo.young.len() + memo.old.len() <= ENTRIES * 2);
            }
        }
        assert_eq!(made, ENTRIES * 4 * 3 + 1);
        memo.get(&vec![0; LONGEST + 1], String::new);
        assert!(memo.young.keys().all(|key| key.len() <= LONGEST));
    }
}
