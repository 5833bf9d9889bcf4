//! JSON that proves itself: its last field is the hash of every byte before it.
//!
//! Manifest and commit records say what all other files must be, so nothing else says what they must be.
//!
//! **Invariant:** one changed, lost or added byte anywhere breaks the seal.

/// What follows the sealed bytes, around the hash.
const BEFORE: &[u8] = b",\n  \"seal\": \"";
const AFTER: &[u8] = b"\"\n}\n";
const HASH_LETTERS: usize = 64;

/// Adds the seal to a JSON object that has fields.
pub(crate) fn seal(json: &[u8]) -> Vec<u8> {
    let mut sealed = json.trim_ascii_end().to_vec();
    sealed.pop();
    sealed.truncate(sealed.trim_ascii_end().len());
    let hash = blake3::hash(&sealed).to_hex();
    for part in [BEFORE, hash.as_bytes(), AFTER] {
        sealed.extend_from_slice(part);
    }
    sealed
}

/// True when the bytes are what was sealed.
pub(crate) fn is_whole(sealed: &[u8]) -> bool {
    let Some((body, tail)) = sealed
        .len()
        .checked_sub(BEFORE.len() + HASH_LETTERS + AFTER.len())
        .map(|length| sealed.split_at(length))
    else {
        return false;
    };
    let hash = blake3::hash(body).to_hex();
    tail == [BEFORE, hash.as_bytes(), AFTER].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sealed_json_is_json_and_whole() {
        for plain in [
            b"{\"a\":1}".to_vec(),
            serde_json::to_vec_pretty(&json!({ "a": [1, 2], "b": "x" })).unwrap(),
        ] {
            let sealed = seal(&plain);
            assert!(is_whole(&sealed));
            let mut value: serde_json::Value = serde_json::from_slice(&sealed).unwrap();
            assert!(value.as_object_mut().unwrap().remove("seal").is_some());
            assert_eq!(
                value,
                serde_json::from_slice::<serde_json::Value>(&plain).unwrap()
            );
        }
    }

    #[test]
    fn every_changed_bit_lost_end_and_added_byte_breaks_the_seal() {
        let sealed = seal(b"{\"shard\": 7, \"rows\": 100}");
        for index in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[index] ^= 1 << bit;
                assert!(!is_whole(&changed), "byte {index} bit {bit}");
            }
            assert!(!is_whole(&sealed[..index]));
        }
        assert!(!is_whole(&[&sealed[..], b" "].concat()));
    }
}
