//! Edits of scene files, as the studio makes them: the first line is `edit path word`, the rest the file. What was TOML is
//! TOML after the edit, and an edit that fails changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use terrella_spec::document::Document;
use terrella_spec::limits::Limits;

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (first, rest) = bytes.split_at(end);
    let Ok(mut document) = Document::from_bytes("scene.toml", rest.to_vec(), &Limits::default()) else {
        return;
    };
    let Ok(first) = std::str::from_utf8(first) else {
        return;
    };
    let mut words = first.splitn(3, ' ');
    let (Some(edit), Some(path), Some(word)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    if document.json().is_err() {
        return;
    }
    let before = document.text.clone();
    let done = match edit {
        "set" => document.set(path, word),
        "put" => document.put(path, &word.replace(';', "\n")),
        "copy" => document.copy(path, word),
        "rename" => document.rename(path, word),
        "remove" => document.remove(path),
        _ => return,
    };
    match done {
        Ok(()) => {
            if let Err(wrong) = document.json() {
                panic!("{wrong}\nwas:\n{before}\nis:\n{}", document.text);
            }
        }
        Err(_) => assert_eq!(document.text, before),
    }
});
