//! The code in which HTTP/2 packs strings (RFC 7541, appendix B). It is canonical: the lengths of its codes say all.

/// How many bits the code of each byte has, and of the end of a string, which never passes.
#[rustfmt::skip]
const BITS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];
/// The end of a string.
const END: u16 = 256;
/// The longest code.
const LONGEST: usize = 30;

/// The symbols in the order of their codes.
const ORDER: [u16; 257] = {
    let mut order = [0; 257];
    let (mut bits, mut at) = (0, 0);
    while bits <= LONGEST {
        let mut symbol = 0;
        while symbol < BITS.len() {
            if BITS[symbol] as usize == bits {
                order[at] = symbol as u16;
                at += 1;
            }
            symbol += 1;
        }
        bits += 1;
    }
    order
};

/// For each length of a code: the first code, how many there are, and the place of the first in `ORDER`.
const LENGTHS: [(u32, u32, u32); LONGEST + 1] = {
    let mut lengths = [(0, 0, 0); LONGEST + 1];
    let (mut bits, mut code, mut place) = (1, 0, 0);
    while bits <= LONGEST {
        let (mut count, mut symbol) = (0, 0);
        while symbol < BITS.len() {
            if BITS[symbol] as usize == bits {
                count += 1;
            }
            symbol += 1;
        }
        code <<= 1;
        lengths[bits] = (code, count, place);
        code += count;
        place += count;
        bits += 1;
    }
    lengths
};

/// The bytes that were packed; `None` where that is no such code.
pub(super) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(packed.len() * 8 / 5);
    let (mut code, mut bits) = (0_u32, 0_usize);
    for byte in packed {
        for shift in (0..8).rev() {
            code = code << 1 | u32::from(byte >> shift & 1);
            bits += 1;
            let (first, count, place) = LENGTHS[bits];
            // What is below the first code of its length is the beginning of none.
            if let Some(at) = code.checked_sub(first).filter(|at| *at < count) {
                match ORDER[(place + at) as usize] {
                    END => return None,
                    symbol => out.push(symbol as u8),
                }
                (code, bits) = (0, 0);
            } else if bits == LONGEST {
                return None;
            }
        }
    }
    // What is left is the beginning of the end, less than a byte of it.
    (bits < 8 && code == (1 << bits) - 1).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7541, appendix C.4 and C.6.
    #[test]
    fn examples() {
        for (packed, text) in [
            (&[0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff][..], "www.example.com"),
            (&[0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf], "no-cache"),
            (&[0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xb8, 0xe8, 0xb4, 0xbf], "custom-value"),
            (&[0x64, 0x02], "302"),
            (&[], ""),
        ] {
            assert_eq!(unpacked(packed).as_deref(), Some(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_no_code() {
        for packed in [&[0xff, 0xff, 0xff, 0xff][..], &[0x64, 0x02, 0x06], &[0xff], &[0x64, 0x02, 0xff]] {
            assert_eq!(unpacked(packed), None, "{packed:?}");
        }
    }
}
