//! Names as a person can paste them: into a shell, into Python, into SQL.
//!
//! **Invariant:** what is given is one line of UTF-8, whatever bytes the name has.

use std::ffi::OsStr;
use std::path::Path;

/// A word for a shell.
pub fn word(word: &OsStr) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=,:+@%".contains(letter);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(plain) => text.to_string(),
        Some(text) if !text.chars().any(is_unprintable) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let byte = |byte: u8| format!("\\x{byte:02x}");
            format!("$'{}'", escaped(word, "\\'", byte))
        }
    }
}

/// A path for a shell, where it cannot be taken for a flag.
pub fn path(path: &Path) -> String {
    match path.as_os_str().as_encoded_bytes().first() {
        Some(b'-') => word(Path::new(".").join(path).as_os_str()),
        _ => word(path.as_os_str()),
    }
}

/// A string of Python. Bytes that are no text become what Python makes of them when it lists a folder.
pub fn python(path: &Path) -> String {
    let byte = |byte: u8| match byte {
        0x80.. => format!("\\udc{byte:02x}"),
        _ => format!("\\x{byte:02x}"),
    };
    format!("\"{}\"", escaped(path.as_os_str(), "\\\"", byte))
}

/// A path in which no letter stands for others, for patterns of Polars and DuckDB.
pub fn pattern(path: &Path) -> std::ffi::OsString {
    let mut pattern = Vec::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'*' | b'?' | b'[' => pattern.extend([b'[', *byte, b']']),
            _ => pattern.push(*byte),
        }
    }
    os_string(pattern)
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> std::ffi::OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Letters that a terminal does not show as they are.
fn is_unprintable(letter: char) -> bool {
    // The last are those that turn the direction of writing.
    letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name with a backslash before these letters, and with the bytes that cannot be shown written by `byte`.
fn escaped(name: &OsStr, letters: &str, byte: impl Fn(u8) -> String) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letters.contains(letter) {
                text.extend(['\\', letter]);
            } else if is_unprintable(letter) {
                let mut buffer = [0; 4];
                text.extend(letter.encode_utf8(&mut buffer).bytes().map(&byte));
            } else {
                text.push(letter);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(&byte));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, for_shell: &str, for_python: &str) {
        assert_eq!(path(Path::new(name)), for_shell);
        assert_eq!(python(Path::new(name)), for_python);
    }

    #[test]
    fn names_can_be_pasted() {
        check("data/drop-1", "data/drop-1", r#""data/drop-1""#);
        check("my data", "'my data'", r#""my data""#);
        check("it's", r"'it'\''s'", r#""it's""#);
        check(r#"a"b\c"#, r#"'a"b\c'"#, r#""a\"b\\c""#);
        check("é🦀", "'é🦀'", r#""é🦀""#);
        check("a\nb", r"$'a\x0ab'", r#""a\x0ab""#);
        check("-n", "./-n", r#""-n""#);
        check("--out x", "'./--out x'", r#""--out x""#);
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_keep_their_values() {
        use std::os::unix::ffi::OsStrExt;
        let name = Path::new(OsStr::from_bytes(b"a\xff'\xc3\xa9"));
        assert_eq!(path(name), r"$'a\xff\'é'");
        assert_eq!(python(name), r#""a\udcff'é""#);
    }

    #[test]
    fn a_pattern_finds_the_name_itself() {
        assert_eq!(pattern(Path::new("a[1]*?")), OsStr::new("a[[]1][*][?]"));
    }
}
