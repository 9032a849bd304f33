//! The fields of HTTP/2 as they are packed (RFC 7541): each direction of a connection has a table that its blocks build up.

use std::collections::VecDeque;

use super::huffman;

/// No table is so large that anybody uses; sides agree on a size, and usually on 4096 or 65536 bytes.
const TABLE: usize = 1 << 20;
/// The fields of one head may be so long together, unpacked.
const FIELDS: usize = 1 << 20;
/// What each entry counts besides its bytes (section 4.1).
const ENTRY: usize = 32;

/// A field: name and value.
pub(super) type Field = (Vec<u8>, Vec<u8>);

/// One direction's table.
#[derive(Debug)]
pub(super) struct Table {
    entries: VecDeque<Field>,
    size: usize,
    most: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { entries: VecDeque::new(), size: 0, most: 4096 }
    }
}

impl Table {
    /// The fields of a block; `None` where it is none, and no later one can be understood.
    pub(super) fn fields(&mut self, mut block: &[u8]) -> Option<Vec<Field>> {
        let mut fields = Vec::with_capacity(24);
        let mut length = 0;
        while let Some(first) = block.first() {
            let field = match first.leading_zeros() {
                // 1: a field of the tables.
                0 => {
                    let index = integer(&mut block, 7)?;
                    self.entry(index)?
                }
                // 01: a field that the table will have.
                1 => {
                    let field = self.literal(&mut block, 6)?;
                    self.add(field.clone());
                    field
                }
                // 001: how large the table may be from here on.
                2 => {
                    self.most = integer(&mut block, 5).filter(|most| *most <= TABLE)?;
                    self.shrink(self.most);
                    continue;
                }
                // 0001 and 0000: a field that the table will not have.
                _ => self.literal(&mut block, 4)?,
            };
            length += field.0.len() + field.1.len() + ENTRY;
            if length > FIELDS {
                return None;
            }
            fields.push(field);
        }
        Some(fields)
    }

    fn entry(&self, index: usize) -> Option<Field> {
        match index.checked_sub(1)?.checked_sub(STATIC.len()) {
            None => {
                let (name, value) = STATIC[index - 1];
                Some((name.into(), value.into()))
            }
            Some(index) => self.entries.get(index).cloned(),
        }
    }

    fn literal(&self, block: &mut &[u8], bits: u32) -> Option<Field> {
        let name = match integer(block, bits)? {
            0 => string(block)?,
            index => self.entry(index)?.0,
        };
        Some((name, string(block)?))
    }

    fn add(&mut self, field: Field) {
        let size = field.0.len() + field.1.len() + ENTRY;
        self.shrink(self.most.saturating_sub(size));
        // What is larger than the table empties it (section 4.4).
        if size <= self.most {
            self.size += size;
            self.entries.push_front(field);
        }
    }

    fn shrink(&mut self, most: usize) {
        while self.size > most {
            let Some((name, value)) = self.entries.pop_back() else { return };
            self.size -= name.len() + value.len() + ENTRY;
        }
    }
}

/// A number whose first bits are the last `bits` of a byte (section 5.1).
fn integer(block: &mut &[u8], bits: u32) -> Option<usize> {
    let (first, mut rest) = block.split_first()?;
    let most = (1_usize << bits) - 1;
    let mut value = usize::from(*first) & most;
    if value == most {
        let mut shift = 0;
        loop {
            let (byte, after) = rest.split_first()?;
            rest = after;
            value = value.checked_add(usize::from(byte & 0x7f) << shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
            if shift > 21 {
                return None;
            }
        }
    }
    *block = rest;
    Some(value)
}

/// A string, packed or not (section 5.2).
fn string(block: &mut &[u8]) -> Option<Vec<u8>> {
    let is_packed = block.first()? & 0x80 != 0;
    let length = integer(block, 7)?;
    let (bytes, rest) = block.split_at_checked(length)?;
    *block = rest;
    if is_packed { huffman::unpacked(bytes) } else { Some(bytes.to_vec()) }
}

/// The fields that every table begins with (appendix A).
#[rustfmt::skip]
const STATIC: [(&str, &str); 61] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
    (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
    (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
    ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
    ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""),
    ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
    ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""),
    ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
    ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""),
    ("www-authenticate", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(fields: Option<Vec<Field>>) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        fields.unwrap_or_default().iter().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect()
    }

    /// The requests of RFC 7541, appendix C.4: packed strings, and a table that grows.
    #[test]
    fn three_requests() {
        let mut table = Table::default();
        let first =
            [0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
        let begin = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
        assert_eq!(shown(table.fields(&first)), begin);
        let second = [0x82, 0x86, 0x84, 0xbe, 0x58, 0x86, 0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf];
        assert_eq!(shown(table.fields(&second)), [&begin[..], &["cache-control: no-cache"]].concat());
        let third = [
            0x82, 0x87, 0x85, 0xbf, 0x40, 0x88, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xa9, 0x7d, 0x7f, 0x89, 0x25, 0xa8, 0x49,
            0xe9, 0x5b, 0xb8, 0xe8, 0xb4, 0xbf,
        ];
        assert_eq!(
            shown(table.fields(&third)),
            [
                ":method: GET",
                ":scheme: https",
                ":path: /index.html",
                ":authority: www.example.com",
                "custom-key: custom-value"
            ]
        );
        assert_eq!(table.size, 164);
    }

    #[test]
    fn a_table_forgets() {
        let mut table = Table::default();
        // The table may be 64 bytes large: one field of 34 pushes the other out.
        let add = |name: u8| [0x40, 1, name, 1, b'x'];
        assert!(table.fields(&[&[0x3f, 0x21][..], &add(b'a'), &add(b'b')].concat()).is_some());
        assert_eq!(shown(table.fields(&[0xbe])), ["b: x"]);
        assert_eq!(table.fields(&[0xbf]), None);
    }

    #[test]
    fn what_is_no_block() {
        for block in [
            &[0x80][..],
            &[0xff],
            &[0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x40, 5, b'a'],
            &[0xc6],
            &[0x3f, 0xff, 0xff, 0x7f],
        ] {
            assert_eq!(Table::default().fields(block), None, "{block:?}");
        }
    }
}
