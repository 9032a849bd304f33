//! DER (ITU-T X.690), as far as keys and certificates need it: tag, length, value, one after the other.

/// One value of DER.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'d> {
    /// Its tag.
    pub tag: u8,
    /// Its content.
    pub content: &'d [u8],
}

pub(super) use super::document::any;

/// Tags that keys have.
pub(super) mod tag {
    pub const INTEGER: u8 = 0x02;
    pub const BITS: u8 = 0x03;
    pub const OCTETS: u8 = 0x04;
    pub const OBJECT: u8 = 0x06;
    pub const SEQUENCE: u8 = 0x30;
    /// `[0]`, with its content inside.
    pub const ZERO: u8 = 0xa0;
    /// `[1]`.
    pub const ONE: u8 = 0xa1;
}

/// Values one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'d>(pub &'d [u8]);

impl<'d> Reader<'d> {
    /// The next value, whatever it is.
    pub fn next(&mut self) -> Option<Item<'d>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let length = if first < 0x80 {
            usize::from(first)
        } else {
            let count = usize::from(first & 0x7f);
            // No key is longer than four bytes can say.
            if !(1..=4).contains(&count) || rest.len() < count {
                return None;
            }
            let (bytes, after) = rest.split_at(count);
            rest = after;
            bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
        };
        let (content, after) = rest.split_at_checked(length)?;
        self.0 = after;
        Some(Item { tag, content })
    }

    /// The content of the next value, if it has this tag; else nothing is taken.
    pub fn take(&mut self, tag: u8) -> Option<&'d [u8]> {
        let mut ahead = *self;
        let item = ahead.next().filter(|item| item.tag == tag)?;
        *self = ahead;
        Some(item.content)
    }

    /// What is inside the next sequence.
    pub fn sequence(&mut self) -> Option<Self> {
        self.take(tag::SEQUENCE).map(Self)
    }
}

/// The bytes of a bit string that has no odd bits.
pub(super) fn bits(content: &[u8]) -> Option<&[u8]> {
    content.split_first().filter(|(unused, _)| **unused == 0).map(|(_, bytes)| bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let mut reader = Reader(&[0x02, 0x01, 0x05, 0x04, 0x81, 0x02, 1, 2]);
        assert_eq!(reader.take(tag::OCTETS), None);
        assert_eq!(reader.take(tag::INTEGER), Some(&[5][..]));
        assert_eq!(reader.take(tag::OCTETS), Some(&[1, 2][..]));
        assert!(reader.next().is_none());
        for broken in [
            &[0x02][..],
            &[0x02, 0x05, 1],
            &[0x02, 0x80],
            &[0x02, 0x85, 1, 1, 1, 1, 1],
            &[0x02, 0x84, 255, 255, 255, 255],
        ] {
            assert!(Reader(broken).next().is_none(), "{broken:?}");
        }
    }
}
